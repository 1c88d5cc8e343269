package dev.weft.cli;

import dev.weft.benchmarks.Peers;
import dev.weft.benchmarks.Rest;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./weft rest}: what connections cost on which little happens. */
@Command(
    name = "rest",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures what many connections cost while nobody calls, and at 1,000 calls a second on all of"
          + " them together: memory per connection, and processor time, of a server's process and of"
          + " a process with all the clients."
    })
final class RestCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--peers",
      paramLabel = "NAME,...",
      hideParamSyntax = true,
      split = ",",
      defaultValue = "weft,weft-compressed",
      description = "Whose: as ./weft race. Default: ${DEFAULT-VALUE}.")
  private List<String> peers;

  @Option(
      names = "--connections",
      paramLabel = "N",
      defaultValue = "1000",
      description = "How many, 1 to 10000. Default: ${DEFAULT-VALUE}.")
  private int connections;

  @Option(
      names = "--pause",
      paramLabel = "S",
      defaultValue = "25",
      description =
          "How many seconds nobody calls before it is measured, 0 to 3600; the deadlines of the last"
              + " calls pass after 20. Default: ${DEFAULT-VALUE}.")
  private int pause;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "10",
      description = "How long each of the two parts takes, 1 to 3600. Default: ${DEFAULT-VALUE}.")
  private int seconds;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  RestCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    CommandFailure.checkRange("--connections", connections, 1, 10_000);
    CommandFailure.checkRange("--pause", pause, 0, 3600);
    CommandFailure.checkRange("--seconds", seconds, 1, 3600);
    CommandFailure.understood(() -> Peers.named(peers));
    PrintWriter out = spec.commandLine().getOut();
    Rest.printHeader(out);
    for (String peer : peers) {
      new Rest(peer, connections, Duration.ofSeconds(pause), Duration.ofSeconds(seconds)).run(out);
    }
    return 0;
  }
}
