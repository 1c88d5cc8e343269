package dev.weft.internal.client;

import dev.weft.spi.TimeSource;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Ends calls whose time is over, by looking through all that are open when the first is due. With
 * timeouts of seconds that is once in seconds, whatever the number of calls; making and answering a
 * call costs one comparison. Without open calls nothing is scheduled.
 *
 * <p>Any thread.
 */
final class Deadlines {

  /** Looking more often than this would cost more than it gives. */
  private static final long INTERVAL_NANOS_MIN = 1_000_000;

  private final TimeSource time;
  private final LongUnaryOperator endDue;
  private final ReentrantLock lock = new ReentrantLock();
  private TimeSource.@Nullable Scheduled scheduled;

  /**
   * When calls are looked through next; {@link Long#MAX_VALUE}: never. In nanoseconds since start.
   */
  private volatile long nextLook = Long.MAX_VALUE;

  private final long start;

  /**
   * @param endDue ends the calls that are due at a time, in nanoseconds of the time source, and
   *     returns how many nanoseconds later the next is; {@link Long#MAX_VALUE}: there is none
   */
  Deadlines(TimeSource time, LongUnaryOperator endDue) {
    this.time = time;
    this.endDue = endDue;
    this.start = time.nanoTime();
  }

  /** A call with this deadline has been made. */
  void watch(long deadlineNanos) {
    long due = deadlineNanos - start;
    if (due < nextLook) {
      schedule(due);
    }
  }

  private void schedule(long due) {
    lock.lock();
    try {
      if (due >= nextLook) {
        return;
      }
      if (scheduled != null) {
        scheduled.cancel();
      }
      nextLook = due;
      long delay = due - (time.nanoTime() - start);
      scheduled = time.schedule(Math.max(delay, INTERVAL_NANOS_MIN), this::look);
    } finally {
      lock.unlock();
    }
  }

  private void look() {
    // First this, then the look: a call that comes meanwhile schedules the next one itself.
    nextLook = Long.MAX_VALUE;
    long now = time.nanoTime();
    long nearest = endDue.applyAsLong(now);
    if (nearest != Long.MAX_VALUE) {
      schedule(now - start + nearest);
    }
  }

  /** Looks no more. */
  void stop() {
    lock.lock();
    try {
      nextLook = Long.MIN_VALUE;
      if (scheduled != null) {
        scheduled.cancel();
      }
    } finally {
      lock.unlock();
    }
  }
}
