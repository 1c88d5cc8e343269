package dev.weft.cli;

import dev.weft.benchmarks.Case;
import dev.weft.benchmarks.CsvReport;
import dev.weft.benchmarks.Peer;
import dev.weft.benchmarks.Peers;
import dev.weft.benchmarks.Race;
import dev.weft.benchmarks.RaceException;
import dev.weft.benchmarks.Result;
import dev.weft.benchmarks.TableReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
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
      "Measures Weft and its peers: client and server in one process, one TCP connection, the echo of"
          + " a small record.",
      "Case sync-N: N virtual threads, each calls, waits and calls again. Case async-1000: 1000 calls"
          + " open, each completion makes the next call. Each case has a warm-up and three rounds; the"
          + " one of median throughput counts."
    },
    footer = {
      "",
      "Columns: calls per second; latency, of at most 64 of the callers; processor time of the whole"
          + " process per call.",
      "Exit status 1: a peer failed; 2: no such peer, or FILE cannot be written."
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
      names = "--callers",
      paramLabel = "N,...",
      hideParamSyntax = true,
      split = ",",
      defaultValue = "1,100,1000,10000",
      description = "How many call at a time, 1 to 60000; a case each. Default: ${DEFAULT-VALUE}.")
  private List<Integer> callers;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "3",
      description = "How long a round takes, 0.01 to 3600. Default: ${DEFAULT-VALUE}.")
  private double seconds;

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      description = "Where to write the results as CSV, too: it is written anew.")
  private @Nullable Path csv;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  RaceCommand() {}

  @Override
  public Integer call() throws InterruptedException, IOException {
    Race race = race();
    PrintWriter out = spec.commandLine().getOut();
    try (CsvReport file = csv == null ? null : openCsv(csv)) {
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
      Consumer<Result> results = new TableReport(out)::add;
      race.run(file == null ? results : results.andThen(file::add));
    } catch (RaceException e) {
      throw CommandFailure.failed(CommandFailure.messageOf(e));
    } catch (UncheckedIOException e) {
      throw CommandFailure.failed("cannot write " + csv + ": " + CommandFailure.messageOf(e));
    }
    return 0;
  }

  private Race race() {
    if (!(seconds >= SECONDS_MIN && seconds <= SECONDS_MAX)) {
      throw CommandFailure.usage("--seconds " + seconds + " is not from 0.01 to 3600");
    }
    try {
      List<Peer> named = Peers.named(peers);
      return new Race(named, Case.standard(callers), Duration.ofNanos(Math.round(seconds * 1e9)));
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(CommandFailure.messageOf(e));
    }
  }

  /** Before the race begins: nobody wants to learn it after an hour. */
  private static CsvReport openCsv(Path file) {
    try {
      return CsvReport.to(file);
    } catch (NoSuchFileException e) {
      throw CommandFailure.usage("cannot write " + file + ": there is no such folder");
    } catch (FileSystemException e) {
      String reason = e.getReason();
      throw CommandFailure.usage(
          "cannot write " + file + ": " + (reason == null ? "access denied" : reason));
    } catch (IOException e) {
      throw CommandFailure.usage("cannot write " + file + ": " + e.getMessage());
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
