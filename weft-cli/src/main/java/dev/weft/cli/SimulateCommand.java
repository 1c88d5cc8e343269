package dev.weft.cli;

import dev.weft.reliability.simulation.SeedRun;
import dev.weft.reliability.simulation.Seeds;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./weft simulate}: whole clusters, each in one thread, each from one seed. */
@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs simulated clusters: real clients and servers in one thread, on a clock of their own, over"
          + " a network that fails as a seed says, and looks whether every call ends as it must.",
      "See docs/RELIABILITY.md for what is looked at."
    },
    footer = {"", "Exit status 1: something was found; 2: a number makes no sense."})
final class SimulateCommand implements Callable<Integer> {

  private static final int SEEDS_MAX = 1_000_000_000;
  private static final int THREADS_MAX = 256;

  @Spec private CommandSpec spec;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "1000",
      description = "How many seeds, 1 to " + SEEDS_MAX + ". Default: ${DEFAULT-VALUE}.")
  private int seeds;

  @Option(
      names = "--first",
      paramLabel = "N",
      defaultValue = "0",
      description = "The first of them. Default: ${DEFAULT-VALUE}.")
  private long first;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "How many run at a time, 1 to " + THREADS_MAX + ". Default: one for each processor.")
  private int threads = Math.min(THREADS_MAX, Runtime.getRuntime().availableProcessors());

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Only this one, and prints all that happens in it.")
  private @Nullable Long seed;

  @Option(
      names = "--fine",
      description =
          "Threads are switched before each access to what they share, too, not only where they"
              + " wait: slower, and another run of the same seed.")
  private boolean fine;

  private long done;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  SimulateCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    CommandFailure.checkRange("--seeds", seeds, 1, SEEDS_MAX);
    CommandFailure.checkRange("--threads", threads, 1, THREADS_MAX);
    return seed == null ? search() : replay(seed);
  }

  private int search() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    StatusLine status = new StatusLine(spec.commandLine().getErr(), StatusLine.onTerminal());
    long begin = System.nanoTime();
    Seeds.Sum sum =
        Seeds.run(
            first,
            seeds,
            threads,
            fine,
            run -> {
              done++;
              if (!run.violations().isEmpty()) {
                status.clear();
                print(out, run);
              }
              if (done % 10 == 0) {
                status.draw(StatusLine.bar((double) done / seeds) + "  " + done + " seeds");
              }
            });
    status.clear();
    out.printf(
        Locale.ROOT,
        "%,d seeds (%d to %d), %,d calls (%,d answered), %,d faults, %,d switches of threads:"
            + " %s. %.1f s%n",
        sum.seeds(),
        first,
        first + seeds - 1,
        sum.calls(),
        sum.answered(),
        sum.faults(),
        sum.steps(),
        sum.failed() == 0
            ? "no violations"
            : sum.failed()
                + " seeds with violations; see one with "
                + (fine ? "--fine " : "")
                + "--seed N",
        (System.nanoTime() - begin) / 1e9);
    out.flush();
    return sum.failed() == 0 ? 0 : CommandFailure.FAILED;
  }

  private int replay(long only) {
    PrintWriter out = spec.commandLine().getOut();
    SeedRun run = Seeds.replay(only, fine, out::println);
    out.println();
    print(out, run);
    return run.violations().isEmpty() ? 0 : CommandFailure.FAILED;
  }

  private static void print(PrintWriter out, SeedRun run) {
    out.printf(
        Locale.ROOT,
        "seed %d: %d calls, %d faults, %s of simulated time, trace %016x: %s%n",
        run.seed(),
        run.calls(),
        run.faults(),
        run.elapsed(),
        run.trace(),
        run.violations().isEmpty() ? "no violations" : "VIOLATIONS");
    for (String violation : run.violations()) {
      out.println("  " + violation);
    }
    out.flush();
  }
}
