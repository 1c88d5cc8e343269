package dev.weft.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * One figure of the results. New ones go to the end, where those who read the old ones do not look.
 *
 * @param csvName its name in the CSV file
 * @param title its name in the table
 * @param decimals how many, in both
 * @param value where it comes from
 */
record Column(String csvName, String title, int decimals, ToDoubleFunction<Measurement> value) {

  /** All of them, in order. */
  static final List<Column> ALL =
      List.of(
          new Column("ops_per_s", "calls/s", 0, Measurement::opsPerSecond),
          new Column("p50_us", "p50 us", 1, Measurement::p50Micros),
          new Column("p99_us", "p99 us", 1, Measurement::p99Micros),
          new Column("cpu_us_per_op", "CPU us/call", 2, Measurement::cpuMicrosPerOp));

  /** For programs: 1234567.8. */
  String csv(Measurement measurement) {
    return String.format(Locale.ROOT, "%." + decimals + "f", value.applyAsDouble(measurement));
  }

  /** For people: 1,234,567.8. */
  String text(Measurement measurement) {
    return String.format(Locale.ROOT, "%,." + decimals + "f", value.applyAsDouble(measurement));
  }
}
