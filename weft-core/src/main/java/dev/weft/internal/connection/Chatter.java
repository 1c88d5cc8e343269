package dev.weft.internal.connection;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Tells when a peer sends without end what is of no use: frames that nobody knows, calls of methods
 * that there are not, answers that nobody waits for. Reading that costs a processor as much as
 * anything else, and an operating system lets threads that never sleep keep it for milliseconds
 * while others wait.
 *
 * <p>What somebody has asked for is of use, and so is a request that can be served, or is refused
 * for a limit: an honest peer has little else to send. Half of what comes may be of no use, from a
 * client of another version perhaps.
 *
 * <p>The reader's sleeps do not count, but do not make it forget either, unless they are long: one
 * that is sent the next piece whenever it has just fallen asleep has hardly less to do.
 *
 * <p>One for each reader. Reader thread only, unless a method says otherwise.
 */
final class Chatter {

  /** How long it is listened to before it is judged. */
  private static final long LISTENED_NANOS_MAX = 100_000;

  /**
   * What lies between two looks counts for so much at the most. The messages of one look take less;
   * if it was more, this thread was kept from running, which is not the peer's doing.
   */
  private static final long LOOK_NANOS_MAX = 50_000;

  private static final long PAUSE_NANOS_MIN = 1_000_000;
  private static final long PAUSE_NANOS_MAX = 64_000_000;

  /** It is a new beginning when it was quiet so many times as long as it was listened to. */
  private static final int QUIET_FACTOR = 16;

  private boolean listening;

  /** The last look; while it is not listened to, when that has ended, or the pause will have. */
  private long since;

  /** For how long it was listened to until then. */
  private long listenedNanos;

  private int useful;
  private long pauseNanos;
  private final AtomicInteger useless = new AtomicInteger();

  /** Something has come that is of use. */
  void useful() {
    useful++;
  }

  /** What was taken for useful is not. Any thread. */
  void useless() {
    useless.incrementAndGet();
  }

  /**
   * For how many nanoseconds the peer had better not be listened to, because there was nothing else
   * for too long: the longer, the longer it goes on. 0: it may go on.
   */
  long tooMuch(long nowNanos) {
    if (listening) {
      count(nowNanos);
    } else {
      listen(nowNanos);
    }
    if (listenedNanos <= LISTENED_NANOS_MAX) {
      return 0;
    }
    pauseNanos =
        useful > 2 * useless.get()
            ? 0
            : Math.clamp(2 * pauseNanos, PAUSE_NANOS_MIN, PAUSE_NANOS_MAX);
    listening = false;
    since = nowNanos + pauseNanos;
    beginAnew();
    return pauseNanos;
  }

  private void listen(long nowNanos) {
    long quietNanosMin = QUIET_FACTOR * Math.max(listenedNanos, pauseNanos);
    if (quietNanosMin == 0 || nowNanos - since > quietNanosMin) {
      pauseNanos = 0;
      beginAnew();
    }
    listening = true;
    since = nowNanos;
  }

  private void count(long nowNanos) {
    listenedNanos += Math.min(nowNanos - since, LOOK_NANOS_MAX);
    since = nowNanos;
  }

  private void beginAnew() {
    listenedNanos = 0;
    useful = 0;
    useless.setPlain(0);
  }

  /** The reader sleeps, as nothing comes. */
  void rests(long nowNanos) {
    if (listening) {
      count(nowNanos);
      listening = false;
    }
  }
}
