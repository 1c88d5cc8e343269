package dev.weft.reliability.failure;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Calls whose handlers would hold them for ever: they end when their connection does. */
final class HeldCalls {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Misses misses;
  private final AtomicInteger open;
  private final AtomicLong lastEnd = new AtomicLong();

  private HeldCalls(Misses misses, int count) {
    this.misses = misses;
    this.open = new AtomicInteger(count);
  }

  /** Makes so many, while nobody else calls, and waits until a server has begun all of them. */
  @SuppressWarnings("FutureReturnValueIgnored") // the journal has what became of it
  static HeldCalls make(Ledger ledger, Calls calls, int count, Misses misses)
      throws InterruptedException {
    HeldCalls held = new HeldCalls(misses, count);
    long from = ledger.made();
    for (int i = 0; i < count; i++) {
      calls.callAsync(Task.HOLD).whenComplete((answer, failure) -> held.ended());
    }
    if (!Patience.until(PATIENCE, () -> ledger.begun().count(from, count) == count)) {
      misses.add(
          "only "
              + ledger.begun().count(from, count)
              + " of "
              + count
              + " calls were begun in "
              + PATIENCE);
    }
    misses.expectAtMost("open calls that ended early", count - held.open.get(), 0);
    return held;
  }

  private void ended() {
    lastEnd.set(System.nanoTime());
    open.decrementAndGet();
  }

  /**
   * Waits until all have ended.
   *
   * @return when the last one has, as {@link System#nanoTime}
   */
  long awaitLastEnd() throws InterruptedException {
    if (!Patience.until(PATIENCE, () -> open.get() == 0)) {
      misses.add(open.get() + " calls have not ended in " + PATIENCE);
    }
    return lastEnd.get();
  }
}
