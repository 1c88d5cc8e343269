package dev.weft;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A remote function without a request.
 *
 * <p>Any thread, any number at a time.
 *
 * @param <R> the response; {@link Void} when there is none
 */
public interface RpcSupplier<R> {

  /** Its name at the server. */
  String name();

  /** As {@link RpcFunction#call(Object)}. */
  R call();

  /** As {@link #call()}, with this call's own timeout. */
  R call(Duration timeout);

  /** As {@link RpcFunction#callAsync(Object)}. */
  CompletableFuture<R> callAsync();

  /** As {@link #callAsync()}, with this call's own timeout. */
  CompletableFuture<R> callAsync(Duration timeout);

  /** As {@link RpcFunction#send}. */
  void send();
}
