package dev.weft.internal.client;

import dev.weft.Executed;
import dev.weft.FailureKind;
import dev.weft.RpcException;
import dev.weft.internal.connection.InFlight;
import dev.weft.internal.connection.InFlight.Slot;
import dev.weft.internal.wire.Block;
import dev.weft.internal.wire.Frame;
import dev.weft.internal.wire.FrameHandler;
import dev.weft.internal.wire.FrameWriter;
import dev.weft.internal.wire.MetadataSection;
import dev.weft.internal.wire.SpareArrays;
import dev.weft.spi.Loan;
import dev.weft.spi.Marshaller;
import dev.weft.spi.Payload;
import java.nio.ByteBuffer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One call, or one-way message, from its beginning to its end, of which {@link CallEnd} tells. Any
 * thread.
 */
final class ClientCall extends CallEnd implements InFlight.Entry {

  /** A payload that a call leaves behind in a queue. */
  private static final Payload EMPTY = new Payload();

  /** An answer is not put into a larger payload: the request may still be on its way out. */
  private static final int REUSED_BYTES_MAX = 512;

  private final ClientMethod method;
  private final int payloadBytes;
  private final long birthNanos;
  private final long deadlineNanos;
  private final boolean failFast;
  private byte[] metadata = MetadataSection.NONE;
  private @Nullable Slot slot;
  private int generation;

  /** Where it was last put to be sent; set by whoever has it in hand, before it can be sent. */
  private @Nullable Carrier carrier;

  /** The request's, then the result's. Dropped when it ends unsent: it may stay in a queue. */
  private Payload payload;

  private boolean inBatch;

  /** Whether it was refused before, and sent again. Whoever has its answer in hand. */
  private boolean retried;

  /**
   * Of whose end a future, if any, is told from {@link #future(CallFuture)} on.
   *
   * @param waiter the current thread if it will wait for the end
   */
  ClientCall(
      ClientMethod method,
      Payload payload,
      long birthNanos,
      long deadlineNanos,
      @Nullable Thread waiter,
      boolean failFast) {
    super(waiter);
    this.method = method;
    this.payload = payload;
    this.payloadBytes = payload.length();
    this.birthNanos = birthNanos;
    this.deadlineNanos = deadlineNanos;
    this.failFast = failFast;
  }

  /** Has encoded metadata go with it; before it is sent. */
  void metadata(byte[] encoded) {
    metadata = encoded;
  }

  /** Its future may have been cancelled before it had this call. */
  void cancelIfUnwanted() {
    CallFuture<?> future = future();
    if (future != null && future.isCancelled()) {
      links().cancel(this, "its future was cancelled");
    }
  }

  ClientMethod method() {
    return method;
  }

  /** What its caller has lent for its request, if something. Before it is sent. */
  @Nullable Loan loan() {
    return payload.loan();
  }

  Links links() {
    return method.links();
  }

  /** It is one of several that go out together. Before it is sent. */
  void inBatch() {
    inBatch = true;
  }

  void carrier(Carrier newCarrier) {
    carrier = newCarrier;
  }

  /** Where it was sent, when it was; whoever has seen that it was. */
  @Nullable Carrier carrier() {
    return carrier;
  }

  @SuppressWarnings("ReferenceEquality") // that very connection
  boolean isCarriedBy(Carrier candidate) {
    return carrier == candidate;
  }

  /** When it was made. */
  long birthNanos() {
    return birthNanos;
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
    return future() != null;
  }

  /** Whether its end runs nobody else's code and its thread may wait for room. */
  boolean mayWait() {
    return !isAsynchronous();
  }

  /** Whether it may have to leave for a newer one. */
  boolean isDroppable() {
    return isWaiting() && !inBatch;
  }

  @Override
  public void slot(Slot newSlot) {
    slot = newSlot;
    generation = newSlot.generation();
  }

  @Override
  public @Nullable Slot slot() {
    return slot;
  }

  @Override
  public long callId() {
    Slot mine = slot;
    return mine == null ? 0 : mine.callId(generation);
  }

  @Override
  public long frameBytesMax() {
    return FrameWriter.frameBytesMax(payloadBytes, method.name().length() + metadata.length);
  }

  @Override
  public boolean isSensitive() {
    return method.bound().isSensitive();
  }

  @Override
  public boolean writeTo(FrameWriter out, long nowNanos) {
    Carrier here = carrier;
    if (here == null) {
      throw new AssertionError("a call is sent by nobody");
    }
    if (isOneWay()) {
      return writeOneWay(out, here);
    }
    long remainingNanos = deadlineNanos - nowNanos;
    if (remainingNanos <= 0 || !isWaiting()) {
      return false; // it has ended, or is about to
    }
    here.sends();
    Payload request = payload; // before an answer, however early, may take its place
    Loan loan = request.loan();
    if (loan != null) {
      loan.beginReading();
    }
    boolean sent = claimSending();
    if (!sent || here.isLeaving()) {
      here.sendsNot();
      if (loan != null) {
        loan.endReading();
      }
      if (sent) {
        sendElsewhere();
      }
      return false;
    }
    here.watch();
    long millis = (remainingNanos + 999_999) / 1_000_000;
    int timeoutMillis = (int) Math.min(millis, Frame.TIMEOUT_MILLIS_MAX);
    out.request(callId(), method.name(), timeoutMillis, metadata, request);
    return true;
  }

  private boolean writeOneWay(FrameWriter out, Carrier here) {
    if (here.isLeaving()) {
      links().sendAgain(this);
      return false;
    }
    if (claimEnd() != WAITING) {
      return false;
    }
    out.oneWay(method.name(), metadata, payload);
    method.counts().oneWay();
    here.watch();
    links().open().sent(this);
    publish(Answer.Result.INSTANCE);
    return true;
  }

  /** It was sent, but surely not executed: it is sent again, unless it has ended meanwhile. */
  void sendElsewhere() {
    if (takeBack()) {
      links().sendAgain(this);
    }
  }

  /**
   * It was refused, but may be sent once more: large ones are not, as they cost more than others.
   *
   * @return whether it is
   */
  boolean retry() {
    if (retried || payloadBytes >= Block.BYTES_MAX) {
      return false;
    }
    retried = true;
    sendElsewhere();
    return true;
  }

  @Override
  public void unsent(Throwable reason) {
    if (!hasEnded()) {
      links().sendAgain(this);
    }
  }

  /** Its result has come, in these bytes. Whoever has taken it out of the open calls. */
  void succeed(ByteBuffer result) {
    if (claimEnd() >= ENDING) {
      links().open().free(this); // its deadline, say, was a moment earlier
      return;
    }
    if (payload.capacity() > REUSED_BYTES_MAX || result.hasArray() || payload.loan() != null) {
      payload = new Payload();
    }
    FrameHandler.keep(result, payload);
    publish(Answer.Result.INSTANCE);
  }

  /** Another answer has come. Whoever has taken it out of the open calls. */
  void end(Answer newAnswer) {
    boolean mine = claimEnd() < ENDING;
    links().open().free(this);
    if (mine) {
      publish(newAnswer);
    }
  }

  /**
   * The result, or the failure. Once, by whoever gets it.
   *
   * @param lane the codec's, see {@link Marshaller}
   * @throws Throwable a {@link RpcException}, or one that the method declares
   */
  @Nullable Object open(Answer ended, int lane) throws Throwable {
    if (!(ended instanceof Answer.Result)) {
      throw ended.failure(method, links().address());
    }
    try {
      return Answer.result(payload, method, links().address(), lane);
    } finally {
      SpareArrays.OF_PROCESS.give(payload.array());
      links().open().free(this);
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
    boolean left = links().open().leave(this);
    publish(new Answer.Failure(() -> failure.apply(executed)));
    return left && before == SENT;
  }

  /**
   * Ends it if it is not sent yet, for another's sake: on a thread that must not run what its
   * caller has chained to it.
   *
   * @param failure makes the exception
   */
  void drop(Function<Executed, RpcException> failure) {
    if (!claimEndUnsent()) {
      return;
    }
    payload = EMPTY;
    links().open().leave(this);
    Answer dropped = new Answer.Failure(() -> failure.apply(Executed.NO));
    if (isAsynchronous()) {
      Thread.startVirtualThread(() -> publish(dropped));
    } else {
      publish(dropped);
    }
  }

  @Override
  void ended(Answer newAnswer) {
    CallFuture<?> future = future();
    if (future != null) {
      future.end(newAnswer, this);
    } else if (newAnswer instanceof Answer.Failure failure) {
      // Nobody may ever ask for it, so it is counted here.
      method.counts().failed(FailureKind.of(failure.exception().get()));
    }
  }

  @Override
  void interrupted() {
    links().cancel(this, "its waiting thread was interrupted");
  }

  /** The codec's lane where its answer comes in. */
  int lane() {
    Carrier bringer = carrier;
    return bringer == null ? Marshaller.NO_LANE : bringer.connection().lane();
  }

  String peer() {
    return links().address();
  }
}
