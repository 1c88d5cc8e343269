package dev.weft.internal.server;

import dev.weft.internal.connection.Outgoing;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The run of a call's handler, and who may end it.
 *
 * <pre>
 *   NEW ──▶ RUNNING ──handler──▶ FINISHED
 *    │         ├──handler──▶ PENDING ──future──▶ FINISHED
 *    │         └──cancelled──▶ INTERRUPTING ──▶ INTERRUPTED ──handler──▶ PENDING or FINISHED
 *    └──cancelled, or too late──▶ FINISHED
 *   PENDING, INTERRUPTED ──abandoned──▶ FINISHED
 * </pre>
 *
 * The state INTERRUPTING lasts while the canceller interrupts the handler's thread; the handler
 * waits for its end, so that no interruption hits the thread in what it does next. Whoever brings
 * the run to FINISHED answers the call; it is PENDING while the handler's future is.
 *
 * <p>Any thread, unless a method says otherwise. A part of {@link ServerCall}, in the same object.
 */
abstract class HandlerRun extends Outgoing {

  private static final int NEW = 0;
  private static final int RUNNING = 1;
  private static final int INTERRUPTING = 2;
  private static final int INTERRUPTED = 3;
  private static final int PENDING = 4;
  private static final int FINISHED = 5;

  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(HandlerRun.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile int state; // NEW, unsaid: that would be a fence for each call
  private volatile boolean cancelled;

  /**
   * What stops when it is told to: the handler's thread, if that may be interrupted; then the
   * future that the handler has returned, if it goes on elsewhere. Set before the state that says
   * so.
   */
  private @Nullable Object stoppable;

  /** Whether the handler's thread has finished it. That thread only. */
  private boolean finishedHere;

  HandlerRun() {}

  /** Whether somebody has cancelled it, which its deadline does not. */
  final boolean wasCancelled() {
    return cancelled;
  }

  /**
   * This thread is about to run the handler.
   *
   * @param interruptible whether it may be interrupted meanwhile
   * @return whether it should; else the run was over before it began
   */
  final boolean begin(boolean interruptible) {
    if (interruptible) {
      stoppable = Thread.currentThread();
    }
    return STATE.compareAndSet(this, NEW, RUNNING);
  }

  /**
   * It will not begin.
   *
   * @return whether this thread answers the call; else it has begun, or another does
   */
  final boolean finishUnbegun() {
    return STATE.compareAndSet(this, NEW, FINISHED);
  }

  /**
   * The handler has returned: nobody may interrupt this thread any more. The handler's thread only.
   *
   * @return whether this thread is the one that answers, now and when asked again; else the call
   *     was abandoned
   */
  final boolean finish() {
    if (!finishedHere) {
      finishedHere = end(FINISHED) || STATE.compareAndSet(this, PENDING, FINISHED);
    }
    return finishedHere;
  }

  /**
   * The handler has returned a future. Its thread is free again; from now on, a cancellation goes
   * to the future. The handler's thread only.
   *
   * @return whether the future decides; else the call was abandoned
   */
  final boolean goOnIn(CompletionStage<?> future) {
    stoppable = future;
    boolean pending = end(PENDING);
    if (cancelled) {
      cancelInBackground(future);
    }
    return pending;
  }

  /**
   * The handler's future is complete. Once.
   *
   * @return whether this thread answers the call; else it was abandoned
   */
  final boolean finishPending() {
    return STATE.compareAndSet(this, PENDING, FINISHED);
  }

  private boolean end(int next) {
    if (STATE.compareAndSet(this, RUNNING, next)) {
      return true;
    }
    awaitInterruption();
    return STATE.compareAndSet(this, INTERRUPTED, next);
  }

  private void awaitInterruption() {
    while (state == INTERRUPTING) {
      Thread.yield();
    }
  }

  /**
   * Keeps it from beginning, interrupts the handler's thread, or cancels its future.
   *
   * @return whether it did not begin, and this thread answers the call
   */
  final boolean stop() {
    if (cancelled) {
      return false; // once is enough: a peer can say it without end
    }
    cancelled = true;
    if (finishUnbegun()) {
      return true;
    }
    if (STATE.compareAndSet(this, RUNNING, INTERRUPTING)) {
      if (stoppable instanceof Thread thread) {
        thread.interrupt();
      }
      state = INTERRUPTED;
    } else if (stoppable instanceof CompletionStage<?> future) {
      cancelInBackground(future);
    }
    return false;
  }

  /**
   * It was stopped, and nobody waits for it any more.
   *
   * @return whether this thread answers the call; else it has not begun, or another does
   */
  final boolean finishStopped() {
    awaitInterruption();
    return STATE.compareAndSet(this, INTERRUPTED, FINISHED) || finishPending();
  }

  /** What depends on the handler's future runs then, and may take its time. */
  private static void cancelInBackground(CompletionStage<?> future) {
    Thread.startVirtualThread(() -> {
      try {
        future.toCompletableFuture().cancel(true);
      } catch (RuntimeException e) {
        // Not all stages can be cancelled; this one goes on to its end.
      }
    });
  }
}
