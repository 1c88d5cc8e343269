package dev.weft.cli;

import dev.weft.RpcServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./weft serve}: the demo's server. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the demo's server: it counts the words of the lines that ./weft demo --connect sends.",
      "Prints its address as the first line of its output."
    },
    footer = {
      "",
      "Stops on SIGTERM and on SIGINT (Ctrl-C), with exit status 0.",
      "Exit status 1: it cannot listen there; 2: that is no address."
    })
final class ServeCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--listen",
      paramLabel = "ADDRESS",
      defaultValue = "tcp://127.0.0.1:0",
      description = "Where to listen; port 0 is any free one. Default: ${DEFAULT-VALUE}.")
  private String address;

  /** The demo's process holds the other end: however it ends, this one ends, too. */
  @Option(names = "--until-input-ends", hidden = true)
  private boolean untilInputEnds;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  ServeCommand() {}

  @Override
  public Integer call() throws Exception {
    try (RpcServer server = start()) {
      PrintWriter out = spec.commandLine().getOut();
      if (untilInputEnds) {
        announce(out, server);
        skipInput();
      } else {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server)));
        announce(out, server);
        new CountDownLatch(1).await();
      }
    }
    return 0;
  }

  private RpcServer start() {
    try {
      return RpcServer.builder()
          .service(WordCounter.class, new SimpleWordCounter())
          .listen(address)
          .start();
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(CommandFailure.messageOf(e));
    } catch (UncheckedIOException e) {
      throw CommandFailure.failed(CommandFailure.messageOf(e));
    }
  }

  private static void announce(PrintWriter out, RpcServer server) {
    out.println(server.address());
    out.flush();
  }

  private static void skipInput() throws IOException {
    byte[] ignored = new byte[1024];
    while (System.in.read(ignored) >= 0) {
      // Nothing is said here; what counts is the end.
    }
  }

  /** On a signal. The JVM would report it as a failure (130, 143): to stop when told is none. */
  private static void stop(RpcServer server) {
    server.close();
    System.err.println("stopped");
    System.err.flush();
    Runtime.getRuntime().halt(0);
  }
}
