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
 * <p>One for each reader. Reader thread only, unless a method says otherwise.
 */
final class Chatter {

  /** How long it is listened to before it is judged. */
  private static final long LISTENED_NANOS_MAX = 300_000;

  private static final long PAUSE_NANOS_MIN = 1_000_000;
  private static final long PAUSE_NANOS_MAX = 64_000_000;

  private boolean listening;
  private long since;
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
    if (!listening) {
      listening = true;
      since = nowNanos;
      useful = 0;
      useless.setPlain(0);
      return 0;
    }
    if (nowNanos - since <= LISTENED_NANOS_MAX) {
      return 0;
    }
    listening = false;
    pauseNanos =
        useful > 2 * useless.get()
            ? 0
            : Math.clamp(2 * pauseNanos, PAUSE_NANOS_MIN, PAUSE_NANOS_MAX);
    return pauseNanos;
  }

  /** The reader sleeps, as nothing comes. */
  void rests() {
    listening = false;
    pauseNanos = 0;
  }
}
