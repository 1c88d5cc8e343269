package dev.weft.internal.server;

import java.util.concurrent.locks.ReentrantLock;

/**
 * Finds out how many calls a server should run at a time, by what more of them do to their latency:
 * as long as a call takes about as long as it does on a quiet server, more may run; when it takes
 * twice as long, they only wait for each other, and fewer may. After Netflix's gradient limit, and
 * Envoy's adaptive concurrency, from which the probe is: now and then as few run as on a quiet
 * server, to learn anew how long a call takes there.
 *
 * <p>A call's latency is counted from when it had passed the gates, so waiting for a processor is
 * in it. Any thread; when several come at the same moment, one of them counts.
 */
final class AdaptiveLimit {

  /** What is measured in between is one measurement. */
  static final long WINDOW_NANOS = 100_000_000;

  /** How long one believes the quiet latency that was measured. */
  static final long PROBE_NANOS = 30_000_000_000L;

  private static final int SAMPLES_MIN = 10;

  /** It begins with so many times the least: it grows faster than it recovers from too much. */
  static final int FIRST = 4;

  /** Latency may be that much of the quiet one until it counts against the limit. */
  private static final double TOLERANCE = 1.5;

  private final Gate gate;
  private final int least;
  private final int most;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private double limit;
  private double afterProbe;
  private boolean probing;
  private double quietNanos = Double.MAX_VALUE;
  private long probedNanos;
  private long windowNanos;
  private double sumNanos;
  private int samples;
  private int mostRunning;

  /**
   * @param gate whose limit it moves
   * @param least under which it does not go: as many as the machine has processors
   * @param most over which it does not
   */
  AdaptiveLimit(Gate gate, int least, int most, long nowNanos) {
    this.gate = gate;
    this.most = most;
    this.least = Math.min(least, most);
    this.limit = Math.min(FIRST * this.least, most);
    this.afterProbe = limit;
    this.windowNanos = nowNanos;
    this.probedNanos = nowNanos;
    gate.max((int) limit);
  }

  /** A call has ended that had passed the gates then. */
  void ended(long passedNanos, long nowNanos) {
    if (!lock.tryLock()) {
      return;
    }
    try {
      if (passedNanos - windowNanos < 0) {
        return; // it ran under the limit before
      }
      sumNanos += nowNanos - passedNanos;
      samples++;
      mostRunning = Math.max(mostRunning, gate.running());
      if (samples >= SAMPLES_MIN && nowNanos - windowNanos >= WINDOW_NANOS) {
        adapt(sumNanos / samples, nowNanos);
      }
    } finally {
      lock.unlock();
    }
  }

  private void adapt(double meanNanos, long nowNanos) {
    if (probing) {
      probing = false;
      probedNanos = nowNanos;
      quietNanos = meanNanos;
      limit = afterProbe;
    } else if (nowNanos - probedNanos >= PROBE_NANOS) {
      probing = true;
      afterProbe = limit;
      limit = least;
    } else {
      quietNanos = Math.min(quietNanos, meanNanos);
      limit = next(meanNanos);
    }
    gate.max((int) limit);
    windowNanos = nowNanos;
    sumNanos = 0;
    samples = 0;
    mostRunning = 0;
  }

  private double next(double meanNanos) {
    double gradient = Math.clamp(TOLERANCE * quietNanos / meanNanos, 0.5, 1);
    if (gradient == 1 && mostRunning < limit / 2) {
      return limit; // nobody needs more, so nothing is known of it
    }
    // The root lets it grow, and at the right limit just makes up for what the gradient takes.
    return Math.clamp(limit * gradient + Math.sqrt(limit), least, most);
  }
}
