package dev.weft.internal.connection;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Allows few readers of the process to spin at a time: spinning saves a wake-up when there are
 * fewer readers than processors, and wastes the processors when there are more.
 *
 * <p>One for each reader. Reader thread only.
 */
final class SpinPermit {

  private static final AtomicInteger FREE =
      new AtomicInteger(Math.max(2, Runtime.getRuntime().availableProcessors()));

  private boolean held;

  /** Takes a permit, if it has none yet and one is free. */
  boolean acquire() {
    if (!held) {
      int free = FREE.get();
      held = free > 0 && FREE.compareAndSet(free, free - 1);
    }
    return held;
  }

  /** Gives the permit back, if it has one. */
  void release() {
    if (held) {
      held = false;
      FREE.incrementAndGet();
    }
  }
}
