package dev.weft.internal.client;

import dev.weft.Executed;
import dev.weft.FailureKind;
import dev.weft.RpcException;
import dev.weft.RpcProtocolException;
import dev.weft.RpcRemoteException;
import dev.weft.spi.Marshaller;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How a call has ended. What it means is found out on the thread that asks for it. */
sealed interface Answer {

  /** The result. */
  record Result(byte[] payload) implements Answer {}

  /** No result; the exception is made by whoever asks, to have his stack trace. */
  record Failure(Supplier<RpcException> exception) implements Answer {}

  /** An exception that the method declares. */
  record Declared(String type, String message, byte[] payload) implements Answer {}

  /**
   * The result, or the failure.
   *
   * @param lane the codec's, see {@link Marshaller#decode(byte[], int, int, int)}
   * @throws Throwable a {@link RpcException}, or one that the method declares
   */
  static @Nullable Object open(Answer answer, ClientMethod method, String peer, int lane)
      throws Throwable {
    if (answer instanceof Result(byte[] payload)) {
      try {
        return method.bound().decodeResult(payload, lane);
      } catch (RuntimeException | StackOverflowError e) {
        method.counts().unreadable();
        throw new RpcProtocolException(
            method.label() + " at " + peer + ": the result cannot be read: " + e.getMessage(),
            Executed.YES,
            e);
      }
    }
    if (answer instanceof Failure(Supplier<RpcException> exception)) {
      RpcException failure = exception.get();
      method.counts().failed(FailureKind.of(failure));
      throw failure;
    }
    method.counts().failed(FailureKind.DECLARED);
    throw declared((Declared) answer, method, peer);
  }

  private static Throwable declared(Declared answer, ClientMethod method, String peer) {
    Marshaller marshaller = method.bound().exception(answer.type());
    String what =
        method.label() + " at " + peer + " failed: " + answer.type() + ": " + answer.message();
    if (marshaller == null) {
      return new RpcRemoteException(answer.type(), what, Executed.YES);
    }
    try {
      Object exception = marshaller.decode(answer.payload(), 0, answer.payload().length);
      if (exception instanceof Throwable throwable) {
        return throwable;
      }
      return new RpcProtocolException(what + " (which cannot be read)", Executed.YES, null);
    } catch (RuntimeException e) {
      return new RpcProtocolException(what + " (which cannot be read)", Executed.YES, e);
    }
  }
}
