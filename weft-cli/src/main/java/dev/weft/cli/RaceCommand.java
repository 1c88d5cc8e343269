package dev.weft.cli;

import dev.weft.benchmarks.Case;
import dev.weft.benchmarks.CsvReport;
import dev.weft.benchmarks.HtmlReport;
import dev.weft.benchmarks.Peers;
import dev.weft.benchmarks.Race;
import dev.weft.benchmarks.Result;
import dev.weft.benchmarks.TableReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./weft race}: Weft against its peers. */
@Command(
    name = "race",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures Weft and its peers with the same load: the echo of a small record, or of bytes, over"
          + " loopback connections.",
      "Each case has a warm-up and three rounds; the one of median throughput counts. See"
          + " docs/RACE.md for the cases, the columns, and how each peer is configured."
    },
    footer = {
      "",
      "Exit status 1: a peer failed, and the others' results stand; 2: no such peer or case, or FILE cannot be written."
    })
final class RaceCommand implements Callable<Integer> {

  private static final double SECONDS_MIN = 0.01;
  private static final double SECONDS_MAX = 3600;

  @Spec private CommandSpec spec;

  @Option(
      names = "--peers",
      paramLabel = "NAME,...",
      hideParamSyntax = true,
      split = ",",
      defaultValue = "weft,grpc",
      description = "Who takes part: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.",
      completionCandidates = PeerNames.class)
  private List<String> peers;

  @Option(
      names = "--cases",
      paramLabel = "NAME,...",
      hideParamSyntax = true,
      split = ",",
      description =
          "With which load: sync (for each of --callers), sync-N, sync-N-platform, async-N, oneway,"
              + " batch-N, bytes-1k, bytes-64k, bytes-1m, connections-N. Default: sync,async-1000;"
              + " with --rate: none.")
  private @Nullable List<String> cases;

  @Option(
      names = "--callers",
      paramLabel = "N,...",
      hideParamSyntax = true,
      split = ",",
      defaultValue = "1,100,1000,10000",
      description =
          "How many call at a time in case sync, 1 to 60000; a case each. Default: ${DEFAULT-VALUE}.")
  private List<Integer> callers;

  @Option(
      names = "--rate",
      paramLabel = "N,...",
      hideParamSyntax = true,
      split = ",",
      description =
          "So many calls per second, whether answers come or not; latency counts from when a call"
              + " was due. A case each, after the others.")
  private List<Integer> rates = List.of();

  @Option(
      names = "--processes",
      paramLabel = "1|2",
      defaultValue = "1",
      description =
          "2: the server in a process of its own. CPU and allocations are those of both. Default:"
              + " ${DEFAULT-VALUE}.")
  private int processes;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "3",
      description = "How long a round takes, 0.01 to 3600. Default: ${DEFAULT-VALUE}.")
  private double seconds;

  @Option(
      names = "--warm-up",
      paramLabel = "S",
      defaultValue = "5",
      description =
          "How long each peer runs its first case at least before the rounds of it, while the JVM"
              + " compiles: 0 to 3600. Later cases warm up for the length of a round. Default:"
              + " ${DEFAULT-VALUE}.")
  private double warmUpSeconds;

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      description = "Where to write the results as CSV, too: it is written anew.")
  private @Nullable Path csv;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Where to write a page with charts, too: it is written anew, at the end.")
  private @Nullable Path html;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  RaceCommand() {}

  @Override
  public Integer call() throws InterruptedException, IOException {
    Race race = race();
    PrintWriter out = spec.commandLine().getOut();
    try (CsvReport file = csv == null ? null : FileOutput.open(csv, CsvReport::to);
        HtmlReport page =
            html == null ? null : FileOutput.open(html, path -> HtmlReport.to(path, about()));
        RaceProgress progress = progress(race)) {
      out.println(
          "About "
              + Math.max(1, race.length().toSeconds())
              + " s: peers "
              + String.join(", ", peers)
              + "; each case with a warm-up and "
              + Race.ROUNDS
              + " rounds of "
              + seconds
              + " s.");
      out.println();
      return race.run(new Reports(new TableReport(out), file, page, progress)) ? 0 : 1;
    } catch (UncheckedIOException e) {
      throw CommandFailure.failed("cannot write " + csv + ": " + CommandFailure.messageOf(e));
    }
  }

  private Race race() {
    CommandFailure.checkRange("--seconds", seconds, SECONDS_MIN, SECONDS_MAX);
    CommandFailure.checkRange("--warm-up", warmUpSeconds, 0, SECONDS_MAX);
    return CommandFailure.understood(() ->
        new Race(Peers.named(peers), load(), length(warmUpSeconds), length(seconds), processes));
  }

  private static Duration length(double seconds) {
    return Duration.ofNanos(Math.round(seconds * 1e9));
  }

  private List<Case> load() {
    List<String> labels = cases;
    if (labels == null) {
      labels = rates.isEmpty() ? List.of("sync", "async-1000") : List.of();
    }
    List<Case> load = new ArrayList<>(Case.named(labels, callers));
    rates.forEach(rate -> load.add(Case.rate(rate)));
    return load;
  }

  /** What the page says of where its figures come from. */
  private String about() {
    return "Measured "
        + LocalDate.now(ZoneId.systemDefault())
        + ", Java "
        + Runtime.version()
        + ", "
        + System.getProperty("os.name")
        + " "
        + System.getProperty("os.version")
        + ", "
        + Runtime.getRuntime().availableProcessors()
        + " processors, processes: "
        + processes
        + ", rounds of "
        + seconds
        + " s.";
  }

  private RaceProgress progress(Race race) {
    PrintWriter err = spec.commandLine().getErr();
    return new RaceProgress(new StatusLine(err, StatusLine.onTerminal()), race.length());
  }

  /** Tells all of them. */
  private record Reports(
      TableReport table, @Nullable CsvReport csv, @Nullable HtmlReport html, RaceProgress progress)
      implements Race.Listener {

    @Override
    public void begins(String peer, Case load, Duration length) {
      progress.begins(peer + " " + load.label(), length);
    }

    @Override
    public void skipped(String peer, Case load) {
      progress.clear();
      table.skipped(peer, load);
    }

    @Override
    public void failed(String peer, String doing, Exception reason) {
      progress.ended();
      table.failed(peer, doing, reason);
    }

    @Override
    public void ended(Result result) {
      progress.ended();
      table.add(result);
      if (csv != null) {
        csv.add(result);
      }
      if (html != null) {
        html.add(result);
      }
    }
  }

  /** What {@code --help} lists. */
  static final class PeerNames implements Iterable<String> {

    @Override
    public Iterator<String> iterator() {
      return Peers.names().iterator();
    }
  }
}
