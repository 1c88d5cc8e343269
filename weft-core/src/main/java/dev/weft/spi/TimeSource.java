package dev.weft.spi;

import java.util.concurrent.locks.LockSupport;

/**
 * Where clients and servers take the time from: the machine's clock, or a test's.
 *
 * <p>Any thread.
 */
public interface TimeSource {

  /** Nanoseconds since some fixed moment; compared only by their differences. */
  long nanoTime();

  /**
   * Runs the task once, after the delay, on a thread of the time source; tasks must be short and
   * must not block.
   *
   * @param delayNanos nanoseconds from now; zero or less: as soon as possible
   */
  Scheduled schedule(long delayNanos, Runnable task);

  /**
   * Has the calling thread wait for about as long, before it looks again whether another thread has
   * come to its end. By default that is the machine's time even where {@link #nanoTime} is not: the
   * other thread does not wait for a clock that somebody moves.
   *
   * @param nanos more than zero, at most a millisecond
   */
  default void pause(long nanos) {
    LockSupport.parkNanos(nanos);
  }

  /** A task to come. */
  interface Scheduled {
    /** Makes sure that the task does not begin any more. Harmless when it has already. */
    void cancel();
  }
}
