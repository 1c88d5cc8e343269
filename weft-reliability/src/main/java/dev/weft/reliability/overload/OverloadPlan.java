package dev.weft.reliability.overload;

import java.time.Duration;
import java.util.List;

/**
 * An overload to be made.
 *
 * @param loads multiples of the server's capacity, in this order, 0.05 to 20; the lowest one is
 *     what the others are compared with
 * @param step how long each takes, 50 ms to 1 h
 * @param work what handlers do
 * @param deadline how long a caller waits, 1 ms to 1 min
 * @param clients who make the calls, in turns, a connection each, 1 to 100
 * @param seed what the moments of the calls are drawn from
 */
public record OverloadPlan(
    List<Double> loads, Duration step, Work work, Duration deadline, int clients, long seed) {

  /** The load before and after. */
  public static final double QUIET = 0.5;

  /** How long the load is low again at the end, at the most. */
  static final Duration RECOVERY_MAX = Duration.ofSeconds(3);

  /** Not counted: the JVM compiles. */
  private static final Duration WARM_UP_MAX = Duration.ofSeconds(2);

  private static final int PER_SECOND_MAX = 200_000;

  /**
   * @throws IllegalArgumentException when something is out of its range
   */
  public OverloadPlan {
    loads = List.copyOf(loads);
    check(!loads.isEmpty(), "there is no load");
    for (double load : loads) {
      check(load >= 0.05 && load <= 20, "load " + load + " is not from 0.05 to 20");
      check(
          load * work.perSecond() <= PER_SECOND_MAX,
          "load "
              + load
              + " would be "
              + Math.round(load * work.perSecond())
              + " calls a second, and the most is "
              + PER_SECOND_MAX);
    }
    checkBetween("a step", step, Duration.ofMillis(50), Duration.ofHours(1));
    checkBetween("the deadline", deadline, Duration.ofMillis(1), Duration.ofMinutes(1));
    check(clients >= 1 && clients <= 100, "clients " + clients + " is not from 1 to 100");
  }

  private static void checkBetween(String what, Duration given, Duration least, Duration most) {
    check(
        given.compareTo(least) >= 0 && given.compareTo(most) <= 0,
        what + " of " + millis(given) + " ms is not from " + millis(least) + " to " + millis(most));
  }

  private static String millis(Duration duration) {
    return String.valueOf(duration.toNanos() / 1e6).replaceAll("\\.0$", "");
  }

  private static void check(boolean fine, String otherwise) {
    if (!fine) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  Duration warmUp() {
    return step.compareTo(WARM_UP_MAX) < 0 ? step : WARM_UP_MAX;
  }

  Duration recovery() {
    return step.compareTo(RECOVERY_MAX) < 0 ? step : RECOVERY_MAX;
  }

  /** How long a peer takes, about. */
  public Duration length() {
    return warmUp().plus(step.multipliedBy(loads.size())).plus(recovery());
  }
}
