package dev.weft.internal.client;

import dev.weft.ConnectionEvent;
import dev.weft.Executed;
import dev.weft.FailureKind;
import dev.weft.RpcCancelledException;
import dev.weft.RpcException;
import dev.weft.RpcOverloadedException;
import dev.weft.RpcProtocolException;
import dev.weft.RpcRefusedException;
import dev.weft.RpcRemoteException;
import dev.weft.RpcTimeoutException;
import dev.weft.internal.connection.Connection;
import dev.weft.internal.wire.ErrorCode;
import dev.weft.internal.wire.Hello;
import java.nio.ByteBuffer;

/** Gives what a client's connection brings to the calls that wait for it. Reader thread only. */
final class LinkReader implements Connection.Owner {

  private final ClientLink link;
  private final Connection connection;

  /** The read whose time {@link #batchNanos} is. */
  private long batch = -1;

  private long batchNanos;

  LinkReader(ClientLink link, Connection connection) {
    this.link = link;
    this.connection = connection;
  }

  @Override
  public void opened(Connection opened, Hello peer) {
    link.opened(opened);
  }

  @Override
  public void response(long callId, ByteBuffer payload) {
    ClientCall call = link.answered(callId);
    if (call != null) {
      count(call, true);
      call.end(new Answer.Result(bytes(payload)));
    }
  }

  @Override
  public void oversizedResponse(long callId, long bytes) {
    ClientCall call = link.answered(callId);
    if (call != null) {
      count(call, false);
      connection.traffic().calls().failed(FailureKind.PROTOCOL);
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
  }

  @Override
  public void error(
      long callId,
      ErrorCode code,
      Executed executed,
      String type,
      String message,
      ByteBuffer payload) {
    ClientCall call = link.answered(callId);
    if (call == null) {
      return;
    }
    count(call, false);
    connection.traffic().calls().failed(kind(code));
    call.end(
        code == ErrorCode.DECLARED
            ? new Answer.Declared(type, message, bytes(payload))
            : new Answer.Failure(() -> exception(call, code, executed, type, message)));
  }

  /** Its time: from its beginning to the read that has brought its answer. */
  private void count(ClientCall call, boolean success) {
    long reads = connection.traffic().reads();
    if (reads != batch) {
      batch = reads;
      batchNanos = link.nanoTime();
    }
    ClientMethod method = call.method();
    connection
        .traffic()
        .calls()
        .method(method.name().index(), method.counts().label())
        .answered(batchNanos - call.startNanos(), success);
  }

  private static FailureKind kind(ErrorCode code) {
    return switch (code) {
      case FAILED -> FailureKind.REMOTE;
      case DECLARED -> FailureKind.DECLARED;
      case UNKNOWN_METHOD, BAD_REQUEST, BAD_RESPONSE, UNKNOWN -> FailureKind.PROTOCOL;
      case OVERLOADED -> FailureKind.OVERLOADED;
      case EXPIRED -> FailureKind.TIMEOUT;
      case CANCELLED -> FailureKind.CANCELLED;
      case REFUSED -> FailureKind.REFUSED;
    };
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
      case REFUSED -> new RpcRefusedException(text, executed, null);
    };
  }

  private static String what(ClientCall call) {
    return call.method().label() + " at " + call.peer() + ": ";
  }

  @Override
  public void ping(long token) {
    connection.sendPong(token);
  }

  @Override
  public void goAway(String reason) {
    link.events().emit(new ConnectionEvent.GoingAway(link.address(), reason));
  }

  private static byte[] bytes(ByteBuffer payload) {
    byte[] bytes = new byte[payload.remaining()];
    payload.get(bytes);
    return bytes;
  }
}
