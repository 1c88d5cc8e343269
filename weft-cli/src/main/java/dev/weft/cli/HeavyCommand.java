package dev.weft.cli;

import dev.weft.benchmarks.HeavyHandlers;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./weft heavy}: tiny calls beside such that compute. */
@Command(
    name = "heavy",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures the latency of tiny calls while others, on the same connection, have handlers that"
          + " compute for 2 ms each on an executor with a thread for each processor."
    })
final class HeavyCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--callers",
      paramLabel = "N",
      defaultValue = "8",
      description = "How many make heavy calls, 1 to 1000. Default: ${DEFAULT-VALUE}.")
  private int callers;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "5",
      description = "How long each part takes, 1 to 3600. Default: ${DEFAULT-VALUE}.")
  private int seconds;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  HeavyCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    CommandFailure.checkRange("--callers", callers, 1, 1000);
    CommandFailure.checkRange("--seconds", seconds, 1, 3600);
    new HeavyHandlers(callers, Duration.ofSeconds(seconds)).run(spec.commandLine().getOut());
    return 0;
  }
}
