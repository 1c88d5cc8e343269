package dev.weft.reliability.failure;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Makes so many calls per second, of tasks that take no time, and does not wait for their answers;
 * it makes none while too many are open, as a reasonable caller would.
 *
 * <p>Any thread.
 */
final class Pacer implements AutoCloseable {

  private static final int OPEN_MAX = 10_000;
  private static final long TICK_NANOS = 1_000_000;
  private static final double NANOS_PER_SECOND = 1e9;

  private final Calls calls;
  private final int rate;
  private final AtomicLong open = new AtomicLong();
  private final Thread thread = Thread.ofVirtual().name("pacer").unstarted(this::run);
  private volatile boolean paused;
  private volatile boolean over;

  private Pacer(Calls calls, int rate) {
    this.calls = calls;
    this.rate = rate;
  }

  /** Begins to call. */
  static Pacer start(Calls calls, int rate) {
    Pacer pacer = new Pacer(calls, rate);
    pacer.thread.start();
    return pacer;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the journal has what became of it
  private void run() {
    long last = System.nanoTime();
    double due = 0;
    while (!over && calls.mayCall()) {
      LockSupport.parkNanos(TICK_NANOS);
      long now = System.nanoTime();
      due += (now - last) * rate / NANOS_PER_SECOND;
      last = now;
      for (; due >= 1; due--) {
        if (!paused && open.get() < OPEN_MAX) {
          open.incrementAndGet();
          calls.callAsync(0).whenComplete((answer, failure) -> open.decrementAndGet());
        }
      }
    }
  }

  /** Makes no more for a while. */
  void pause(boolean newPaused) {
    paused = newPaused;
  }

  /** How many of its calls have not ended. */
  long open() {
    return open.get();
  }

  /** Makes no more. */
  @Override
  public void close() {
    over = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
