package dev.weft.internal.client;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The future of an asynchronous call. Cancelling it cancels the call. */
final class CallFuture<R> extends CompletableFuture<R> {

  private @Nullable ClientCall call;

  /** Of a call that is yet to be made; {@link #call} must follow. */
  CallFuture() {}

  /** The call is about to be sent; what was cancelled before is {@link #isCancelled}. */
  void call(ClientCall newCall) {
    call = newCall;
    newCall.future(this);
  }

  @SuppressWarnings("unchecked") // the stub's or function's declaration says so
  void end(Answer answer, ClientCall ended) {
    try {
      complete((R) ended.open(answer, ended.lane()));
    } catch (Throwable e) { // whatever the answer is, the future says it
      completeExceptionally(e);
    }
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    ClientCall made = call;
    if (cancelled && made != null) {
      made.links().cancel(made, "its future was cancelled");
    }
    return cancelled;
  }

  /** Stages made from it are ordinary futures. */
  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }
}
