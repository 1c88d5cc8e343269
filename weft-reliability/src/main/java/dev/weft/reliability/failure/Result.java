package dev.weft.reliability.failure;

import java.util.List;

/**
 * What a scenario has shown.
 *
 * @param scenario its name
 * @param figures one line of what was measured, or why it was skipped
 * @param misses what was not as it should be, a line each; empty unless the verdict says so
 */
public record Result(String scenario, Verdict verdict, String figures, List<String> misses) {

  /** The list is copied. */
  public Result {
    misses = List.copyOf(misses);
  }

  static Result of(String scenario, String figures, List<String> misses) {
    return new Result(scenario, misses.isEmpty() ? Verdict.MET : Verdict.MISSED, figures, misses);
  }

  /** It could not be brought to its end. */
  public static Result brokenOff(String scenario, RuntimeException failure) {
    return of(scenario, "broken off", List.of(failure.toString()));
  }

  static Result skipped(String scenario, String why) {
    return new Result(scenario, Verdict.SKIPPED, why, List.of());
  }
}
