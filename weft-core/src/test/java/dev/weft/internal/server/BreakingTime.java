package dev.weft.internal.server;

import dev.weft.internal.connection.SystemTime;
import dev.weft.spi.TimeSource;

/**
 * The machine's clock, but for one thread, which it fails once: as any line may that needs memory
 * when there is none. Any thread.
 */
final class BreakingTime implements TimeSource {

  private volatile Thread breaking;

  /** The next look at the clock of the calling thread fails. */
  void breakHere() {
    breaking = Thread.currentThread();
  }

  @Override
  public long nanoTime() {
    if (breaking == Thread.currentThread()) {
      breaking = null;
      throw new OutOfMemoryError("injected");
    }
    return SystemTime.INSTANCE.nanoTime();
  }

  @Override
  public Scheduled schedule(long delayNanos, Runnable task) {
    return SystemTime.INSTANCE.schedule(delayNanos, task);
  }
}
