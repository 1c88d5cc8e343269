package dev.weft;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A remote function of one argument.
 *
 * <p>Any thread, any number at a time.
 *
 * @param <Q> the request
 * @param <R> the response
 */
public interface RpcFunction<Q, R> {

  /** Its name at the server. */
  String name();

  /**
   * The same function, called with other options; so one call can have its own: {@code
   * count.withOptions(options.withMetadata("tenant", "blue")).call(text)}. It costs little.
   */
  RpcFunction<Q, R> withOptions(CallOptions options);

  /**
   * Calls, and waits for the answer. Interrupting the waiting thread cancels the call.
   *
   * @throws RpcException when there is no answer; the subclass says why
   */
  R call(Q request);

  /** As {@link #call(Object)}, with this call's own timeout. */
  R call(Q request, Duration timeout);

  /**
   * Calls without waiting. Cancelling the future cancels the call, at the server too.
   *
   * <p>Who calls in a loop bounds himself, with a {@link java.util.concurrent.Semaphore} for
   * example: a virtual thread that never blocks keeps others, Weft's too, from the processor.
   *
   * <p>The future completes on the connection's reader thread: what is chained to it must not
   * block; use the {@code …Async} methods of the future for work that does.
   */
  CompletableFuture<R> callAsync(Q request);

  /** As {@link #callAsync(Object)}, with this call's own timeout. */
  CompletableFuture<R> callAsync(Q request, Duration timeout);

  /**
   * Sends without an answer: returns as soon as the message is queued, and nobody learns whether it
   * arrived.
   *
   * @throws RpcException when the message could not even be queued
   */
  void send(Q request);
}
