package dev.weft.cli;

import dev.weft.reliability.overload.Overload;
import dev.weft.reliability.overload.OverloadCsv;
import dev.weft.reliability.overload.OverloadPage;
import dev.weft.reliability.overload.OverloadPlan;
import dev.weft.reliability.overload.OverloadResult;
import dev.weft.reliability.overload.OverloadTable;
import dev.weft.reliability.overload.Step;
import dev.weft.reliability.overload.Target;
import dev.weft.reliability.overload.Work;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./weft overload}: more load than a server can do. */
@Command(
    name = "overload",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Drives a server whose handlers take a known time with multiples of what it can do, whether"
          + " answers come or not, then at once with half of it.",
      "A call's time counts from when it was due. See docs/OVERLOAD.md for what protects the server,"
          + " the goals, and the columns."
    },
    footer = {
      "",
      "Exit status 1: a peer failed, or said of a call that ran that it had not; 2: no such peer or"
          + " load, or FILE cannot be written."
    })
final class OverloadCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--load",
      paramLabel = "X,...",
      hideParamSyntax = true,
      split = ",",
      defaultValue = "0.5,1,2,3,5",
      description =
          "Multiples of the capacity, 0.05 to 20; goals compare with the lowest. Default:"
              + " ${DEFAULT-VALUE}.")
  private List<Double> loads;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "5",
      description = "How long each load takes, 0.05 to 3600. Default: ${DEFAULT-VALUE}.")
  private double seconds;

  @Option(
      names = "--peers",
      paramLabel = "NAME,...",
      hideParamSyntax = true,
      split = ",",
      defaultValue = "weft",
      description =
          "Who is overloaded: weft, weft-adaptive (a server that finds its limit by itself), grpc."
              + " Default: ${DEFAULT-VALUE}.")
  private List<String> peers;

  @Option(
      names = "--handlers",
      paramLabel = "N",
      defaultValue = "10",
      description =
          "How many handlers can run at a time, 1 to 10000; with --compute, there are as many as"
              + " processors. Default: ${DEFAULT-VALUE}.")
  private int handlers;

  @Option(
      names = "--handler-millis",
      paramLabel = "MS",
      defaultValue = "10",
      description = "How long a handler takes, 0.1 to 10000. Default: ${DEFAULT-VALUE}.")
  private double handlerMillis;

  @Option(
      names = "--compute",
      description =
          "Handlers compute instead of sleeping; Weft's server has no limit then but its defaults.")
  private boolean compute;

  @Option(
      names = "--deadline-millis",
      paramLabel = "MS",
      description =
          "How long a caller waits for his answer, 1 to 60000. Default: ten times as long as a"
              + " handler takes.")
  private @Nullable Double deadlineMillis;

  @Option(
      names = "--clients",
      paramLabel = "N",
      defaultValue = "4",
      description =
          "How many clients call, each over its connection, 1 to 100. Default:"
              + " ${DEFAULT-VALUE}.")
  private int clients;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "What the moments of the calls are drawn from. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      description = "Where to write the figures as CSV, too: it is written anew.")
  private @Nullable Path csv;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Where to write a page with charts, too: it is written anew, at the end.")
  private @Nullable Path html;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  OverloadCommand() {}

  @Override
  public Integer call() throws IOException {
    OverloadPlan plan = plan();
    List<Target> targets = targets();
    PrintWriter out = spec.commandLine().getOut();
    long lies = 0;
    try (OverloadCsv file = csv == null ? null : FileOutput.open(csv, OverloadCsv::to);
        OverloadPage page =
            html == null
                ? null
                : FileOutput.open(html, path -> OverloadPage.to(path, about(plan)));
        RaceProgress progress = progress(plan, targets)) {
      out.println(about(plan));
      out.println();
      OverloadTable table = new OverloadTable(out);
      for (Target target : targets) {
        OverloadResult result = run(plan, target, new Reports(table, file, progress));
        progress.ended();
        table.add(result);
        lies += result.lies();
        if (file != null) {
          file.add(result);
        }
        if (page != null) {
          page.add(result);
        }
      }
    }
    return lies == 0 ? 0 : CommandFailure.FAILED;
  }

  private static OverloadResult run(OverloadPlan plan, Target target, Reports reports) {
    try {
      return Overload.run(plan, target, reports);
    } catch (Exception e) {
      throw CommandFailure.failed(target.name() + ": " + CommandFailure.messageOf(e));
    }
  }

  private OverloadPlan plan() {
    CommandFailure.checkRange("--seconds", seconds, 0.05, 3600);
    CommandFailure.checkRange("--handler-millis", handlerMillis, 0.1, 10_000);
    double deadline = deadlineMillis == null ? 10 * handlerMillis : deadlineMillis;
    CommandFailure.checkRange("--deadline-millis", deadline, 1, 60_000);
    int atATime = compute ? Runtime.getRuntime().availableProcessors() : handlers;
    Work.Kind kind = compute ? Work.Kind.COMPUTE : Work.Kind.SLEEP;
    return CommandFailure.understood(() ->
        new OverloadPlan(
            loads,
            nanos(seconds * 1e9),
            new Work(atATime, nanos(handlerMillis * 1e6), kind),
            nanos(deadline * 1e6),
            clients,
            seed));
  }

  private static Duration nanos(double nanos) {
    return Duration.ofNanos(Math.round(nanos));
  }

  private List<Target> targets() {
    return CommandFailure.understood(() -> Target.named(peers));
  }

  private String about(OverloadPlan plan) {
    return "Overload, "
        + LocalDate.now(ZoneId.systemDefault())
        + ", Java "
        + Runtime.version()
        + ", "
        + Runtime.getRuntime().availableProcessors()
        + " processors: "
        + plan.work().handlers()
        + (compute ? " handlers compute " : " handlers sleep ")
        + plan.work().time().toNanos() / 1e6
        + " ms each, so "
        + Math.round(plan.work().perSecond())
        + " calls/s can be served; "
        + plan.clients()
        + " clients, deadline "
        + plan.deadline().toNanos() / 1e6
        + " ms, "
        + seconds
        + " s each load, seed "
        + plan.seed()
        + ".";
  }

  private RaceProgress progress(OverloadPlan plan, List<Target> targets) {
    PrintWriter err = spec.commandLine().getErr();
    return new RaceProgress(
        new StatusLine(err, StatusLine.onTerminal()), plan.length().multipliedBy(targets.size()));
  }

  /** Tells all of them. */
  private record Reports(OverloadTable table, @Nullable OverloadCsv csv, RaceProgress progress)
      implements Overload.Listener {

    @Override
    public void begins(String peer, String what, Duration length) {
      progress.begins(peer + " " + what, length);
    }

    @Override
    public void ended(String peer, Step step) {
      progress.clear();
      table.add(peer, step);
      if (csv != null) {
        csv.add(peer, step);
      }
    }
  }
}
