package dev.weft.cli;

import dev.weft.reliability.fuzz.FuzzRun;
import dev.weft.reliability.fuzz.FuzzTargets;
import dev.weft.reliability.fuzz.Fuzzing;
import dev.weft.reliability.fuzz.Judge;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./weft fuzz}: looks for bytes of a peer that do more than they may. */
@Command(
    name = "fuzz",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Looks for bytes of a peer that do more than end its own connection: an exception that is not"
          + " documented, memory over the limits, a hang, many lines in the log.",
      "Jazzer tries inputs for some time in a process for each target, guided by what code they"
          + " reach. Inputs that reach more are kept in target/fuzz, where the next run begins;"
          + " ./mvnw verify replays those in weft-reliability/src/test/corpus."
    },
    footer = {
      "",
      "Exit status 0: nothing found; 1: something was, or Jazzer failed; 2: not understood."
    })
final class FuzzCommand implements Callable<Integer> {

  private static final double MINUTES_MAX = 7 * 24 * 60;

  @Spec private CommandSpec spec;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "12",
      description = "How long altogether; each target gets the same. Default: ${DEFAULT-VALUE}.")
  private double minutes;

  @Option(
      names = "--target",
      paramLabel = "NAME",
      split = ",",
      description = "Only these; several with commas. Default: all (${COMPLETION-CANDIDATES}).",
      completionCandidates = Targets.class)
  private @Nullable List<String> targets;

  @Option(
      names = "--keep",
      description = "Afterwards, adds what reaches new code to weft-reliability/src/test/corpus.")
  private boolean keep;

  @Option(
      names = "--replay",
      paramLabel = "FILE",
      description = "Does nothing but give this input to the one --target, and says what it did.")
  private @Nullable Path replay;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  FuzzCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    List<String> chosen = chosen();
    if (replay != null) {
      return replay(chosen, replay);
    }
    if (!(minutes > 0 && minutes <= MINUTES_MAX)) {
      throw CommandFailure.usage("--minutes " + minutes + " is not over 0 and up to a week");
    }
    Path checkout = Checkout.folder();
    Fuzzing fuzzing =
        new Fuzzing(
            checkout.resolve("target/fuzz"), checkout.resolve("weft-reliability/src/test/corpus"));
    try {
      return fuzz(fuzzing, chosen);
    } catch (IOException e) {
      throw CommandFailure.failed(CommandFailure.messageOf(e));
    }
  }

  private List<String> chosen() {
    List<String> all = FuzzTargets.names();
    if (targets == null) {
      return all;
    }
    for (String name : targets) {
      if (!all.contains(name)) {
        throw CommandFailure.usage(
            "there is no target \"" + name + "\": there is " + String.join(", ", all));
      }
    }
    return targets;
  }

  private int replay(List<String> chosen, Path file) {
    if (chosen.size() != 1) {
      throw CommandFailure.usage("--replay needs one --target");
    }
    byte[] input;
    try {
      input = Files.readAllBytes(file);
    } catch (IOException e) {
      throw CommandFailure.usage("cannot read " + file + ": " + e.getMessage());
    }
    try {
      new Judge(FuzzTargets.named(chosen.getFirst())).judge(input);
    } catch (AssertionError e) {
      e.printStackTrace(spec.commandLine().getErr());
      throw CommandFailure.failed(CommandFailure.messageOf(e));
    }
    spec.commandLine().getOut().println("nothing that is not documented");
    return 0;
  }

  private int fuzz(Fuzzing fuzzing, List<String> chosen) throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    StatusLine line = new StatusLine(spec.commandLine().getErr(), StatusLine.onTerminal());
    Duration each = Duration.ofMillis(Math.round(minutes * 60_000 / chosen.size()));
    out.println(
        String.format(
            Locale.ROOT,
            "%-17s %12s %9s %7s %7s %9s",
            "target",
            "inputs",
            "per s",
            "edges",
            "corpus",
            "findings"));
    out.flush();
    List<FuzzRun> bad = new ArrayList<>();
    for (int i = 0; i < chosen.size(); i++) {
      String target = chosen.get(i);
      double before = (double) i / chosen.size();
      FuzzRun run =
          fuzzing.run(
              target,
              each,
              runs ->
                  line.draw(
                      StatusLine.bar(before)
                          + String.format(Locale.ROOT, "  %s  %,d inputs", target, runs)));
      line.clear();
      print(out, run);
      if (!run.findings().isEmpty()) {
        bad.add(run);
      }
      if (keep) {
        fuzzing.keep(target);
      }
    }
    for (FuzzRun run : bad) {
      out.println();
      out.println(run.target() + ": " + run.firstFinding());
      run.findings().forEach(file -> out.println("  " + file));
      out.println("  Jazzer's log: " + run.log());
    }
    out.flush();
    return bad.isEmpty() ? 0 : CommandFailure.FAILED;
  }

  private static void print(PrintWriter out, FuzzRun run) {
    out.println(
        String.format(
            Locale.ROOT,
            "%-17s %,12d %,9.0f %,7d %,7d %9d",
            run.target(),
            run.runs(),
            run.runs() / Math.max(1, run.seconds()),
            run.edges(),
            run.inputs(),
            run.findings().size()));
    out.flush();
  }

  /** The names, for the usage. */
  static final class Targets implements Iterable<String> {

    @Override
    public java.util.Iterator<String> iterator() {
      return FuzzTargets.names().iterator();
    }
  }
}
