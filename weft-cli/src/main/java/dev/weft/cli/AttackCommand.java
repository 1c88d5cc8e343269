package dev.weft.cli;

import dev.weft.reliability.attack.Attack;
import dev.weft.reliability.attack.AttackRun;
import dev.weft.reliability.attack.Attacks;
import dev.weft.reliability.attack.Defence;
import java.io.IOException;
import java.io.PrintWriter;
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

/** {@code ./weft attack}: a server under attack, and a client that behaves well beside it. */
@Command(
    name = "attack",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Attacks a server with 256 MB of heap, and measures what a well-behaved client notices.",
      "Server and attack have a process each, and a fresh one for each attack. For each, prints the"
          + " well-behaved client's median and 99th percentile before and meanwhile, how many times"
          + " longer the latter is, failed calls, what the server has used at most, and the lines it"
          + " has logged. Times mean something only on a machine that does nothing else.",
      "The attack is to have only the processor time that is left, as a real attacker has a machine"
          + " of its own. That is so with \"chrt -r 1 ./weft attack\" (as root); without, the attack"
          + " has an idle process, to which Linux gives a slice of a millisecond now and then."
    },
    footer = {
      "",
      "Exit status 0: the server lived and failed no call of the good client; 1: it did not, or"
          + " (--strict) its calls took too long; 2: not understood."
    })
final class AttackCommand implements Callable<Integer> {

  private static final int SECONDS_MAX = 3600;
  private static final double RATIO_MAX = 3;
  private static final double MEGA = 1 << 20;

  @Spec private CommandSpec spec;

  @Option(
      names = "--attack",
      paramLabel = "NAME",
      split = ",",
      description = "Only these; several with commas. Default: all (see --list).")
  private @Nullable List<String> names;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "10",
      description =
          "How long the client is measured, 1 to 3600: as long in quiet, and then during the attack;"
              + " before either, 10 s that only warm up. Default: ${DEFAULT-VALUE}.")
  private int seconds;

  @Option(
      names = "--strict",
      description = "Also fails when the 99th percentile is more than 3 times the quiet one.")
  private boolean strict;

  @Option(names = "--list", description = "Says what attacks there are.")
  private boolean list;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  AttackCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    if (list) {
      Attacks.all().forEach(each -> out.printf("%-16s %s%n", each.name(), each.description()));
      out.flush();
      return 0;
    }
    CommandFailure.checkRange("--seconds", seconds, 1, SECONDS_MAX);
    try {
      return attack(out, chosen());
    } catch (IOException e) {
      throw CommandFailure.failed(CommandFailure.messageOf(e));
    }
  }

  private List<Attack> chosen() {
    List<String> chosen = names;
    return chosen == null
        ? Attacks.all()
        : CommandFailure.understood(() -> chosen.stream().map(Attacks::named).toList());
  }

  private int attack(PrintWriter out, List<Attack> attacks)
      throws IOException, InterruptedException {
    out.println("                 --- quiet, us ---  -- attacked, us --");
    out.println(
        "attack                p50       p99      p50       p99  ratio  failed  heap MB  direct"
            + "  resident  conns  log");
    out.flush();
    StatusLine line = new StatusLine(spec.commandLine().getErr(), StatusLine.onTerminal());
    List<AttackRun> bad = new ArrayList<>();
    for (int i = 0; i < attacks.size(); i++) {
      line.draw(StatusLine.bar((double) i / attacks.size()) + "  " + attacks.get(i).name());
      AttackRun run = Defence.run(attacks.get(i), Duration.ofSeconds(seconds));
      line.clear();
      print(out, run);
      if (!run.isSurvived() || (strict && run.ratio() > RATIO_MAX)) {
        bad.add(run);
      }
    }
    bad.forEach(run -> out.println(verdict(run)));
    out.flush();
    return bad.isEmpty() ? 0 : CommandFailure.FAILED;
  }

  private static void print(PrintWriter out, AttackRun run) {
    out.println(
        String.format(
            Locale.ROOT,
            "%-15s %,9.0f %,9.0f%,9.0f %,9.0f %6.1f %7d %8.0f %7.0f %9.0f %6d %4d",
            run.attack(),
            run.quiet().p50Micros(),
            run.quiet().p99Micros(),
            run.attacked().p50Micros(),
            run.attacked().p99Micros(),
            run.ratio(),
            run.attacked().failed(),
            run.most().heapBytes() / MEGA,
            run.most().directBytes() / MEGA,
            run.most().residentBytes() / MEGA,
            run.most().connections(),
            run.logLines()));
    out.flush();
  }

  private static String verdict(AttackRun run) {
    if (!run.alive()) {
      return run.attack() + ": the server has died; its log begins:" + run.said();
    }
    if (!run.isSurvived()) {
      return run.attack()
          + ": "
          + run.attacked().failed()
          + " of "
          + run.attacked().calls()
          + " calls have failed, the first: "
          + run.attacked().failure();
    }
    return String.format(
        Locale.ROOT,
        "%s: the 99th percentile is %.1f times the quiet one, over %.0f",
        run.attack(),
        run.ratio(),
        RATIO_MAX);
  }
}
