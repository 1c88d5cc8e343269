package dev.weft;

import dev.weft.internal.client.BatchCalls;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Calls that go out together, made by {@link RpcClient#batch()}: filled with calls of the client's
 * functions and services, then called, with one timeout for all. It costs one message queue
 * operation and usually one packet, and no thread for each call.
 *
 * <p>Its calls are admitted all or none ({@code openCallsMax}, {@code openBytesMax}), and then none
 * of them is dropped for newer ones. From then on they are calls like others: they run side by side
 * at the server, in no order, each with its own outcome. Each result completes, always, once the
 * batch is called.
 *
 * <p>Afterwards it is empty and can be filled again. Not for several threads.
 */
public final class Batch {

  private final BatchCalls calls;

  Batch(BatchCalls calls) {
    this.calls = calls;
  }

  /**
   * Adds a call of a function. Arguments that cannot be sent fail its result at once.
   *
   * @return its result, which completes after the batch is called; cancelling it cancels the call
   * @throws IllegalArgumentException when it is not a function of this client
   */
  public <Q, R> CompletableFuture<R> add(RpcFunction<Q, R> function, Q request) {
    return calls.add(function, request);
  }

  /**
   * Adds a call of a service's method: {@code batch.add(counter, c -> c.count("x"))}. The call that
   * is made of {@code c} is noted, with its arguments, and not made yet; it must be one, and all
   * there is: what it returns here means nothing, so the lambda cannot go on with it.
   *
   * @param service made by {@link RpcClient#service} of this client
   * @return its result, which completes after the batch is called; cancelling it cancels the call
   * @throws IllegalArgumentException when the service is not of this client, the method is {@link
   *     OneWay}, or not exactly one method is called
   */
  public <S, R> CompletableFuture<R> add(S service, Function<? super S, ? extends R> call) {
    return calls.add(service, ignoringResult(call));
  }

  private static <S> Consumer<S> ignoringResult(Function<? super S, ?> call) {
    return service -> {
      var unused = call.apply(service);
    };
  }

  /** As {@link #add(Object, Function)}, of a method that returns a future of its result. */
  public <S, R> CompletableFuture<R> addAsync(
      S service, Function<? super S, ? extends CompletionStage<R>> call) {
    return calls.add(service, ignoringResult(call));
  }

  /** As {@link #add(Object, Function)}, of a method that returns nothing. */
  public <S> CompletableFuture<Void> addVoid(S service, Consumer<? super S> call) {
    return calls.add(service, call);
  }

  /**
   * Adds a message without an answer: nobody learns whether it arrived.
   *
   * @throws RpcException when the argument cannot be sent
   * @throws IllegalArgumentException when it is not a function of this client
   */
  public <Q> void send(RpcFunction<Q, ?> function, Q request) {
    calls.send(function, request);
  }

  /**
   * As {@link #send(RpcFunction, Object)}, of a service's method, whether it is {@link OneWay} or
   * not. The lambda is as {@link #add(Object, Function)} says.
   */
  public <S> void send(S service, Consumer<? super S> call) {
    calls.send(service, call);
  }

  /** How many calls and messages were added since it was called last. */
  public int size() {
    return calls.size();
  }

  /**
   * Makes the calls with the client's timeout, and waits until all results are complete. What went
   * wrong with one of them is its result's to say. Interrupting the waiting thread cancels all.
   *
   * @throws RpcException when they were refused together, or cancelled by an interruption; then
   *     each result says so as well
   */
  public void call() {
    calls.call(null);
  }

  /**
   * As {@link #call()}, with a timeout for all together: 1 nanosecond to {@link
   * CallOptions#TIMEOUT_MAX}.
   */
  public void call(Duration timeout) {
    calls.call(CallOptions.checkTimeout(timeout));
  }

  /**
   * Makes the calls with the client's timeout, without waiting.
   *
   * @return completes when all results are complete, on the connection's reader thread; fails with
   *     a {@link RpcException} only when they were refused together
   */
  public CompletableFuture<Void> callAsync() {
    return calls.callAsync(null);
  }

  /** As {@link #callAsync()}, with a timeout for all together. */
  public CompletableFuture<Void> callAsync(Duration timeout) {
    return calls.callAsync(CallOptions.checkTimeout(timeout));
  }
}
