package dev.weft.internal.client;

import dev.weft.RpcException;
import dev.weft.internal.connection.Outgoing;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * How far a call has come, who may end it, and who waits for that.
 *
 * <pre>
 *   WAITING ──outbox──▶ SENT ──▶ ENDING ──▶ ENDED
 *      │ ◀──(server goes away)─┘    ▲
 *      └────────────────────────────┘
 * </pre>
 *
 * Whoever brings it to ENDING (its answer, its deadline, its caller, the loss of its connection,
 * the end of the client) alone says how it ended; so it ends once. The state before tells whether
 * the server can have run it.
 *
 * <p>Any thread. A part of {@link ClientCall}, in the same object.
 */
abstract class CallEnd extends Outgoing {

  /** The states, in the order in which they come. */
  static final int WAITING = 0;

  static final int SENT = 1;
  static final int ENDING = 2;
  private static final int ENDED = 3;

  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(CallEnd.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile int state; // WAITING, unsaid: that would be a fence for each call

  /** Who is told of the end: the thread that waits, which has made this; a future; or nobody. */
  private @Nullable Object listener;

  private @Nullable Answer answer;

  /**
   * @param waiter the current thread if it will wait for the end
   */
  CallEnd(@Nullable Thread waiter) {
    listener = waiter;
  }

  /** Has a future told of the end, if no thread waits for it. Before it is sent. */
  final void future(CallFuture<?> future) {
    listener = future;
  }

  /** Whether nobody is told of the end: it is a one-way message, once it is sent. */
  final boolean isOneWay() {
    return listener == null;
  }

  /** The future that is told of the end, if there is one. */
  final @Nullable CallFuture<?> future() {
    return listener instanceof CallFuture<?> future ? future : null;
  }

  final boolean isWaiting() {
    return state == WAITING;
  }

  final boolean isSent() {
    return state == SENT;
  }

  final boolean hasEnded() {
    return state >= ENDING;
  }

  /**
   * Whether it is neither sent nor ended. An exchange, not a look: whoever ends it afterwards sees
   * all that the asking thread did before, its slot above all.
   */
  final boolean isToBeSent() {
    return STATE.compareAndSet(this, WAITING, WAITING);
  }

  /**
   * It is about to be written.
   *
   * @return whether it may; else it has ended
   */
  final boolean claimSending() {
    return STATE.compareAndSet(this, WAITING, SENT);
  }

  /**
   * It was sent, but surely not executed.
   *
   * @return whether it waits again; else it has ended
   */
  final boolean takeBack() {
    return STATE.compareAndSet(this, SENT, WAITING);
  }

  /**
   * Says that one knows how it has ended.
   *
   * @return the state before; {@link #ENDING} or more when somebody else ends or has ended it. If
   *     not, {@link #publish} must follow
   */
  final int claimEnd() {
    for (; ; ) {
      int now = state;
      if (now >= ENDING || STATE.compareAndSet(this, now, ENDING)) {
        return now;
      }
    }
  }

  /**
   * The same, if it was not sent.
   *
   * @return whether it is so, and {@link #publish} must follow
   */
  final boolean claimEndUnsent() {
    return STATE.compareAndSet(this, WAITING, ENDING);
  }

  /** Tells how it has ended. Whoever has claimed that. */
  final void publish(Answer newAnswer) {
    answer = newAnswer;
    STATE.setRelease(this, ENDED); // enough: to unpark is to order, too
    if (listener instanceof Thread waiter) {
      LockSupport.unpark(waiter);
    } else {
      ended(newAnswer);
    }
  }

  /** It has ended, and no thread waits for that. */
  abstract void ended(Answer newAnswer);

  /** Its thread was interrupted, and should not have to wait any more. That thread. */
  abstract void interrupted();

  /** Waits for its end. The thread that made it only. An interruption cancels it. */
  final Answer await() {
    boolean interrupted = false;
    while (state != ENDED) {
      LockSupport.park(); // without a blocker, which would cost a fence; the stack says it all
      if (Thread.interrupted()) {
        interrupted = true;
        interrupted();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    Answer ended = answer;
    if (ended == null) {
      throw new AssertionError("a call has ended without an answer");
    }
    return ended;
  }

  /** Why it has failed, if it has already. */
  final @Nullable RpcException failureSoFar() {
    return state == ENDED && answer instanceof Answer.Failure failure
        ? failure.exception().get()
        : null;
  }
}
