package dev.weft.reliability.overload;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * The calls of a time by the twentieth of a second in which they were due: to see when all is
 * normal again. Normal is a slot whose calls were good, all but one in ten, and not slow. Any
 * thread.
 */
final class Slots {

  static final long SLOT_NANOS = 50_000_000;

  /** Normal again is what stays so for this many. */
  private static final int IN_A_ROW = 5;

  private static final double GOOD_MIN = 0.9;

  private final long beginNanos;
  private final long slowNanos;
  private final AtomicInteger[] all;
  private final AtomicInteger[] fine;

  /**
   * @param beginNanos when the time begins
   * @param length how long it is
   * @param slowNanos what takes longer is slow
   */
  Slots(long beginNanos, Duration length, long slowNanos) {
    this.beginNanos = beginNanos;
    this.slowNanos = slowNanos;
    int count = (int) (length.toNanos() / SLOT_NANOS);
    this.all = counters(count);
    this.fine = counters(count);
  }

  private static AtomicInteger[] counters(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new AtomicInteger())
        .toArray(AtomicInteger[]::new);
  }

  /** A call has ended. */
  void ended(long dueNanos, long tookNanos, boolean good) {
    int slot = (int) ((dueNanos - beginNanos) / SLOT_NANOS);
    if (slot >= 0 && slot < all.length) {
      all[slot].incrementAndGet();
      if (good && tookNanos <= slowNanos) {
        fine[slot].incrementAndGet();
      }
    }
  }

  /** How long it took from the beginning; negative: it was not normal in all that time. */
  double normalAfterMillis() {
    int row = 0;
    for (int slot = 0; slot < all.length; slot++) {
      row = isNormal(slot) ? row + 1 : 0;
      if (row == Math.min(IN_A_ROW, all.length)) {
        return (slot + 1 - row) * SLOT_NANOS / 1e6;
      }
    }
    return -1;
  }

  private boolean isNormal(int slot) {
    return fine[slot].get() >= GOOD_MIN * all[slot].get();
  }
}
