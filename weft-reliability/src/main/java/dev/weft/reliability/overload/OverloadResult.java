package dev.weft.reliability.overload;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How one peer has come through an overload.
 *
 * @param peer who
 * @param plan what was done to it
 * @param steps what became of the calls of each load, in their order
 * @param normalAfterMillis how long after the load had fallen all was normal; negative: never
 */
public record OverloadResult(
    String peer, OverloadPlan plan, List<Step> steps, double normalAfterMillis) {

  private static final double GOOD_SHARE_MIN = 0.9;
  private static final double SLOWER_MAX = 5;
  private static final double REFUSED_MILLIS_MAX = 10;
  private static final double NORMAL_MILLIS_MAX = 1000;

  /**
   * A goal, and how far it was reached.
   *
   * @param text both
   */
  public record Goal(String text, boolean held) {}

  /** The most calls in a second that were answered in time, at any load. */
  public double peakPerSecond() {
    return steps.stream().mapToDouble(Step::goodPerSecond).max().orElse(0);
  }

  /** Calls that were said not to have run, and had: a bug. */
  public long lies() {
    return steps.stream().mapToLong(Step::lies).sum();
  }

  private Step quietest() {
    return steps.stream()
        .reduce((one, other) -> one.load() <= other.load() ? one : other)
        .orElseThrow();
  }

  /** What an overload should not do to a server; only what this plan has can be told. */
  public List<Goal> goals() {
    List<Goal> goals = new ArrayList<>();
    List<Step> overloads = steps.stream().filter(step -> step.load() > 1).toList();
    if (!overloads.isEmpty()) {
      goals.add(goodput(overloads));
      goals.add(latency(overloads));
      goals.add(refusals(overloads));
    }
    boolean isNormal = normalAfterMillis >= 0;
    String after = isNormal ? Math.round(normalAfterMillis) + " ms" : "not at all";
    goals.add(
        new Goal(
            "normal within 1 s after the load has fallen: " + after,
            isNormal && normalAfterMillis <= NORMAL_MILLIS_MAX));
    return goals;
  }

  private Goal goodput(List<Step> overloads) {
    double least = overloads.stream().mapToDouble(Step::goodPerSecond).min().orElse(0);
    double share = least / peakPerSecond();
    return new Goal(
        "goodput under overload at least 90 % of the peak: " + oneDecimal(100 * share) + " %",
        share >= GOOD_SHARE_MIN);
  }

  private Goal latency(List<Step> overloads) {
    Step quietest = quietest();
    double slowest = overloads.stream().mapToDouble(Step::p99Millis).max().orElse(Double.NaN);
    double times = slowest / quietest.p99Millis();
    return new Goal(
        "p99 of answered calls at most 5 times the "
            + oneDecimal(quietest.p99Millis())
            + " ms at load "
            + quietest.load()
            + ": "
            + oneDecimal(times)
            + " times",
        times <= SLOWER_MAX);
  }

  private static Goal refusals(List<Step> overloads) {
    double longest =
        overloads.stream()
            .mapToDouble(Step::refusedP99Millis)
            .filter(millis -> !Double.isNaN(millis))
            .max()
            .orElse(Double.NaN);
    long refused = overloads.stream().mapToLong(Step::refused).sum();
    long expired = overloads.stream().mapToLong(Step::expired).sum();
    long no = overloads.stream().mapToLong(Step::executedNo).sum();
    return new Goal(
        "refused calls learn it within 10 ms (p99), executed NO: "
            + (refused == 0 ? "" : oneDecimal(longest) + " ms; ")
            + refused
            + " refused and "
            + expired
            + " expired, "
            + no
            + " of them NO",
        longest <= REFUSED_MILLIS_MAX && no >= refused);
  }

  private static String oneDecimal(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
