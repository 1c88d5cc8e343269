package dev.weft.cli;

import dev.weft.benchmarks.Peers;
import dev.weft.benchmarks.Start;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./weft start}: how long it takes to the first answer. */
@Command(
    name = "start",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures how long it takes from the start of a JVM to the answer to the first call, with server"
          + " and client in that JVM."
    })
final class StartCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--peers",
      paramLabel = "NAME,...",
      hideParamSyntax = true,
      split = ",",
      defaultValue = "weft,grpc",
      description = "Whose: as ./weft race. Default: ${DEFAULT-VALUE}.")
  private List<String> peers;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "9",
      description = "How often each is started, 1 to 1000. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  StartCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    CommandFailure.checkRange("--rounds", rounds, 1, 1000);
    CommandFailure.understood(() -> Peers.named(peers));
    new Start(peers, rounds).run(spec.commandLine().getOut());
    return 0;
  }
}
