package dev.weft.reliability.failure;

import java.util.Locale;
import org.HdrHistogram.ConcurrentHistogram;

/** Times that were measured, and how they spread. Any thread. */
final class Spread {

  private static final double NANOS_PER_MILLI = 1e6;

  private final ConcurrentHistogram nanos = new ConcurrentHistogram(3);

  void add(long measuredNanos) {
    nanos.recordValue(Math.max(0, measuredNanos));
  }

  double maxMillis() {
    return nanos.getMaxValue() / NANOS_PER_MILLI;
  }

  /** Such as {@code 12/34 ms}: the median, and the longest. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%.0f/%.0f ms", nanos.getValueAtPercentile(50) / NANOS_PER_MILLI, maxMillis());
  }
}
