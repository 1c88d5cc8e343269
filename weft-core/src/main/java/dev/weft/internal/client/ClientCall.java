package dev.weft.internal.client;

import dev.weft.Executed;
import dev.weft.FailureKind;
import dev.weft.RpcException;
import dev.weft.internal.connection.InFlight;
import dev.weft.internal.connection.Outgoing;
import dev.weft.internal.wire.Frame;
import dev.weft.internal.wire.FrameWriter;
import dev.weft.internal.wire.MetadataSection;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One call, or one-way message, from its beginning to its end.
 *
 * <pre>
 *   WAITING ──outbox──▶ SENT ──▶ ENDING ──▶ ENDED
 *      └──────────────────────────▲
 * </pre>
 *
 * Whoever brings it to ENDING (its answer, its deadline, its caller, the loss of its connection,
 * the end of the client) alone says how it ended; so it ends once. The state before tells whether
 * the server can have run it. Any thread.
 */
final class ClientCall extends Outgoing implements InFlight.Entry {

  private static final int WAITING = 0;
  private static final int SENT = 1;
  private static final int ENDING = 2;
  private static final int ENDED = 3;

  private static final byte[] EMPTY = {};

  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(ClientCall.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final ClientLink link;
  private final ClientMethod method;
  private final int payloadBytes;
  private final long deadlineNanos;
  private final Kind kind;
  private final boolean failFast;
  private long startNanos;
  private byte[] metadata = MetadataSection.NONE;
  private long id;
  private volatile int state = WAITING;

  /** Dropped when it ends unsent: it may stay in a queue for a while. */
  private byte[] payload;

  /** The thread that waits; set before the call is sent, by that thread. */
  private @Nullable Thread waiter;

  /** The future to complete; set before the call is sent. */
  private @Nullable CallFuture<?> future;

  private @Nullable Answer answer;

  enum Kind {
    SYNCHRONOUS,
    ASYNCHRONOUS,
    ONE_WAY
  }

  ClientCall(
      ClientLink link,
      ClientMethod method,
      byte[] payload,
      long deadlineNanos,
      Kind kind,
      boolean failFast) {
    this.link = link;
    this.method = method;
    this.payload = payload;
    this.payloadBytes = payload.length;
    this.deadlineNanos = deadlineNanos;
    this.kind = kind;
    this.failFast = failFast;
    if (kind == Kind.SYNCHRONOUS) {
      waiter = Thread.currentThread();
    }
  }

  /**
   * When it began, and what goes with it; before it is sent.
   *
   * @param encodedMetadata as {@link MetadataSection} encodes it
   */
  void begun(long nowNanos, byte[] encodedMetadata) {
    startNanos = nowNanos;
    metadata = encodedMetadata;
  }

  long startNanos() {
    return startNanos;
  }

  void future(CallFuture<?> newFuture) {
    future = newFuture;
  }

  ClientMethod method() {
    return method;
  }

  ClientLink link() {
    return link;
  }

  long deadlineNanos() {
    return deadlineNanos;
  }

  int payloadBytes() {
    return payloadBytes;
  }

  boolean isFailFast() {
    return failFast;
  }

  /** Whether its end runs what its caller has chained to a future. */
  boolean isAsynchronous() {
    return kind == Kind.ASYNCHRONOUS;
  }

  boolean isSent() {
    return state == SENT;
  }

  boolean hasEnded() {
    return state >= ENDING;
  }

  @Override
  public long callId() {
    return id;
  }

  @Override
  public void callId(long newId) {
    id = newId;
  }

  @Override
  public long frameBytesMax() {
    return FrameWriter.frameBytesMax(payloadBytes, method.name().length() + metadata.length);
  }

  @Override
  public boolean writeTo(FrameWriter out, long nowNanos) {
    if (kind == Kind.ONE_WAY) {
      return writeOneWay(out);
    }
    long remainingNanos = deadlineNanos - nowNanos;
    if (remainingNanos <= 0 || !STATE.compareAndSet(this, WAITING, SENT)) {
      return false; // it has ended, or is about to
    }
    long millis = (remainingNanos + 999_999) / 1_000_000;
    int timeoutMillis = (int) Math.min(millis, Frame.TIMEOUT_MILLIS_MAX);
    out.request(id, method.name(), timeoutMillis, metadata, payload);
    return true;
  }

  private boolean writeOneWay(FrameWriter out) {
    if (claimEnd() != WAITING) {
      return false;
    }
    out.oneWay(method.name(), metadata, payload);
    method.counts().oneWay();
    link.leave(this);
    publish(new Answer.Result(payload));
    return true;
  }

  @Override
  public void unsent(Throwable reason) {
    if (!hasEnded()) {
      link.sendAgain(this);
    }
  }

  /** Its answer has come. */
  void end(Answer newAnswer) {
    if (claimEnd() < ENDING) {
      publish(newAnswer);
    }
  }

  /**
   * It has no answer.
   *
   * @param failure makes the exception, given whether the server can have run it
   * @return whether this ended it while it was sent, so that the server might be told
   */
  boolean fail(Function<Executed, RpcException> failure) {
    int before = claimEnd();
    if (before >= ENDING) {
      return false;
    }
    Executed executed = before == SENT ? Executed.MAYBE : Executed.NO;
    if (before == WAITING) {
      payload = EMPTY;
    }
    // If its answer has just come, its id may be somebody else's already.
    boolean left = link.leave(this);
    publish(new Answer.Failure(() -> failure.apply(executed)));
    return left && before == SENT;
  }

  /**
   * @return the state before; {@link #ENDING} or more when somebody else ends or has ended it
   */
  private int claimEnd() {
    for (; ; ) {
      int now = state;
      if (now >= ENDING || STATE.compareAndSet(this, now, ENDING)) {
        return now;
      }
    }
  }

  private void publish(Answer newAnswer) {
    answer = newAnswer;
    state = ENDED;
    if (kind == Kind.SYNCHRONOUS) {
      LockSupport.unpark(waiter);
    } else if (future != null) {
      future.end(newAnswer);
    } else if (newAnswer instanceof Answer.Failure failure) {
      // Nobody may ever ask for it, so it is counted here.
      method.counts().failed(FailureKind.of(failure.exception().get()));
    }
  }

  /** Waits for its end. The thread that made it only. An interruption cancels it. */
  Answer await() {
    boolean interrupted = false;
    while (state != ENDED) {
      LockSupport.park(this);
      if (Thread.interrupted()) {
        interrupted = true;
        link.cancel(this, "its waiting thread was interrupted");
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
  @Nullable RpcException failureSoFar() {
    return state == ENDED && answer instanceof Answer.Failure failure
        ? failure.exception().get()
        : null;
  }

  String peer() {
    return link.address();
  }
}
