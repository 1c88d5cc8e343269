package dev.weft.benchmarks;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Where the callers of a round begin and end together. Any thread. */
final class Gate {

  private final CountDownLatch closed = new CountDownLatch(1);
  private final CountDownLatch running;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  private volatile boolean over;

  Gate(int callers) {
    running = new CountDownLatch(callers);
  }

  /** Lets all go. */
  void open() {
    closed.countDown();
  }

  /** Waits until it is open. */
  void await() throws InterruptedException {
    closed.await();
  }

  /** Whether nobody is to begin another call. */
  boolean isOver() {
    return over;
  }

  /** Nobody is to begin another call. */
  void over() {
    over = true;
  }

  /** A caller has ended. */
  void ended() {
    running.countDown();
  }

  /** A caller has failed: ends the round for everybody. */
  void failed(Throwable reason) {
    failure.compareAndSet(null, reason);
    over = true;
    running.countDown();
  }

  boolean hasFailed() {
    return failure.get() != null;
  }

  /** How many have not ended. */
  long running() {
    return running.getCount();
  }

  /** Waits until all have ended; whether they have. */
  boolean awaitAll(long nanos) throws InterruptedException {
    return running.await(nanos, TimeUnit.NANOSECONDS);
  }

  /**
   * Throws what the first caller that failed threw, if one has.
   *
   * @throws Exception that
   */
  void rethrowFailure() throws Exception {
    Throwable first = failure.get();
    if (first instanceof Exception exception) {
      throw exception;
    }
    if (first != null) {
      throw new IllegalStateException(first.toString(), first);
    }
  }
}
