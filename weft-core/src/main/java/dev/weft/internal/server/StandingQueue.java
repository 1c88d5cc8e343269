package dev.weft.internal.server;

/**
 * Knows whether a queue stands, or is a burst that drains: after CoDel (RFC 8289), a queue stands
 * when for a whole interval nobody has waited less than the target. It stands no more when for the
 * shortest interval nobody has waited longer.
 *
 * <pre>
 *   DRAINS ──a wait over the target──▶ WATCHED ──all of them, for an interval──▶ STANDS
 *     ▲ ▲──────a wait below it───────────┘                                          │
 *     └─────────────────────none over it, for the shortest interval────────────────┘
 * </pre>
 *
 * One thread at a time.
 */
final class StandingQueue {

  /** Less is a hiccup of the machine. */
  static final long TARGET_NANOS_MIN = 5_000_000;

  /** Ten times as much, as CoDel's. */
  static final long INTERVAL_NANOS_MIN = 10 * TARGET_NANOS_MIN;

  /** Callers with more time than this are taken for those who have this much. */
  private static final long PATIENCE_NANOS_MAX = 20_000_000_000L;

  private boolean watched;
  private long watchedSince;
  private boolean stands;
  private long lastOver;

  /**
   * How long a burst may take to drain when its callers have so much time: an eighth of it. Who
   * waits for 20 s anyway is not helped by a refusal after 50 ms.
   */
  static long burstNanos(long callersTimeNanos) {
    return Math.max(INTERVAL_NANOS_MIN, Math.min(callersTimeNanos, PATIENCE_NANOS_MAX) >> 3);
  }

  /** How long a call with so much time may wait for a processor: a sixteenth of it. */
  static long targetNanos(long callersTimeNanos) {
    return Math.max(TARGET_NANOS_MIN, Math.min(callersTimeNanos, PATIENCE_NANOS_MAX) >> 4);
  }

  /**
   * Somebody has waited so long by now.
   *
   * @param intervalNanos for how long that may go on
   */
  void saw(long waitedNanos, long targetNanos, long intervalNanos, long nowNanos) {
    if (waitedNanos <= targetNanos) {
      watched = false;
      return;
    }
    lastOver = nowNanos;
    if (!watched) {
      watched = true;
      watchedSince = nowNanos;
    } else if (nowNanos - watchedSince >= intervalNanos) {
      stands = true;
    }
  }

  /** It will not drain within an interval: that is clear already. */
  void standsFrom(long nowNanos) {
    stands = true;
    lastOver = nowNanos;
  }

  /** Nobody waits. */
  void emptied() {
    watched = false;
  }

  /** Whether it stands. */
  boolean stands(long nowNanos) {
    if (stands && nowNanos - lastOver > INTERVAL_NANOS_MIN) {
      stands = false;
      watched = false;
    }
    return stands;
  }

  /** Whether the next wait matters, even one below the target. */
  boolean isWatched() {
    return watched || stands;
  }
}
