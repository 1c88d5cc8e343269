package dev.weft.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.benchmarks.Case.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {

  @Test
  void pageHasItsChartsAndNeedsNothingElse(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("race.html");
    try (HtmlReport report = HtmlReport.to(file, "here & <now>")) {
      for (int callers : new int[] {1, 100, 10_000}) {
        report.add(result("weft", new Case(Kind.SYNC, callers), callers * 1000L));
        report.add(result("grpc", new Case(Kind.SYNC, callers), callers * 10L));
      }
      report.add(result("weft", Case.rate(20_000), 20_000));
    }

    String page = Files.readString(file);
    assertThat(page)
        .contains("Throughput by callers", "CPU per call by callers", "Latency, sync-100", "rate-")
        .contains("here &amp; &lt;now&gt;", "prefers-color-scheme: dark", "99.9")
        .doesNotContain("<script", "http", "NaN", "Infinity");
    assertThat(page.split("<svg", -1)).hasSize(1 + 2 + 4);
    assertThat(page.split("class=\"c1\"", -1)).as("grpc's lines").hasSize(1 + 2 + 3);
  }

  @Test
  void pageWithoutResultsIsThereAtOnce(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("race.html");
    HtmlReport.to(file, "nothing yet");

    assertThat(Files.readString(file)).contains("nothing yet").doesNotContain("<svg");
    assertThatThrownBy(() -> HtmlReport.to(folder.resolve("none/race.html"), ""))
        .isInstanceOf(NoSuchFileException.class);
  }

  private static Result result(String peer, Case load, long calls) {
    Histogram latencies = new Histogram(2);
    for (int i = 1; i <= 100; i++) {
      latencies.recordValue(i * 1000L);
    }
    Usage usage = new Usage(calls * 5_000, 0, Traffic.UNKNOWN);
    return new Result(peer, load, new Measurement(calls, 1_000_000_000L, latencies, usage));
  }
}
