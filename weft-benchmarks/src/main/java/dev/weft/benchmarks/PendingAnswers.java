package dev.weft.benchmarks;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Waits for the ends of some asynchronous calls. */
final class PendingAnswers {

  private final CountDownLatch open;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  PendingAnswers(int calls) {
    open = new CountDownLatch(calls);
  }

  /** For the call of this number. */
  Peer.Completion completion(int number) {
    return new Peer.Completion() {
      @Override
      public void completed(int answer) {
        try {
          Turn.checkAnswer(answer, number);
        } catch (IllegalStateException e) {
          failure.compareAndSet(null, e);
        }
        open.countDown();
      }

      @Override
      public void failed(Throwable reason) {
        failure.compareAndSet(null, reason);
        open.countDown();
      }
    };
  }

  /**
   * Waits until all have ended.
   *
   * @throws Exception when one of them has failed
   */
  void await() throws Exception {
    open.await();
    Throwable reason = failure.get();
    if (reason instanceof Exception exception) {
      throw exception;
    }
    if (reason != null) {
      throw new ExecutionException(reason);
    }
  }
}
