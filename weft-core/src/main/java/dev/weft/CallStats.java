package dev.weft;

import java.util.EnumMap;
import java.util.Map;

/**
 * Calls of a client or server, of one of its connections, or of one of its methods. Calls that have
 * not ended are not among them.
 *
 * @param succeeded calls that ended with a result
 * @param oneWays one-way messages that were sent, or served
 * @param failures calls that failed, by kind; kinds without any are left out
 * @param latency how long the answered calls took, both those that succeeded and those whose
 *     failure the server told. At a client from their beginning until their answer was read (the
 *     clock is looked at once for each read, so answers that come together count as come at once);
 *     at a server from the arrival of the request until its answer goes out
 */
public record CallStats(
    long succeeded, long oneWays, Map<FailureKind, Long> failures, Latency latency) {

  /** The map is copied. */
  public CallStats {
    failures = Map.copyOf(failures);
  }

  /** All calls that have ended, and all one-way messages. */
  public long calls() {
    return succeeded + oneWays + failed();
  }

  /** All calls that failed. */
  public long failed() {
    return failures.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The calls that failed like this. */
  public long failed(FailureKind kind) {
    return failures.getOrDefault(kind, 0L);
  }

  /** The calls that were dropped or refused because a limit was reached. */
  public long dropped() {
    return failed(FailureKind.OVERLOADED);
  }

  /** The calls whose time was over. */
  public long expired() {
    return failed(FailureKind.TIMEOUT);
  }

  /** The calls that their callers have given up. */
  public long cancelled() {
    return failed(FailureKind.CANCELLED);
  }

  /** What came after the earlier ones, of the same place. */
  CallStats since(CallStats earlier) {
    Map<FailureKind, Long> more = new EnumMap<>(FailureKind.class);
    failures.forEach((kind, count) -> {
      if (count != earlier.failed(kind)) {
        more.put(kind, count - earlier.failed(kind));
      }
    });
    return new CallStats(
        succeeded - earlier.succeeded,
        oneWays - earlier.oneWays,
        more,
        latency.since(earlier.latency));
  }
}
