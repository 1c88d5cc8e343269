package dev.weft.internal.connection;

import dev.weft.spi.TimeSource;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Allows few readers of the process to spin at a time: spinning saves a wake-up when there are
 * fewer readers than processors, and wastes the processors when there are more.
 *
 * <p>One for each reader. Reader thread only.
 */
final class SpinPermit {

  private static final AtomicInteger FREE_IN_PROCESS =
      new AtomicInteger(atATime(Runtime.getRuntime().availableProcessors()));

  private static final AtomicInteger NONE = new AtomicInteger();

  private AtomicInteger free;
  private boolean held;

  /**
   * One of the process's; but a reader that lives by another clock than the machine's has one of
   * its own: how a test runs must not depend on what else runs.
   */
  static SpinPermit of(TimeSource time) {
    return new SpinPermit(
        time.equals(SystemTime.INSTANCE) ? FREE_IN_PROCESS : new AtomicInteger(1));
  }

  /** How many may spin on so many processors: where there is one only, others need it. */
  static int atATime(int processors) {
    return processors == 1 ? 0 : processors;
  }

  /**
   * @param free how many more may be held
   */
  SpinPermit(AtomicInteger free) {
    this.free = free;
  }

  /** From now on, it gets none. Before it has one. */
  void forgo() {
    free = NONE;
  }

  /** Takes a permit, if it has none yet and one is free. */
  boolean acquire() {
    if (!held) {
      int now = free.get();
      held = now > 0 && free.compareAndSet(now, now - 1);
    }
    return held;
  }

  /** Gives the permit back, if it has one. */
  void release() {
    if (held) {
      held = false;
      free.incrementAndGet();
    }
  }
}
