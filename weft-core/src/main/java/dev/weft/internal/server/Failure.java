package dev.weft.internal.server;

import dev.weft.Executed;
import dev.weft.RpcOverloadedException;
import dev.weft.RpcRefusedException;
import dev.weft.internal.server.InterceptedHandler.NotBegun;
import dev.weft.internal.wire.ErrorCode;
import dev.weft.internal.wire.FrameWriter;
import dev.weft.spi.Marshaller;
import dev.weft.spi.Payload;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Why a call has no result, as its caller is told.
 *
 * @param type what was thrown, if anything was: its class; in UTF-8, as the message
 * @param payload the exception itself, when the method declares it; else empty
 */
record Failure(
    ErrorCode code, Executed executed, byte[] type, byte[] message, @Nullable Payload payload) {

  private static final Failure UNTOLD = untold(Executed.YES);
  private static final Failure UNTOLD_UNBEGUN = untold(Executed.NO);

  private static Failure untold(Executed executed) {
    String message = "it failed, and then telling why failed, too: for lack of memory, perhaps";
    return of(ErrorCode.FAILED, executed, "", message);
  }

  static Failure of(ErrorCode code, Executed executed, String type, String message) {
    return new Failure(code, executed, FrameWriter.text(type), FrameWriter.text(message), null);
  }

  /** What a handler, or an interceptor around it, has thrown. */
  static Failure of(Throwable thrown, ServerCall call, ServerConnection connection) {
    try {
      return describe(thrown, call, connection);
    } catch (RuntimeException | Error e) {
      return thrown instanceof NotBegun ? UNTOLD_UNBEGUN : UNTOLD;
    }
  }

  private static Failure describe(Throwable thrown, ServerCall call, ServerConnection connection) {
    if (!(thrown instanceof NotBegun)) {
      return of(thrown, Executed.YES, call, connection);
    }
    Throwable cause = Objects.requireNonNull(thrown.getCause());
    if (cause instanceof RpcRefusedException) {
      return of(ErrorCode.REFUSED, Executed.NO, "", messageOf(cause));
    }
    if (cause instanceof RpcOverloadedException) {
      return of(ErrorCode.OVERLOADED, Executed.NO, "", messageOf(cause));
    }
    return of(cause, Executed.NO, call, connection);
  }

  private static Failure of(
      Throwable thrown, Executed executed, ServerCall call, ServerConnection connection) {
    Failure declared = declared(thrown, executed, call.called().method());
    if (declared != null) {
      return declared;
    }
    String type = thrown.getClass().getName();
    if (call.wasCancelled()) {
      // What a handler throws when it is interrupted is no news.
      return of(ErrorCode.CANCELLED, executed, type, "it was cancelled while it ran");
    }
    String message = messageOf(thrown);
    String logId = connection.logFailure(call.method(), message, thrown);
    return of(
        ErrorCode.FAILED,
        executed,
        type,
        type + ": " + message + " (see [" + logId + "] in the server's log)");
  }

  private static @Nullable Failure declared(
      Throwable thrown, Executed executed, ServerMethod method) {
    String name = method.bound().declaredName(thrown);
    Marshaller marshaller = name == null ? null : method.bound().exception(name);
    if (name == null || marshaller == null) {
      return null;
    }
    Payload payload = new Payload();
    try {
      marshaller.encode(thrown, payload, Marshaller.NO_LANE);
    } catch (RuntimeException | Error e) {
      return null; // a subclass that nobody has registered: it goes as any other exception does
    }
    byte[] message = FrameWriter.text(messageOf(thrown));
    return new Failure(ErrorCode.DECLARED, executed, FrameWriter.text(name), message, payload);
  }

  /** The message of a handler's exception, whose own code may fail, too. */
  static String messageOf(Throwable thrown) {
    try {
      return String.valueOf(thrown.getMessage());
    } catch (RuntimeException | Error e) {
      return "(its message cannot be had: " + e.getClass().getName() + ")";
    }
  }

  /** The message. */
  String text() {
    return new String(message, StandardCharsets.UTF_8);
  }

  int textBytes() {
    return type.length + message.length;
  }
}
