package dev.weft.internal.server;

/**
 * The shortest time that a method's handler has taken lately: who has less left cannot be served.
 * The shortest, because it refuses nobody who might have been served; lately, because a handler may
 * get faster, and nobody would see it if all were refused. Only calls that had to wait are counted,
 * so a server that keeps up has none of this. Whoever holds the lock of {@link WaitingCalls}.
 */
final class ShortestRun {

  private static final long LATELY_NANOS = 1_000_000_000;

  private long sinceNanos;
  private long shortest = Long.MAX_VALUE;
  private long shortestBefore = Long.MAX_VALUE;

  /** A call has run. */
  void ran(long nanos, long nowNanos) {
    roll(nowNanos);
    shortest = Math.min(shortest, nanos);
  }

  /** In nanoseconds; zero when none has run lately. */
  long nanos(long nowNanos) {
    roll(nowNanos);
    long least = Math.min(shortest, shortestBefore);
    return least == Long.MAX_VALUE ? 0 : least;
  }

  private void roll(long nowNanos) {
    long age = nowNanos - sinceNanos;
    if (age >= LATELY_NANOS || age < 0) {
      shortestBefore = age >= 2 * LATELY_NANOS || age < 0 ? Long.MAX_VALUE : shortest;
      shortest = Long.MAX_VALUE;
      sinceNanos = nowNanos;
    }
  }
}
