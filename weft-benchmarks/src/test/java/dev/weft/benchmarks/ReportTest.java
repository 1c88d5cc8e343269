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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

  private static final Result WEFT =
      new Result(
          "weft", new Case(Kind.SYNC, 100), new Measurement(1_234_567.4, 9.46, 1_234.04, 1.238));
  private static final Result GRPC =
      new Result("grpc", new Case(Kind.ASYNC, 1000), new Measurement(99.6, 1, 2, 3));

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
              peer,case,ops_per_s,p50_us,p99_us,cpu_us_per_op
              weft,sync-100,1234567,9.5,1234.0,1.24
              grpc,async-1000,100,1.0,2.0,3.00
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
    assertThat(text.toString().lines())
        .containsExactly(
            "peer          case                calls/s       p50 us       p99 us  CPU us/call",
            "weft          sync-100          1,234,567          9.5      1,234.0         1.24",
            "",
            "grpc          async-1000              100          1.0          2.0         3.00");
  }
}
