package dev.weft.cli;

import dev.weft.reliability.stress.Effort;
import dev.weft.reliability.stress.StressResult;
import dev.weft.reliability.stress.StressRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./weft stress}: looks for races in what several threads do at once. */
@Command(
    name = "stress",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Lets two threads meet in the outbox, the table of open calls, the reader, the close and"
          + " reconnect path, and their like at the server, a million times each, and looks at what"
          + " comes of it (jcstress).",
      "Prints each test, how many samples it took, and how often each outcome was seen. See"
          + " docs/CONCURRENCY.md for what must hold, and why."
    },
    footer = {"", "Exit status 1: something was seen that must not be; 2: there is no such test."})
final class StressCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--time",
      paramLabel = "EFFORT",
      defaultValue = "default",
      description =
          "How long to look: quick (minutes), default (half an hour), tough (hours). Default:"
              + " ${DEFAULT-VALUE}.")
  private String time;

  @Option(
      names = "--test",
      paramLabel = "PATTERN",
      defaultValue = "",
      description = "Only tests whose names contain this regular expression. Default: all.")
  private String test;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  StressCommand() {}

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    StressRun run = stressRun();
    out.println("Tests: " + run.tests() + ". Each line: test, samples, outcomes.");
    out.flush();
    boolean passed;
    try (Progress progress = new Progress(out, spec.commandLine().getErr())) {
      passed = run.run(progress);
    } catch (IllegalStateException e) {
      throw CommandFailure.failed(CommandFailure.messageOf(e));
    }
    out.println(
        passed
            ? "Nothing forbidden was seen."
            : "FAILED: see above. Something forbidden was seen.");
    return passed ? 0 : CommandFailure.FAILED;
  }

  private StressRun stressRun() {
    try {
      return new StressRun(Effort.valueOf(time.toUpperCase(Locale.ROOT)), Pattern.compile(test));
    } catch (PatternSyntaxException e) {
      throw CommandFailure.usage("--test " + test + ": " + e.getDescription());
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(
          isEffort()
              ? CommandFailure.messageOf(e)
              : "--time " + time + " is not quick, default or tough");
    }
  }

  private boolean isEffort() {
    for (Effort effort : Effort.values()) {
      if (effort.name().equalsIgnoreCase(time)) {
        return true;
      }
    }
    return false;
  }

  /** Prints what has ended, and shows how far it is. */
  private static final class Progress implements StressRun.Listener, AutoCloseable {

    private final PrintWriter out;
    private final StatusLine line;
    private final long begin = System.nanoTime();

    Progress(PrintWriter out, PrintWriter err) {
      this.out = out;
      this.line = new StatusLine(err, StatusLine.onTerminal());
    }

    @Override
    public void progress(int over, int runs) {
      double share = (double) over / runs;
      double left = (System.nanoTime() - begin) / 1e9 * (1 - share) / share;
      line.draw(
          String.format(
              Locale.ROOT,
              "%s  %d of %d runs  %.0f s left",
              StatusLine.bar(share),
              over,
              runs,
              left));
    }

    @Override
    public void ended(StressResult result) {
      line.clear();
      out.println(result);
      out.flush();
    }

    @Override
    public void close() {
      line.clear();
    }
  }
}
