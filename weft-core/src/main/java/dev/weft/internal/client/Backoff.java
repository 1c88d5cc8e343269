package dev.weft.internal.client;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt to connect: doubling, with a random part so that many
 * clients of one server do not come back all at once.
 *
 * <p>Connecting thread only.
 */
final class Backoff {

  private final long firstNanos;
  private final long maxNanos;
  private final RandomGenerator random;
  private long nextNanos;

  Backoff(Duration first, Duration max, RandomGenerator random) {
    this.firstNanos = first.toNanos();
    this.maxNanos = max.toNanos();
    this.random = random;
    this.nextNanos = firstNanos;
  }

  /** An attempt has succeeded. */
  void reset() {
    nextNanos = firstNanos;
  }

  /** Trying again soon would not help: the next wait is the longest. */
  void skipToLongest() {
    nextNanos = maxNanos;
  }

  /** How long to wait now: from half of the doubled time to all of it. */
  long nextDelayNanos() {
    long now = nextNanos;
    nextNanos = Math.min(maxNanos, 2 * now);
    return now / 2 + random.nextLong(now / 2 + 1);
  }
}
