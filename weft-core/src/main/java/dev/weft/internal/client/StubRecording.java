package dev.weft.internal.client;

import dev.weft.RpcException;
import dev.weft.spi.Payload;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for a stub while a batch is told which call to make: notes the call instead of making
 * it. What its methods return means nothing.
 *
 * <p>One thread.
 */
final class StubRecording implements InvocationHandler {

  private final Stub stub;
  private @Nullable ClientMethod method;
  private final Payload payload = new Payload();

  /** Why the arguments cannot be sent, if they cannot. */
  private @Nullable RpcException unsendable;

  private StubRecording(Stub stub) {
    this.stub = stub;
  }

  /**
   * Notes the one call that is made.
   *
   * @throws IllegalArgumentException when it is none, or more than one
   */
  @SuppressWarnings("unchecked") // it implements all that the stub does
  static <S> StubRecording of(S object, Stub stub, Consumer<? super S> call) {
    StubRecording recording = new StubRecording(stub);
    Class<?> type = object.getClass();
    call.accept((S) Proxy.newProxyInstance(type.getClassLoader(), type.getInterfaces(), recording));
    if (recording.method == null) {
      throw new IllegalArgumentException("no method of the service was called");
    }
    return recording;
  }

  ClientMethod method() {
    if (method == null) {
      throw new AssertionError("nothing was recorded");
    }
    return method;
  }

  Payload payload() {
    return payload;
  }

  @Nullable RpcException unsendable() {
    return unsendable;
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method called, @Nullable Object @Nullable [] args)
      throws Throwable {
    ClientMethod remote = stub.remote(called);
    if (remote == null) {
      return stub.invokeLocally(proxy, called, args);
    }
    if (method != null) {
      throw new IllegalArgumentException(
          "each call is added by itself: after " + method.label() + " came " + remote.label());
    }
    method = remote;
    try {
      stub.calls().encode(remote, remote.arguments(args), payload);
    } catch (RpcException e) {
      unsendable = e;
    }
    return nothing(called.getReturnType());
  }

  private static @Nullable Object nothing(Class<?> type) {
    if (type == void.class) {
      return null;
    }
    Class<?> unwrapped = MethodType.methodType(type).unwrap().returnType();
    if (unwrapped.isPrimitive() && unwrapped != void.class) {
      return Array.get(Array.newInstance(unwrapped, 1), 0);
    }
    return type.isAssignableFrom(CompletableFuture.class) && type != Object.class
        ? CompletableFuture.failedFuture(
            new IllegalStateException("use the future that the batch has returned"))
        : null;
  }
}
