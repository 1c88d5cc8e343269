package dev.weft.internal.server;

/**
 * How fast a queue drains: the mean time between two calls that leave it, of the last ones, while
 * somebody waits. Handlers that end at the same moment leave gaps of zero and then a long one, so
 * it knows nothing before as many have left as can run at a time. One thread at a time.
 */
final class DrainRate {

  private static final int CALLS_MIN = 8;
  private static final int CALLS_MAX = 1024;

  private int seen;
  private boolean known;
  private double gapNanos;
  private boolean going;
  private long lastNanos;

  /**
   * A call leaves the queue and begins.
   *
   * @param running how many may run at a time
   */
  void left(long nowNanos, int running) {
    if (going) {
      int calls = Math.clamp(running, CALLS_MIN, CALLS_MAX);
      seen = Math.min(seen + 1, 4 * calls);
      gapNanos += (nowNanos - lastNanos - gapNanos) / seen;
      known |= seen >= calls;
    }
    going = true;
    lastNanos = nowNanos;
  }

  /** Nobody waits: the time until the next one comes is not the queue's. */
  void emptied() {
    going = false;
  }

  boolean isKnown() {
    return known;
  }

  /** The time between two; how long is left of the one that goes on, nobody knows. */
  long gapNanos() {
    return (long) gapNanos;
  }
}
