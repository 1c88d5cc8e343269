package dev.weft.spi;

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

  /** A task to come. */
  interface Scheduled {
    /** Makes sure that the task does not begin any more. Harmless when it has already. */
    void cancel();
  }
}
