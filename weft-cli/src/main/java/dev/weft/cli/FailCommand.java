package dev.weft.cli;

import dev.weft.RpcException;
import dev.weft.reliability.failure.Result;
import dev.weft.reliability.failure.Scenario;
import dev.weft.reliability.failure.Scenarios;
import dev.weft.reliability.failure.Stage;
import dev.weft.reliability.failure.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./weft fail}: servers that really fail, and what their callers see of it. */
@Command(
    name = "fail",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Does to servers in processes of their own what is done to them in real life, while a client"
          + " calls, and holds what the client was told against what the servers have run.",
      "A line of figures for each scenario; what each does and what it must show stands in"
          + " docs/RELIABILITY.md. All traffic is within this machine."
    },
    footer = {
      "",
      "Exit status 1: something was not as it should be; 2: not understood. A scenario that this"
          + " machine does not allow is skipped, and says why."
    })
final class FailCommand implements Callable<Integer> {

  private static final int ROUNDS_MAX = 100_000;
  private static final int CALLS_MAX = 15_000;
  private static final double HOURS_MIN = 0.001;
  private static final double HOURS_MAX = 240;
  private static final int RATE_MAX = 1_000_000;

  /** That servers are lost is no news here. Kept, because the logging system holds it weakly. */
  private static final Logger CLIENT_LOG = Logger.getLogger("dev.weft.client");

  @Spec private CommandSpec spec;

  @Option(
      names = "--scenario",
      paramLabel = "NAME,...",
      hideParamSyntax = true,
      split = ",",
      description = "Which: ${COMPLETION-CANDIDATES}. Default: all but soak.",
      completionCandidates = ScenarioNames.class)
  private @Nullable List<String> names;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "10",
      description = "How often each fails, 1 to 100000. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--calls",
      paramLabel = "N",
      defaultValue = "10000",
      description =
          "How many calls are open when a server is killed, 1 to 15000. Default: ${DEFAULT-VALUE}.")
  private int calls;

  @Option(
      names = "--hours",
      paramLabel = "H",
      defaultValue = "1",
      description = "How long a soak takes, 0.001 to 240. Default: ${DEFAULT-VALUE}.")
  private double hours;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "50000",
      description = "Calls per second of a soak, 1 to 1000000. Default: ${DEFAULT-VALUE}.")
  private int rate;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Of what is left to chance. Default: another each time; it is printed.")
  private @Nullable Long seed;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  FailCommand() {}

  @Override
  public Integer call() throws InterruptedException, IOException {
    List<Scenario> scenarios = scenarios();
    CommandFailure.checkRange("--rounds", rounds, 1, ROUNDS_MAX);
    CommandFailure.checkRange("--calls", calls, 1, CALLS_MAX);
    checkHours();
    CommandFailure.checkRange("--rate", rate, 1, RATE_MAX);
    if (hours * 3600 * rate > Stage.SOAK_CALLS_MAX) {
      throw CommandFailure.usage(
          String.format(
              Locale.ROOT,
              "--hours and --rate: %,.0f calls are more than the %,d that can be noted",
              hours * 3600 * rate,
              Stage.SOAK_CALLS_MAX));
    }
    CLIENT_LOG.setLevel(Level.OFF);
    PrintWriter out = spec.commandLine().getOut();
    long chosen = seed == null ? ThreadLocalRandom.current().nextLong() : seed;
    out.println("Rounds: " + rounds + ", seed: " + chosen);
    out.flush();
    Path folder = Files.createTempDirectory("weft-fail");
    StatusLine line = new StatusLine(spec.commandLine().getErr(), StatusLine.onTerminal());
    boolean missed = false;
    for (Scenario scenario : scenarios) {
      Result result = run(scenario, stage(scenario, chosen, folder, line));
      line.clear();
      print(out, result);
      missed |= result.verdict() == Verdict.MISSED;
    }
    if (missed) {
      out.println("What the servers logged is in " + folder);
      out.flush();
      return CommandFailure.FAILED;
    }
    delete(folder);
    return 0;
  }

  private static Result run(Scenario scenario, Stage stage)
      throws IOException, InterruptedException {
    try {
      return scenario.run(stage);
    } catch (RpcException e) { // a call that must be answered, for the scenario to go on
      return Result.brokenOff(scenario.name(), e);
    }
  }

  private List<Scenario> scenarios() {
    List<String> chosen = names;
    return chosen == null
        ? Scenarios.byDefault()
        : CommandFailure.understood(() -> Scenarios.named(chosen));
  }

  private void checkHours() {
    if (!(hours >= HOURS_MIN && hours <= HOURS_MAX)) {
      String given = CommandFailure.number(hours);
      String most = CommandFailure.number(HOURS_MAX);
      throw CommandFailure.usage("--hours " + given + " is not from " + HOURS_MIN + " to " + most);
    }
  }

  private Stage stage(Scenario scenario, long chosenSeed, Path folder, StatusLine line) {
    return new Stage(
        rounds,
        calls,
        Duration.ofMillis(Math.round(hours * 3_600_000)),
        rate,
        true,
        chosenSeed,
        folder,
        (share, what) -> line.draw(StatusLine.bar(share) + "  " + scenario.name() + "  " + what));
  }

  private static void print(PrintWriter out, Result result) {
    String verdict =
        switch (result.verdict()) {
          case MET -> "ok";
          case MISSED -> "MISSED";
          case SKIPPED -> "skipped";
        };
    out.printf(Locale.ROOT, "%-12s %-8s %s%n", result.scenario(), verdict, result.figures());
    result.misses().forEach(miss -> out.println("    " + miss));
    out.flush();
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** What {@code --help} lists. */
  static final class ScenarioNames implements Iterable<String> {

    @Override
    public Iterator<String> iterator() {
      return Scenarios.all().stream().map(Scenario::name).iterator();
    }
  }
}
