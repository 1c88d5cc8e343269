package dev.weft.cli;

import dev.weft.Stats;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** What the demo prints at its end. */
final class Summary {

  private static final int WORDS = 20;
  private static final int NAME_WIDTH = 23;

  private final PrintWriter out;

  Summary(PrintWriter out) {
    this.out = out;
  }

  /** The most frequent words; of two that are as frequent, the first in the alphabet. */
  void words(Map<String, Long> words) {
    List<Map.Entry<String, Long>> top =
        words.entrySet().stream()
            .sorted(
                Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .limit(WORDS)
            .toList();
    for (Map.Entry<String, Long> each : top) {
      out.println(String.format(Locale.ROOT, "%,12d  %s", each.getValue(), each.getKey()));
    }
    out.println();
  }

  /** That the counts agree. */
  void agreement(Map<String, Long> words) {
    long all = words.values().stream().mapToLong(Long::longValue).sum();
    out.println(
        String.format(
            Locale.ROOT,
            "Checked: a count made locally agrees (%,d words, %,d different).",
            all,
            words.size()));
    out.println();
  }

  /** What the calls cost: {@code traffic} is the client's, of these calls alone. */
  void cost(CountingRun.Outcome outcome, int callers, Stats traffic) {
    double calls = outcome.calls();
    double seconds = outcome.nanos() / 1e9;
    Histogram latencies = outcome.latencies();
    row(
        "calls",
        String.format(
            Locale.ROOT, "%,d in %.2f s, %,d at a time", outcome.calls(), seconds, callers));
    row("calls per second", String.format(Locale.ROOT, "%,.0f", calls / seconds));
    row(
        "latency",
        "p50 %s, p99 %s, max %s"
            .formatted(
                duration(latencies.getValueAtPercentile(50)),
                duration(latencies.getValueAtPercentile(99)),
                duration(latencies.getMaxValue())));
    row(
        "calls per system call",
        String.format(
            Locale.ROOT,
            "%.1f per write, %.1f per read",
            calls / Math.max(1, traffic.writes()),
            calls / Math.max(1, traffic.reads())));
    row("bytes per call", bytes(traffic.bytesWritten() / calls, traffic.bytesRead() / calls));
    if (traffic.bytesWritten() != traffic.rawBytesWritten()) {
      row(
          "  before compression",
          bytes(traffic.rawBytesWritten() / calls, traffic.rawBytesRead() / calls));
    }
    out.flush();
  }

  private static String bytes(double request, double response) {
    return String.format(Locale.ROOT, "%.1f request, %.1f response", request, response);
  }

  private static String duration(long nanos) {
    return nanos < 1_000_000
        ? String.format(Locale.ROOT, "%.1f us", nanos / 1e3)
        : String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
  }

  private void row(String name, String value) {
    out.println(name + " ".repeat(NAME_WIDTH - name.length()) + value);
  }
}
