package dev.weft.internal.wire;

import dev.weft.Executed;
import dev.weft.Metadata;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/** Writes down, a line each, what a {@link FrameReader} finds. */
public class RecordedFrames implements FrameHandler {

  /** What has come so far. */
  public final List<String> lines = new ArrayList<>();

  /** A payload as the lines show it. */
  public static String show(byte[] payload) {
    CRC32 crc = new CRC32();
    crc.update(payload);
    return payload.length + " bytes " + Long.toHexString(crc.getValue());
  }

  private static String show(ByteBuffer payload) {
    byte[] bytes = new byte[payload.remaining()];
    payload.get(bytes);
    return show(bytes);
  }

  @Override
  public void method(int number, ByteBuffer utf8) {
    lines.add("method " + number + " is " + StandardCharsets.UTF_8.decode(utf8));
  }

  @Override
  public void request(
      long callId, int method, int timeoutMillis, Metadata metadata, ByteBuffer payload) {
    String with = metadata.isEmpty() ? "" : " with " + metadata;
    lines.add(
        "request "
            + callId
            + " of "
            + method
            + " in "
            + timeoutMillis
            + with
            + ": "
            + show(payload));
  }

  @Override
  public void oneWay(int method, Metadata metadata, ByteBuffer payload) {
    String with = metadata.isEmpty() ? "" : " with " + metadata;
    lines.add("one-way of " + method + with + ": " + show(payload));
  }

  @Override
  public void oversizedRequest(long callId, int method, long bytes) {
    lines.add("oversized request " + callId + " of " + method);
  }

  @Override
  public void oversizedOneWay(int method, long bytes) {
    lines.add("oversized one-way of " + method);
  }

  @Override
  public void response(long callId, ByteBuffer payload) {
    lines.add("response " + callId + ": " + show(payload));
  }

  @Override
  public void oversizedResponse(long callId, long bytes) {
    lines.add("oversized response " + callId);
  }

  @Override
  public void error(
      long callId,
      ErrorCode code,
      Executed executed,
      String type,
      String message,
      ByteBuffer payload) {
    lines.add(
        "error "
            + callId
            + " "
            + code
            + " "
            + executed
            + " <"
            + type
            + "> <"
            + message
            + ">: "
            + show(payload));
  }

  @Override
  public void cancel(long callId) {
    lines.add("cancel " + callId);
  }

  @Override
  public void ping(long token) {
    lines.add("ping " + token);
  }

  @Override
  public void pong(long token) {
    lines.add("pong " + token);
  }

  @Override
  public void goAway(String reason) {
    lines.add("go away: " + reason);
  }
}
