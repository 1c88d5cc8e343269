package dev.weft.internal.client;

import dev.weft.RpcFunction;
import dev.weft.RpcSupplier;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A function of a server that takes no request. Any thread.
 *
 * @param function the same, as a function of nothing
 */
@SuppressWarnings("NullAway") // there is no value of Void
public record RemoteSupplier<R>(RpcFunction<Void, R> function) implements RpcSupplier<R> {

  @Override
  public String name() {
    return function.name();
  }

  @Override
  public R call() {
    return function.call(null);
  }

  @Override
  public R call(Duration timeout) {
    return function.call(null, timeout);
  }

  @Override
  public CompletableFuture<R> callAsync() {
    return function.callAsync(null);
  }

  @Override
  public CompletableFuture<R> callAsync(Duration timeout) {
    return function.callAsync(null, timeout);
  }

  @Override
  public void send() {
    function.send(null);
  }

  @Override
  public String toString() {
    return function.toString();
  }
}
