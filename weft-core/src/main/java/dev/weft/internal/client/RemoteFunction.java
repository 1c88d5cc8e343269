package dev.weft.internal.client;

import dev.weft.CallOptions;
import dev.weft.RpcException;
import dev.weft.RpcFunction;
import dev.weft.internal.service.MethodDescription;
import dev.weft.spi.ClientRequest.Kind;
import dev.weft.spi.Payload;
import java.lang.reflect.Type;
import java.lang.reflect.UndeclaredThrowableException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A function of a server. Any thread. */
public final class RemoteFunction<Q, R> implements RpcFunction<Q, R> {

  private final Calls calls;
  private final ClientMethod method;
  private final CallOptions options;

  /**
   * @throws IllegalArgumentException when one of the types cannot be sent
   */
  public RemoteFunction(
      Calls calls, String name, Type request, Type response, CallOptions options) {
    this(calls, MethodDescription.function(name, request, response), options);
  }

  /**
   * @throws IllegalArgumentException when one of its types cannot be sent
   */
  public RemoteFunction(Calls calls, MethodDescription description, CallOptions options) {
    this.calls = calls;
    this.method = calls.bind(List.of(description)).get(0);
    this.options = options;
  }

  private RemoteFunction(Calls calls, ClientMethod method, CallOptions options) {
    this.calls = calls;
    this.method = method;
    this.options = options;
  }

  @Override
  public RpcFunction<Q, R> withOptions(CallOptions newOptions) {
    return new RemoteFunction<>(calls, method, newOptions);
  }

  @Override
  public String name() {
    return method.label();
  }

  @Override
  public R call(Q request) {
    return call(request, options);
  }

  @Override
  public R call(Q request, Duration timeout) {
    return call(request, options.withTimeout(timeout));
  }

  @SuppressWarnings({"unchecked", "NullAway"}) // the marshaller has seen to it; R may be null
  private R call(Q request, CallOptions callOptions) {
    InterceptedCalls intercepted = calls.intercepted();
    if (intercepted != null) {
      return (R) through(intercepted, Kind.SYNCHRONOUS, request, callOptions);
    }
    try {
      return (R) calls.call(method, request, callOptions);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("functions declare no exceptions", e);
    }
  }

  @Override
  public CompletableFuture<R> callAsync(Q request) {
    return callAsync(request, options);
  }

  @Override
  public CompletableFuture<R> callAsync(Q request, Duration timeout) {
    return callAsync(request, options.withTimeout(timeout));
  }

  private CompletableFuture<R> callAsync(Q request, CallOptions callOptions) {
    InterceptedCalls intercepted = calls.intercepted();
    if (intercepted != null) {
      return intercepted.callAsync(method, new @Nullable Object[] {request}, callOptions);
    }
    return calls.callAsync(method, request, callOptions);
  }

  @Override
  public void send(Q request) {
    InterceptedCalls intercepted = calls.intercepted();
    if (intercepted == null) {
      calls.send(method, request, options);
    } else {
      through(intercepted, Kind.ONE_WAY, request, options);
    }
  }

  private @Nullable Object through(
      InterceptedCalls intercepted, Kind kind, Q request, CallOptions callOptions) {
    try {
      return intercepted.call(kind, method, new @Nullable Object[] {request}, callOptions);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) { // functions declare no exceptions: it is an interceptor's
      throw new UndeclaredThrowableException(e);
    }
  }

  /** Whose function it is. */
  Calls calls() {
    return calls;
  }

  ClientMethod method() {
    return method;
  }

  CallOptions options() {
    return options;
  }

  /**
   * @throws RpcException when it cannot be sent
   */
  Payload encode(Q request) {
    Payload payload = new Payload();
    calls.encode(method, request, payload);
    return payload;
  }

  @Override
  public String toString() {
    return name() + " at " + calls.address();
  }
}
