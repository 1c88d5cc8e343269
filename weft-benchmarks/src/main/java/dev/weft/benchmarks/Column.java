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
 * @param value where it comes from; NaN: not known, and left empty
 */
record Column(String csvName, String title, int decimals, ToDoubleFunction<Measurement> value) {

  /** All of them, in order. */
  static final List<Column> ALL =
      List.of(
          new Column("ops_per_s", "calls/s", 0, Measurement::opsPerSecond),
          new Column("p50_us", "p50 us", 1, measurement -> measurement.micros(50)),
          new Column("p99_us", "p99 us", 1, measurement -> measurement.micros(99)),
          new Column("cpu_us_per_op", "CPU us/call", 2, Measurement::cpuMicrosPerOp),
          new Column("alloc_b_per_op", "alloc B", 0, Measurement::allocatedBytesPerOp),
          new Column("reads_per_op", "reads", 3, Measurement::readsPerOp),
          new Column("writes_per_op", "writes", 3, Measurement::writesPerOp),
          new Column("wire_b_per_op", "wire B", 1, Measurement::wireBytesPerOp),
          new Column("p999_us", "p99.9 us", 1, measurement -> measurement.micros(99.9)),
          new Column("max_us", "max us", 1, measurement -> measurement.micros(100)));

  /** For programs: 1234567.8. */
  String csv(Measurement measurement) {
    return format("%." + decimals + "f", measurement);
  }

  /** For people: 1,234,567.8. */
  String text(Measurement measurement) {
    return format("%,." + decimals + "f", measurement);
  }

  private String format(String format, Measurement measurement) {
    double figure = value.applyAsDouble(measurement);
    return Double.isNaN(figure) ? "" : String.format(Locale.ROOT, format, figure);
  }
}
