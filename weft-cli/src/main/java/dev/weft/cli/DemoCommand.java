package dev.weft.cli;

import dev.weft.CallOptions;
import dev.weft.RpcClient;
import dev.weft.RpcException;
import dev.weft.Stats;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./weft demo}: reads, lets a server count, checks, and shows what it cost. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Counts the words of a text by RPC, and checks the result against a count made locally.",
      "A server in a process of its own counts the words of a line; this process sends it each line"
          + " by a call of its own, from many virtual threads at a time, and adds up."
    },
    footer = {
      "",
      "Left out of folders: binary files, links, .git, target and node_modules.",
      "Exit status 0: the counts agree; 1: they do not, or the server cannot be reached; 2: PATH"
          + " cannot be read, or has no text."
    })
final class DemoCommand implements Callable<Integer> {

  /** Of the default text, so that the run is long enough to see something. */
  private static final int OWN_LINES_MIN = 200_000;

  private static final int CALLERS_MAX = 10_000;
  private static final Duration REACH_TIMEOUT = Duration.ofSeconds(5);

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "PATH",
      description =
          "A text file, or a folder of them. Default: Weft's own sources and documents, so often that"
              + " there are at least 200,000 lines.")
  private @Nullable Path path;

  @Option(
      names = "--connect",
      paramLabel = "ADDRESS",
      description = "Use a server that runs already (./weft serve), such as tcp://127.0.0.1:7000.")
  private @Nullable String connect;

  @Option(
      names = "--callers",
      paramLabel = "N",
      defaultValue = "1000",
      description = "How many threads call at a time, 1 to 10000. Default: ${DEFAULT-VALUE}.")
  private int callers;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  DemoCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    CommandFailure.checkRange("--callers", callers, 1, CALLERS_MAX);
    Text text = text();
    if (connect != null) {
      count(text, connect);
    } else {
      try (ServerProcess server = ServerProcess.start()) {
        count(text, server.address());
      }
    }
    return 0;
  }

  private Text text() {
    PrintWriter err = spec.commandLine().getErr();
    TextReader reader =
        new TextReader(
            Runtime.getRuntime().maxMemory() / 4, warning -> err.println("weft: " + warning));
    Text text =
        path == null ? reader.read(Checkout.folder()).repeatedTo(OWN_LINES_MIN) : reader.read(path);
    err.flush();
    return text;
  }

  private void count(Text text, String address) throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    try (RpcClient client = connect(address)) {
      reach(client);
      announce(out, text, address);
      ProgressBar progress =
          new ProgressBar(spec.commandLine().getErr(), StatusLine.onTerminal(), text.lineCount());
      Stats before = client.stats();
      CountingRun.Outcome outcome =
          new CountingRun(client.service(WordCounter.class), text, callers).run(progress);
      Stats traffic = client.stats().since(before);
      Summary summary = new Summary(out);
      summary.words(outcome.words());
      LocalCount.check(LocalCount.of(text), outcome.words());
      summary.agreement(outcome.words());
      summary.cost(outcome, callers, traffic);
    }
  }

  private static RpcClient connect(String address) {
    try {
      return RpcClient.connect(address);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(CommandFailure.messageOf(e));
    }
  }

  /** A first call: that there is no server shall be said now, and once. */
  private static void reach(RpcClient client) {
    CallOptions impatient = CallOptions.DEFAULT.withTimeout(REACH_TIMEOUT).withFailFast();
    try {
      client.service(WordCounter.class, impatient).count("");
    } catch (RpcException e) {
      throw CommandFailure.failed("no demo server answers: " + e.getMessage());
    }
  }

  private static void announce(PrintWriter out, Text text, String address) {
    out.println(
        String.format(
            Locale.ROOT,
            "Counting the words of %,d lines (%,d files%s) by calls to %s",
            text.lineCount(),
            text.files(),
            text.times() == 1 ? "" : ", " + text.times() + " times",
            address));
    out.println();
    out.flush();
  }
}
