package dev.weft.internal.client;

import dev.weft.Executed;
import dev.weft.FailureKind;
import dev.weft.RpcException;
import dev.weft.RpcProtocolException;
import dev.weft.RpcRemoteException;
import dev.weft.spi.Marshaller;
import dev.weft.spi.Payload;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How a call has ended. What it means is found out on the thread that asks for it. */
sealed interface Answer {

  /** The result, which is in the call's payload. */
  enum Result implements Answer {
    INSTANCE
  }

  /** No result; the exception is made by whoever asks, to have his stack trace. */
  record Failure(Supplier<RpcException> exception) implements Answer {}

  /** An exception that the method declares. */
  record Declared(String type, String message, byte[] payload) implements Answer {}

  /**
   * The result in a payload.
   *
   * @param lane the codec's, see {@link Marshaller}
   * @throws RpcProtocolException when it is none
   */
  static @Nullable Object result(Payload payload, ClientMethod method, String peer, int lane) {
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

  /** The exception that a failure is: a {@link RpcException}, or one that the method declares. */
  default Throwable failure(ClientMethod method, String peer) {
    return switch (this) {
      case Failure(Supplier<RpcException> exception) -> {
        RpcException failure = exception.get();
        method.counts().failed(FailureKind.of(failure));
        yield failure;
      }
      case Declared declared -> {
        method.counts().failed(FailureKind.DECLARED);
        yield declared(declared, method, peer);
      }
      case Result result -> throw new AssertionError("a result is no failure");
    };
  }

  private static Throwable declared(Declared answer, ClientMethod method, String peer) {
    Marshaller marshaller = method.bound().exception(answer.type());
    String what =
        method.label() + " at " + peer + " failed: " + answer.type() + ": " + answer.message();
    if (marshaller == null) {
      return new RpcRemoteException(answer.type(), what, Executed.YES);
    }
    try {
      byte[] bytes = answer.payload();
      Object exception = marshaller.decode(bytes, 0, bytes.length, Marshaller.NO_LANE);
      if (exception instanceof Throwable throwable) {
        return throwable;
      }
      return new RpcProtocolException(what + " (which cannot be read)", Executed.YES, null);
    } catch (RuntimeException e) {
      return new RpcProtocolException(what + " (which cannot be read)", Executed.YES, e);
    }
  }
}
