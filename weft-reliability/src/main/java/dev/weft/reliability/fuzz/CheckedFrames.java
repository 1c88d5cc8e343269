package dev.weft.reliability.fuzz;

import dev.weft.Executed;
import dev.weft.Metadata;
import dev.weft.internal.connection.Connection;
import dev.weft.internal.wire.ErrorCode;
import dev.weft.internal.wire.Frame;
import dev.weft.internal.wire.FrameHandler;
import dev.weft.internal.wire.Hello;
import java.nio.ByteBuffer;

/**
 * Takes all frames of one side, and holds each against what {@link FrameHandler} promises. Reader
 * thread only.
 */
final class CheckedFrames implements Connection.Owner {

  private final boolean ofClient;
  private final int messageBytesMax;
  private int methods;

  /**
   * @param ofClient whose frames these are; the other side's must not come
   * @param messageBytesMax the limit that was set
   */
  CheckedFrames(boolean ofClient, int messageBytesMax) {
    this.ofClient = ofClient;
    this.messageBytesMax = messageBytesMax;
  }

  @Override
  public void opened(Connection connection, Hello peer) {
    // Nothing is sent.
  }

  @Override
  public void method(int number, ByteBuffer utf8) {
    if (!ofClient) {
      Connection.Owner.super.method(number, utf8);
    }
    check(number == methods++ && number < Frame.METHODS_MAX, "a method's number");
    check(utf8.remaining() <= Frame.METHOD_NAME_BYTES_MAX, "a method's name");
  }

  @Override
  public void request(
      long callId, int method, int timeoutMillis, Metadata metadata, ByteBuffer payload) {
    if (!ofClient) {
      Connection.Owner.super.request(callId, method, timeoutMillis, metadata, payload);
    }
    check(callId >= 0, "a call's id");
    check(timeoutMillis >= 0 && timeoutMillis <= Frame.TIMEOUT_MILLIS_MAX, "a timeout");
    checkMessage(method, metadata, payload);
  }

  @Override
  public void oneWay(int method, Metadata metadata, ByteBuffer payload) {
    if (!ofClient) {
      Connection.Owner.super.oneWay(method, metadata, payload);
    }
    checkMessage(method, metadata, payload);
  }

  private void checkMessage(int method, Metadata metadata, ByteBuffer payload) {
    check(method >= 0 && method < methods, "the method of a message");
    check(metadata.asMap().size() <= Metadata.ENTRIES_MAX, "metadata");
    checkPayload(payload);
  }

  private void checkPayload(ByteBuffer payload) {
    check(payload.remaining() <= messageBytesMax, "a payload");
  }

  @Override
  public void oversizedRequest(long callId, int method, long bytes) {
    if (!ofClient) {
      Connection.Owner.super.oversizedRequest(callId, method, bytes);
    }
    check(callId >= 0 && method < methods && bytes > messageBytesMax, "an oversized request");
  }

  @Override
  public void oversizedOneWay(int method, long bytes) {
    if (!ofClient) {
      Connection.Owner.super.oversizedOneWay(method, bytes);
    }
    check(method < methods && bytes > messageBytesMax, "an oversized message");
  }

  @Override
  public void response(long callId, ByteBuffer payload) {
    if (ofClient) {
      Connection.Owner.super.response(callId, payload);
    }
    check(callId >= 0, "a call's id");
    checkPayload(payload);
  }

  @Override
  public void oversizedResponse(long callId, long bytes) {
    if (ofClient) {
      Connection.Owner.super.oversizedResponse(callId, bytes);
    }
    check(callId >= 0 && bytes > messageBytesMax, "an oversized response");
  }

  @Override
  public void error(
      long callId,
      ErrorCode code,
      Executed executed,
      String type,
      String message,
      ByteBuffer payload) {
    if (ofClient) {
      Connection.Owner.super.error(callId, code, executed, type, message, payload);
    }
    check(callId >= 0, "a call's id");
    check(
        type.length() <= Frame.TEXT_BYTES_MAX && message.length() <= Frame.TEXT_BYTES_MAX,
        "an error's texts");
  }

  @Override
  public void cancel(long callId) {
    if (!ofClient) {
      Connection.Owner.super.cancel(callId);
    }
    check(callId >= 0, "a call's id");
  }

  @Override
  public void ping(long token) {
    // Any will do.
  }

  @Override
  public void goAway(String reason) {
    check(reason.length() <= Frame.TEXT_BYTES_MAX, "a reason");
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new Finding(what + " breaks its limits");
    }
  }
}
