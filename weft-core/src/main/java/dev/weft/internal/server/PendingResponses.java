package dev.weft.internal.server;

import dev.weft.spi.TimeSource;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What waits for all clients of a server together to read it: clients that do not read must not
 * fill its memory, however many they are. As long as there is room, one may have it all; when there
 * is none, those are slowed down, and then dropped, who have more than their share.
 *
 * <p>The sums are made only when somebody has more than his share, and not more often than memory
 * could fill up meanwhile. Any thread.
 */
final class PendingResponses {

  private static final long SUM_INTERVAL_NANOS = 20_000_000;

  /** Of the heap, for the buffers of connections whose requests are left unread. */
  private static final int PAUSED_PART = 8;

  /** About what a reader has in use. */
  private static final int READER_BYTES = 128 * 1024;

  private final Iterable<? extends Client> connections;
  private final TimeSource time;
  private final long bytesMax;
  private final long unansweredMax;
  private volatile long shareOfBytes;
  private volatile long shareOfUnanswered;
  private final Semaphore pauses =
      new Semaphore(
          (int) Math.min(1 << 20, Runtime.getRuntime().maxMemory() / PAUSED_PART / READER_BYTES));
  private final AtomicLong nextSum;
  private volatile Sum sum = new Sum(0, 0);

  /** Of one client. Any thread. */
  interface Client {

    /** How many bytes of larger responses wait for it to read them. */
    long pendingBytes();

    /** How many of its requests have come whose answers are not written yet. */
    long unanswered();
  }

  private record Sum(long bytes, long unanswered) {}

  /**
   * @param bytesMax bytes of larger responses that may wait
   * @param unansweredMax requests that may be unanswered
   */
  PendingResponses(
      Iterable<? extends Client> connections, TimeSource time, long bytesMax, long unansweredMax) {
    this.connections = connections;
    this.time = time;
    this.bytesMax = bytesMax;
    this.unansweredMax = unansweredMax;
    this.nextSum = new AtomicLong(time.nanoTime());
    share(1);
  }

  /** There are so many connections now. */
  void share(int count) {
    shareOfBytes = bytesMax / Math.max(1, count);
    shareOfUnanswered = unansweredMax / Math.max(1, count);
  }

  /**
   * Whether so many bytes of responses are too many to wait for one client.
   *
   * @param times how many times as many as there should be
   */
  boolean areTooManyBytes(long ofOne, int times) {
    return ofOne > times * shareOfBytes && Math.max(ofOne, sum().bytes()) > times * bytesMax;
  }

  /** Whether so many unanswered requests are too many for one client. */
  boolean areTooManyUnanswered(long ofOne) {
    return ofOne > shareOfUnanswered && Math.max(ofOne, sum().unanswered()) > unansweredMax;
  }

  /**
   * Whether one more connection's requests may be left unread, with the buffers that it has
   * meanwhile; if so, {@link #resumed} must follow.
   */
  boolean tryPause() {
    return pauses.tryAcquire();
  }

  /** One goes on. */
  void resumed() {
    pauses.release();
  }

  private Sum sum() {
    long now = time.nanoTime();
    long next = nextSum.get();
    if (now - next >= 0 && nextSum.compareAndSet(next, now + SUM_INTERVAL_NANOS)) {
      long bytes = 0;
      long unanswered = 0;
      for (Client each : connections) {
        bytes += each.pendingBytes();
        unanswered += each.unanswered();
      }
      sum = new Sum(bytes, unanswered);
    }
    return sum;
  }
}
