package dev.weft.reliability.stress;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a stress test has seen in all its runs.
 *
 * @param test its name
 * @param samples how often its actors met
 * @param outcomes what came of it, the most frequent first
 * @param errors why runs of it have failed, apart from what they saw; each once
 */
public record StressResult(String test, long samples, List<Outcome> outcomes, List<String> errors) {

  /**
   * What came of some samples.
   *
   * @param result as the test says it
   * @param samples how many
   * @param forbidden whether it must not be
   * @param meaning what it means
   */
  public record Outcome(String result, long samples, boolean forbidden, String meaning) {}

  /** Whether nothing was seen that must not be. */
  public boolean hasPassed() {
    return samples > 0
        && errors.isEmpty()
        && outcomes.stream().noneMatch(outcome -> outcome.forbidden() && outcome.samples() > 0);
  }

  /** In a line, or in more if it has failed. */
  @Override
  public String toString() {
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%-6s %-52s %,12d  %s",
                hasPassed() ? "ok" : "FAILED",
                test,
                samples,
                outcomes.stream()
                    .filter(outcome -> !outcome.forbidden())
                    .map(this::share)
                    .collect(Collectors.joining("; "))));
    for (Outcome outcome : outcomes) {
      if (outcome.forbidden()) {
        text.append(
            String.format(
                Locale.ROOT,
                "%n         FORBIDDEN: %s, %,d times: %s",
                outcome.result(),
                outcome.samples(),
                outcome.meaning()));
      }
    }
    errors.forEach(error -> text.append(String.format("%n         ERROR: %s", error)));
    return text.toString();
  }

  private String share(Outcome outcome) {
    return String.format(
        Locale.ROOT, "%s: %.1f %%", outcome.result(), 100.0 * outcome.samples() / samples);
  }
}
