package dev.weft.internal.server;

import static java.util.Objects.requireNonNull;

import dev.weft.Executed;
import dev.weft.Execution;
import dev.weft.FailureKind;
import dev.weft.Metadata;
import dev.weft.internal.server.CalledMethods.Called;
import dev.weft.internal.service.CurrentCall;
import dev.weft.internal.wire.ErrorCode;
import dev.weft.internal.wire.FrameWriter;
import dev.weft.internal.wire.SpareArrays;
import dev.weft.spi.Payload;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One call at the server: the request, its handler's run, and the answer. One-way messages are
 * calls without an answer.
 *
 * <p>Any thread.
 */
final class ServerCall extends ReceivedCall implements Runnable {

  /** Results of fewer bytes are bounded by their number. */
  private static final int COUNTED_BYTES_MIN = 1024;

  /** A result is not put into a larger payload: it would be kept for nothing. */
  private static final int REUSED_BYTES_MAX = 512;

  private static final String TOO_LATE = "its time was over before its handler began";
  private static final String NEARLY_TOO_LATE =
      "its time was over, or too little of it left, before its handler could begin";
  private static final Payload EMPTY = new Payload();

  /** The request's, then the result's. */
  private Payload payload;

  /** Whether its handler was asked. The handler's thread, and whoever finishes it. */
  private boolean begun;

  /** Whether its answer is on the way. Whoever finishes it. */
  private boolean answered;

  /** Whether the thread that runs it will flush its answer together with others. */
  private boolean corked;

  private @Nullable Failure failure;

  /**
   * Reader thread.
   *
   * @param called what it calls
   * @param id whose answer it waits for, or {@link #ONE_WAY}
   * @param receivedNanos when it came
   * @param timeoutMillis how long its caller waits from then on
   */
  ServerCall(
      Called called,
      long id,
      long receivedNanos,
      int timeoutMillis,
      Metadata metadata,
      Payload payload) {
    super(called, id, receivedNanos, timeoutMillis, metadata, payload.length());
    this.payload = payload;
  }

  /** Whether its response, if it has one already, counts among the bytes that wait. */
  boolean isLarge() {
    return payload.length() >= COUNTED_BYTES_MIN;
  }

  /** Whether it has begun; not of those that were refused. */
  boolean hasRun() {
    return begun;
  }

  /** On a thread of its own: this one is somebody else's. */
  @Override
  public void start() {
    Runnable task =
        called().method().execution() instanceof Execution.On(var executor)
            ? () -> executeOn(executor)
            : this;
    try {
      CurrentCall.newThread("weft-handler", task).start();
    } catch (OutOfMemoryError e) { // it is not the fault of the call that makes room for this one
      refuse(ErrorCode.OVERLOADED, "there is no memory for a thread");
    }
  }

  /** Has it run by the user's executor. */
  void executeOn(Executor executor) {
    try {
      executor.execute(this);
    } catch (RuntimeException | Error e) { // RejectedExecutionException, or a bug in it
      refuse(ErrorCode.OVERLOADED, "the executor of " + method() + " refuses: " + e);
    }
  }

  @Override
  public void run() {
    run(connection().nanoTime());
  }

  /** As {@link #run()}, for a thread that flushes the outbox afterwards. */
  void runCorked(long nowNanos) {
    corked = true;
    run(nowNanos);
  }

  private void run(long nowNanos) {
    if (!begin(!(called().method().execution() instanceof Execution.Inline))) {
      return; // cancelled before it began
    }
    CurrentCall.set(this);
    try {
      if (isExpired(nowNanos)) {
        failUnbegun(ErrorCode.EXPIRED, TOO_LATE);
        return;
      }
      String limit = connection().admission().limitAtStart(this, nowNanos);
      if (limit != null) {
        failUnbegun(ErrorCode.OVERLOADED, limit);
        return;
      }
      begun = true;
      handle();
    } catch (Throwable e) { // the handler's own: even an error costs only its call
      if (finish()) {
        failed(e);
      }
    } finally {
      CurrentCall.set(null);
      Thread.interrupted(); // neither ours nor the handler's interruptions are for the next call
    }
  }

  private void failUnbegun(ErrorCode code, String why) {
    if (finish()) {
      fail(code, Executed.NO, "", why);
    }
  }

  private void handle() throws Throwable {
    Object arguments;
    try {
      arguments = called().method().bound().decodeArguments(payload, connection().lane());
    } catch (RuntimeException | StackOverflowError e) {
      if (finish()) {
        fail(
            ErrorCode.BAD_REQUEST,
            Executed.NO,
            e.getClass().getName(),
            "the arguments cannot be read: " + Failure.messageOf(e));
      }
      return;
    }
    if (payload.capacity() > REUSED_BYTES_MAX) {
      SpareArrays.OF_PROCESS.give(payload.array());
      payload = EMPTY;
    }
    Object result = requireNonNull(called().method().handler()).handle(this, arguments);
    if (result instanceof CompletionStage<?> future && mayBeLate()) {
      if (!isThere(future)) {
        finishLater(future);
        return;
      }
      result = future.toCompletableFuture().join();
    }
    if (finish()) {
      succeeded(result);
    }
  }

  /** Whether nothing has to be waited for. Of other classes than the usual one, who knows. */
  private static boolean isThere(CompletionStage<?> stage) {
    return stage.getClass() == CompletableFuture.class
        && stage.toCompletableFuture().isDone()
        && !stage.toCompletableFuture().isCompletedExceptionally();
  }

  /** Whether a future stands for the result, instead of being it. */
  private boolean mayBeLate() {
    return called().method().bound().description().async()
        || called().method().handler() instanceof InterceptedHandler;
  }

  private void finishLater(CompletionStage<?> future) {
    corked = false;
    if (!goOnIn(future)) {
      return;
    }
    future.whenComplete((result, failureOfFuture) -> {
      if (!finishPending()) {
        return; // abandoned meanwhile
      }
      if (failureOfFuture != null) {
        failed(
            failureOfFuture instanceof CompletionException && failureOfFuture.getCause() != null
                ? failureOfFuture.getCause()
                : failureOfFuture);
        return;
      }
      try {
        succeeded(result);
      } catch (Throwable e) { // a future keeps it to itself
        failed(e);
      }
    });
  }

  private void succeeded(@Nullable Object result) {
    if (id() == ONE_WAY) {
      answered = true;
      connection().servedOneWay(this);
      called().method().counts().oneWay();
      return;
    }
    Payload bytes = payload == EMPTY ? new Payload() : payload;
    bytes.clear();
    try {
      called().method().bound().encodeResult(result, bytes, connection().lane());
    } catch (RuntimeException | Error e) {
      fail(
          ErrorCode.BAD_RESPONSE,
          Executed.YES,
          e.getClass().getName(),
          "the result cannot be sent: " + Failure.messageOf(e));
      return;
    }
    int max = connection().answerBytesMax();
    if (bytes.length() > max) {
      fail(
          ErrorCode.BAD_RESPONSE,
          Executed.YES,
          "",
          "the result of "
              + bytes.length()
              + " bytes is over the limit of "
              + max
              + " (messageBytesMax)");
      return;
    }
    if (bytes.length() >= COUNTED_BYTES_MIN && connection().admission().isFarBehind()) {
      fail(ErrorCode.OVERLOADED, Executed.YES, "", Admission.FAR_BEHIND);
      return;
    }
    payload = bytes;
    answered = true;
    connection().answer(this, corked);
  }

  private void failed(Throwable thrown) {
    if (answered) {
      connection().lose(this, thrown); // what has failed is the answering itself
      return;
    }
    try {
      fail(Failure.of(thrown, this, connection()));
    } catch (Throwable e) {
      connection().lose(this, e);
    }
  }

  /** Answers that there is no result. */
  void fail(ErrorCode code, Executed executed, String type, String message) {
    fail(Failure.of(code, executed, type, message));
  }

  private void fail(Failure why) {
    if (answered) {
      return; // what has failed is the answering itself
    }
    answered = true;
    connection().count(called().method(), why.code());
    if (id() == ONE_WAY) {
      connection().droppedOneWay(this, why);
      return;
    }
    Payload thrown = why.payload();
    payload = thrown == null ? EMPTY : thrown;
    failure = why;
    connection().answer(this, corked);
  }

  @Override
  public void expire() {
    refuse(ErrorCode.EXPIRED, NEARLY_TOO_LATE);
  }

  @Override
  public void overloaded(String limit) {
    connection().admission().refuse(this, limit);
  }

  /** Cancels it, and answers without waiting for its handler, whose outcome is nobody's then. */
  void abandon(String why) {
    cancel(why);
    if (finishStopped()) {
      corked = false;
      fail(ErrorCode.CANCELLED, Executed.YES, "", why);
    }
  }

  @Override
  public void refuse(ErrorCode code, String message) {
    refuse(Failure.of(code, Executed.NO, "", message));
  }

  /** Answers that it will not run. */
  void refuse(Failure why) {
    if (finishUnbegun()) {
      fail(why);
    }
  }

  @Override
  public void cancel(String why) {
    if (stop()) {
      fail(ErrorCode.CANCELLED, Executed.NO, "", why);
    }
  }

  @Override
  public long frameBytesMax() {
    Failure failed = failure;
    return FrameWriter.frameBytesMax(payload.length(), failed == null ? 0 : failed.textBytes());
  }

  @Override
  public boolean isSensitive() {
    return called().method().bound().isSensitive();
  }

  @Override
  public boolean writeTo(FrameWriter out, long nowNanos) {
    connection().answerWritten();
    Failure failed = failure;
    called().times().answered(nowNanos - receivedNanos(), failed == null);
    if (failed == null) {
      out.response(id(), payload);
      connection().written(this, payload);
    } else {
      out.error(id(), failed.code(), failed.executed(), failed.type(), failed.message(), payload);
    }
    return true;
  }

  @Override
  public void unsent(Throwable reason) {
    // The connection is lost, and with it the caller.
    if (failure == null) {
      called().method().counts().failed(FailureKind.CONNECTION);
    }
  }
}
