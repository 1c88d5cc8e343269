package dev.weft.reliability.overload;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * A column of the figures of a {@link Step}.
 *
 * @param csvName its name in the CSV file
 * @param title its name in tables
 * @param decimals how many, in both
 * @param value NaN: there is none, and it is left empty
 */
record Figure(String csvName, String title, int decimals, ToDoubleFunction<Step> value) {

  /** All of them, in order. */
  static final List<Figure> ALL =
      List.of(
          new Figure("offered_per_s", "offered/s", 0, Step::offeredPerSecond),
          new Figure("good_per_s", "good/s", 0, Step::goodPerSecond),
          new Figure("p50_ms", "p50 ms", 1, Step::p50Millis),
          new Figure("p99_ms", "p99 ms", 1, Step::p99Millis),
          new Figure("refused", "refused", 0, Step::refused),
          new Figure("refused_p99_ms", "p99 ms", 1, Step::refusedP99Millis),
          new Figure("expired", "expired", 0, Step::expired),
          new Figure("failed", "failed", 0, Step::failed),
          new Figure("executed_no", "NO", 0, Step::executedNo),
          new Figure("executed_maybe", "MAYBE", 0, Step::executedMaybe),
          new Figure("executed_yes", "YES", 0, Step::executedYes),
          new Figure("in_vain", "in vain", 0, step -> step.begun() - step.good()),
          new Figure("no_but_ran", "lies", 0, Step::lies));

  /** For programs: 1234567.8. */
  String csv(Step step) {
    return format("%." + decimals + "f", step);
  }

  /** For people: 1,234,567.8. */
  String text(Step step) {
    return format("%,." + decimals + "f", step);
  }

  private String format(String format, Step step) {
    double figure = value.applyAsDouble(step);
    return Double.isNaN(figure) ? "" : String.format(Locale.ROOT, format, figure);
  }
}
