package dev.weft.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.benchmarks.Case.Kind;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

  private static final Result WEFT =
      new Result(
          "weft",
          new Case(Kind.SYNC, 100),
          measurement(1_234_567, 1_234_000, 1_528_394_000L, new Traffic(617_284, 123_457, 1e8)));
  private static final Result GRPC =
      new Result(
          "grpc", new Case(Kind.ASYNC, 1000), measurement(100, 1_000, 300_000, Traffic.UNKNOWN));

  @Test
  void csvHasAHeaderAndALineForEachResult(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("race.csv");
    try (CsvReport report = CsvReport.to(file)) {
      report.add(WEFT);
      report.add(GRPC);
      assertThat(Files.readString(file))
          .as("what is there before the race has ended")
          .isEqualTo(
              """
              peer,case,ops_per_s,p50_us,p99_us,cpu_us_per_op,alloc_b_per_op,reads_per_op,\
              writes_per_op,wire_b_per_op,p999_us,max_us
              weft,sync-100,1234567,1234.0,1234.0,1.24,2,0.500,0.100,81.0,1234.0,1234.0
              grpc,async-1000,100,1.0,1.0,3.00,20000,,,,1.0,1.0
              """);
    }
  }

  @Test
  void csvThatCannotBeWrittenIsRefusedAtOnce(@TempDir Path folder) {
    assertThatThrownBy(() -> CsvReport.to(folder.resolve("none/race.csv")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void tableIsAlignedAndKeepsPeersApart() {
    StringWriter text = new StringWriter();
    TableReport report = new TableReport(new PrintWriter(text));
    report.add(WEFT);
    report.add(GRPC);
    report.skipped("grpc", new Case(Kind.ONEWAY, 100));
    assertThat(text.toString().lines())
        .containsExactly(
            "peer              case                  calls/s     p50 us     p99 us  CPU us/call"
                + "    alloc B      reads     writes     wire B   p99.9 us     max us",
            "weft              sync-100            1,234,567    1,234.0    1,234.0         1.24"
                + "          2      0.500      0.100       81.0    1,234.0    1,234.0",
            "",
            "grpc              async-1000                100        1.0        1.0         3.00"
                + "     20,000                                         1.0        1.0",
            "grpc              oneway              not supported");
  }

  private static Measurement measurement(
      long calls, long latencyNanos, long cpuNanos, Traffic traffic) {
    Histogram latencies = new Histogram(5);
    latencies.recordValue(latencyNanos);
    return new Measurement(
        calls, 1_000_000_000L, latencies, new Usage(cpuNanos, 2_000_000, traffic));
  }
}
