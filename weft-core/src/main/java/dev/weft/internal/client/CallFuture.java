package dev.weft.internal.client;

import java.util.concurrent.CompletableFuture;

/** The future of an asynchronous call. Cancelling it cancels the call. */
final class CallFuture<R> extends CompletableFuture<R> {

  private final ClientCall call;

  CallFuture(ClientCall call) {
    this.call = call;
  }

  @SuppressWarnings("unchecked") // the stub's or function's declaration says so
  void end(Answer answer) {
    try {
      complete((R) Answer.open(answer, call.method(), call.peer()));
    } catch (Throwable e) { // whatever the answer is, the future says it
      completeExceptionally(e);
    }
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    if (cancelled) {
      call.link().cancel(call, "its future was cancelled");
    }
    return cancelled;
  }

  /** Stages made from it are ordinary futures. */
  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }
}
