package dev.weft.internal.server;

import static java.util.Objects.requireNonNull;

import dev.weft.Executed;
import dev.weft.Execution;
import dev.weft.FailureKind;
import dev.weft.Metadata;
import dev.weft.RpcOverloadedException;
import dev.weft.RpcRefusedException;
import dev.weft.internal.connection.Outgoing;
import dev.weft.internal.server.InterceptedHandler.NotBegun;
import dev.weft.internal.service.CurrentCall;
import dev.weft.internal.stats.MethodTimes;
import dev.weft.internal.wire.ErrorCode;
import dev.weft.internal.wire.FrameWriter;
import dev.weft.spi.Marshaller;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One call at the server: the request, its handler's run, and the answer. One-way messages are
 * calls without an answer.
 *
 * <pre>
 *   NEW ──▶ RUNNING ──handler──▶ FINISHED
 *    │         └──cancelled──▶ INTERRUPTING ──▶ INTERRUPTED ──handler──▶ FINISHED
 *    └──cancelled, or too late──▶ FINISHED
 * </pre>
 *
 * The state INTERRUPTING lasts while the canceller interrupts the handler's thread; the handler
 * waits for its end, so that no interruption hits the thread in what it does next. Whoever brings
 * the call to FINISHED answers it. Any thread.
 */
final class ServerCall extends Outgoing implements Runnable, CurrentCall.Running {

  /** The id of messages that have no answer. */
  static final long ONE_WAY = -1;

  private static final int NEW = 0;
  private static final int RUNNING = 1;
  private static final int INTERRUPTING = 2;
  private static final int INTERRUPTED = 3;
  private static final int FINISHED = 4;

  private static final byte[] EMPTY = {};

  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(ServerCall.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final ServerConnection connection;
  private final ServerMethod method;
  private final long id;
  private final long deadlineNanos;

  /** The request's, then the response's. */
  private byte[] payload;

  /** Whether it counts among the running calls. Set on the reader thread, before it runs. */
  private boolean admitted;

  private final int requestBytes;

  private long receivedNanos;
  private @Nullable MethodTimes times;
  private Metadata metadata = Metadata.EMPTY;

  /** Whether its answer is on the way. Whoever finishes it. */
  private boolean answered;

  /** Whether the thread that runs it will flush its answer together with others. */
  private boolean corked;

  private volatile int state = NEW;
  private volatile boolean cancelled;

  /** The handler's thread, to be interrupted; none for handlers on the reader thread. */
  private @Nullable Thread thread;

  /** What the handler has returned, if it goes on elsewhere. */
  private volatile @Nullable CompletionStage<?> stage;

  private @Nullable Failure failure;

  private record Failure(ErrorCode code, Executed executed, byte[] type, byte[] message) {}

  ServerCall(
      ServerConnection connection,
      ServerMethod method,
      long id,
      long deadlineNanos,
      byte[] payload) {
    this.connection = connection;
    this.method = method;
    this.id = id;
    this.deadlineNanos = deadlineNanos;
    this.payload = payload;
    this.requestBytes = payload.length;
  }

  /**
   * When it came, what came with it, and where its answer is counted. Reader thread only, before it
   * runs.
   */
  void received(long nowNanos, Metadata itsMetadata, MethodTimes countedIn) {
    receivedNanos = nowNanos;
    metadata = itsMetadata;
    times = countedIn;
  }

  int requestBytes() {
    return requestBytes;
  }

  long id() {
    return id;
  }

  void admitted() {
    admitted = true;
  }

  boolean isAdmitted() {
    return admitted;
  }

  @Override
  public String method() {
    return method.label();
  }

  @Override
  public String peer() {
    return connection.peer();
  }

  @Override
  public Metadata metadata() {
    return metadata;
  }

  @Override
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, remainingNanos()));
  }

  @Override
  public long remainingNanos() {
    return deadlineNanos - connection.nanoTime();
  }

  @Override
  public boolean isCancelled() {
    return cancelled || remainingNanos() <= 0;
  }

  @Override
  public void run() {
    run(connection.nanoTime());
  }

  /** As {@link #run()}, for a thread that flushes the outbox afterwards. */
  void runCorked(long nowNanos) {
    corked = true;
    run(nowNanos);
  }

  private void run(long nowNanos) {
    if (!(method.execution() instanceof Execution.Inline)) {
      thread = Thread.currentThread();
    }
    if (!STATE.compareAndSet(this, NEW, RUNNING)) {
      return; // cancelled before it began
    }
    CurrentCall.set(this);
    try {
      if (deadlineNanos - nowNanos <= 0) {
        finish();
        fail(ErrorCode.EXPIRED, Executed.NO, "", "its time was over before its handler began");
      } else {
        handle();
      }
    } catch (Throwable e) { // the handler's own: even an error costs only its call
      finish();
      failed(e);
    } finally {
      CurrentCall.set(null);
      Thread.interrupted(); // neither ours nor the handler's interruptions are for the next call
    }
  }

  private void handle() throws Throwable {
    @Nullable Object[] arguments;
    try {
      arguments = method.bound().decodeArguments(payload);
    } catch (RuntimeException | StackOverflowError e) {
      finish();
      fail(
          ErrorCode.BAD_REQUEST,
          Executed.NO,
          e.getClass().getName(),
          "the arguments cannot be read: " + messageOf(e));
      return;
    }
    payload = EMPTY;
    Object result = requireNonNull(method.handler()).handle(this, arguments);
    if (result instanceof CompletionStage<?> future && mayBeLate()) {
      finishLater(future);
    } else {
      finish();
      succeeded(result);
    }
  }

  /** Whether a future stands for the result, instead of being it. */
  private boolean mayBeLate() {
    return method.bound().description().async() || method.handler() instanceof InterceptedHandler;
  }

  /** The thread is free again; from now on, a cancellation goes to the future. */
  private void finishLater(CompletionStage<?> future) {
    stage = future;
    finish();
    corked = false;
    if (cancelled) {
      cancelInBackground(future);
    }
    future.whenComplete((result, failureOfFuture) -> {
      if (failureOfFuture == null) {
        succeeded(result);
      } else {
        failed(
            failureOfFuture instanceof CompletionException && failureOfFuture.getCause() != null
                ? failureOfFuture.getCause()
                : failureOfFuture);
      }
    });
  }

  /** The handler has returned: nobody may interrupt this thread any more. */
  private void finish() {
    if (STATE.compareAndSet(this, RUNNING, FINISHED)) {
      return;
    }
    while (state == INTERRUPTING) {
      Thread.yield();
    }
    state = FINISHED;
  }

  private void succeeded(@Nullable Object result) {
    if (id == ONE_WAY) {
      answered = true;
      connection.servedOneWay(this);
      method.counts().oneWay();
      return;
    }
    byte[] bytes;
    try {
      bytes = method.bound().encodeResult(result);
    } catch (RuntimeException | Error e) {
      fail(
          ErrorCode.BAD_RESPONSE,
          Executed.YES,
          e.getClass().getName(),
          "the result cannot be sent: " + messageOf(e));
      return;
    }
    int max = connection.answerBytesMax();
    if (bytes.length > max) {
      fail(
          ErrorCode.BAD_RESPONSE,
          Executed.YES,
          "",
          "the result of "
              + bytes.length
              + " bytes is over the limit of "
              + max
              + " (messageBytesMax)");
      return;
    }
    payload = bytes;
    answered = true;
    connection.answer(this, corked);
  }

  private void failed(Throwable failure) {
    if (failure instanceof NotBegun notBegun) {
      Throwable cause = requireNonNull(notBegun.getCause());
      if (cause instanceof RpcRefusedException) {
        fail(ErrorCode.REFUSED, Executed.NO, "", messageOf(cause));
      } else if (cause instanceof RpcOverloadedException) {
        fail(ErrorCode.OVERLOADED, Executed.NO, "", messageOf(cause));
      } else {
        failed(cause, Executed.NO);
      }
    } else {
      failed(failure, Executed.YES);
    }
  }

  private void failed(Throwable thrown, Executed executed) {
    String type = thrown.getClass().getName();
    String declared = method.bound().declaredName(thrown);
    Marshaller marshaller = declared == null ? null : method.bound().exception(declared);
    if (declared != null && marshaller != null) {
      try {
        payload = marshaller.encode(thrown);
        fail(ErrorCode.DECLARED, executed, declared, messageOf(thrown));
        return;
      } catch (RuntimeException | Error e) {
        // A subclass that nobody has registered: it goes as any other exception does.
      }
    }
    if (cancelled) {
      // What a handler throws when it is interrupted is no news.
      fail(ErrorCode.CANCELLED, executed, type, "it was cancelled while it ran");
      return;
    }
    String message = messageOf(thrown);
    String logId = connection.logFailure(method.label(), message, thrown);
    fail(
        ErrorCode.FAILED,
        executed,
        type,
        type + ": " + message + " (see [" + logId + "] in the server's log)");
  }

  /** The message of a handler's exception, whose own code may fail, too. */
  private static String messageOf(Throwable thrown) {
    try {
      return String.valueOf(thrown.getMessage());
    } catch (RuntimeException | Error e) {
      return "(its message cannot be had: " + e.getClass().getName() + ")";
    }
  }

  /** Answers that there is no result. */
  void fail(ErrorCode code, Executed executed, String type, String message) {
    if (answered) {
      return; // what has failed is the answering itself
    }
    answered = true;
    connection.count(method, code);
    if (id == ONE_WAY) {
      connection.droppedOneWay(this, message);
      return;
    }
    if (code != ErrorCode.DECLARED) {
      payload = EMPTY;
    }
    failure = new Failure(code, executed, FrameWriter.text(type), FrameWriter.text(message));
    connection.answer(this, corked);
  }

  /** Refuses it before it runs. */
  void refuse(ErrorCode code, String message) {
    if (STATE.compareAndSet(this, NEW, FINISHED)) {
      fail(code, Executed.NO, "", message);
    }
  }

  /** Nobody waits for it any more. */
  void cancel(String why) {
    cancelled = true;
    if (STATE.compareAndSet(this, NEW, FINISHED)) {
      fail(ErrorCode.CANCELLED, Executed.NO, "", why);
    } else if (STATE.compareAndSet(this, RUNNING, INTERRUPTING)) {
      if (thread != null) {
        thread.interrupt();
      }
      state = INTERRUPTED;
    } else {
      CompletionStage<?> future = stage;
      if (future != null) {
        cancelInBackground(future);
      }
    }
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

  @Override
  public long frameBytesMax() {
    Failure failed = failure;
    int texts = failed == null ? 0 : failed.type.length + failed.message.length;
    return FrameWriter.frameBytesMax(payload.length, texts);
  }

  @Override
  public boolean writeTo(FrameWriter out, long nowNanos) {
    connection.answerWritten();
    Failure failed = failure;
    MethodTimes counted = times;
    if (counted != null) {
      counted.answered(nowNanos - receivedNanos, failed == null);
    }
    if (failed == null) {
      out.response(id, payload);
    } else {
      out.error(id, failed.code, failed.executed, failed.type, failed.message, payload);
    }
    return true;
  }

  @Override
  public void unsent(Throwable reason) {
    // The connection is lost, and with it the caller.
    if (failure == null) {
      method.counts().failed(FailureKind.CONNECTION);
    }
  }
}
