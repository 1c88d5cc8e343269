package dev.weft.internal.client;

import dev.weft.Executed;
import dev.weft.FailureKind;
import dev.weft.RpcCancelledException;
import dev.weft.RpcConnectionException;
import dev.weft.RpcException;
import dev.weft.RpcOverloadedException;
import dev.weft.RpcProtocolException;
import dev.weft.RpcRefusedException;
import dev.weft.RpcRemoteException;
import dev.weft.RpcTimeoutException;
import dev.weft.internal.connection.Connection;
import dev.weft.internal.wire.Block;
import dev.weft.internal.wire.ErrorCode;
import dev.weft.internal.wire.Hello;
import java.nio.ByteBuffer;

/** Gives what a client's connection brings to the calls that wait for it. Reader thread only. */
final class LinkReader implements Connection.Owner {

  private final ClientLink link;
  private final OpenCalls open;
  private final Carrier carrier;

  LinkReader(ClientLink link, OpenCalls open, Carrier carrier) {
    this.link = link;
    this.open = open;
    this.carrier = carrier;
  }

  @Override
  public void opened(Connection opened, Hello peer) {
    link.opened(carrier);
  }

  @Override
  public void response(long callId, ByteBuffer payload) {
    carrier.answers();
    ClientCall call = open.answered(callId, carrier);
    if (call != null) {
      count(call, true);
      call.method().throttle().accepted(now());
      call.succeed(payload);
      if (!call.isAsynchronous()) {
        carrier.connection().turn().woke();
      }
    }
    carrier.closeIfDone();
  }

  @Override
  public void oversizedResponse(long callId, long bytes) {
    carrier.answers();
    ClientCall call = open.answered(callId, carrier);
    if (call != null) {
      count(call, false);
      carrier.connection().traffic().calls().failed(FailureKind.PROTOCOL);
      call.end(
          new Answer.Failure(() ->
              new RpcProtocolException(
                  what(call)
                      + "the result of "
                      + bytes
                      + " bytes is over this client's limit (messageBytesMax)",
                  Executed.YES,
                  null)));
    }
    carrier.closeIfDone();
  }

  @Override
  public void error(
      long callId,
      ErrorCode code,
      Executed executed,
      String type,
      String message,
      ByteBuffer payload) {
    carrier.answers();
    if (code == ErrorCode.GOING_AWAY && executed == Executed.NO) {
      sendElsewhere(callId, message);
    } else if (!isRefusal(code, executed) || !retry(callId)) {
      ClientCall call = open.answered(callId, carrier);
      if (call != null) {
        count(call, false);
        if (!isRefusal(code, executed)) {
          call.method().throttle().accepted(now());
        }
        carrier.connection().traffic().calls().failed(code.kind());
        call.end(
            code == ErrorCode.DECLARED
                ? new Answer.Declared(type, message, bytes(payload))
                : new Answer.Failure(() -> exception(call, code, executed, type, message)));
      }
    }
    carrier.closeIfDone();
  }

  /** The server is about to end, and has not begun this call. */
  private void sendElsewhere(long callId, String reason) {
    carrier.turnsAway();
    link.goesAway(carrier, reason);
    ClientCall call = open.get(callId, carrier);
    if (call != null) {
      if (call.payloadBytes() >= Block.BYTES_MAX) {
        carrier.sendNoMoreOf(callId); // it may still be on its way
      }
      call.sendElsewhere();
    }
  }

  /**
   * The server is overloaded, and has not begun this call.
   *
   * @return whether it is sent again
   */
  private boolean retry(long callId) {
    boolean may = carrier.mayRetryRefused();
    ClientCall call = open.get(callId, carrier);
    if (call == null) {
      return false;
    }
    call.method().throttle().refused(now());
    return may && call.retry();
  }

  /** Its time: from its beginning to the read that has brought its answer. */
  private void count(ClientCall call, boolean success) {
    ClientMethod method = call.method();
    carrier
        .connection()
        .traffic()
        .calls()
        .method(method.name().index(), method.counts().label())
        .answered(now() - call.birthNanos(), success);
  }

  /** The time of the read that has brought what is in hand. */
  private long now() {
    return carrier.connection().turn().nanoTime();
  }

  private static boolean isRefusal(ErrorCode code, Executed executed) {
    return code == ErrorCode.OVERLOADED && executed == Executed.NO;
  }

  private static RpcException exception(
      ClientCall call, ErrorCode code, Executed executed, String type, String message) {
    String text = what(call) + message;
    return switch (code) {
      case FAILED, DECLARED -> new RpcRemoteException(type, text, executed);
      case UNKNOWN_METHOD, BAD_REQUEST, BAD_RESPONSE, UNKNOWN ->
          new RpcProtocolException(text, executed, null);
      case OVERLOADED -> new RpcOverloadedException(text, executed, null);
      case EXPIRED -> new RpcTimeoutException(text, executed, null);
      case CANCELLED -> new RpcCancelledException(text, executed, null);
      case GOING_AWAY -> new RpcConnectionException(text, executed, null);
      case REFUSED -> new RpcRefusedException(text, executed, null);
    };
  }

  private static String what(ClientCall call) {
    return call.method().label() + " at " + call.peer() + ": ";
  }

  @Override
  public void ping(long token) {
    carrier.connection().sendPong(token);
  }

  @Override
  public void goAway(String reason) {
    link.goesAway(carrier, reason);
    carrier.closeIfDone();
  }

  private static byte[] bytes(ByteBuffer payload) {
    byte[] bytes = new byte[payload.remaining()];
    payload.get(bytes);
    return bytes;
  }
}
