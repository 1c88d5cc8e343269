package dev.weft.internal.connection;

import dev.weft.Executed;
import dev.weft.Metadata;
import dev.weft.internal.wire.ErrorCode;
import dev.weft.internal.wire.FrameHandler;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What went over a channel, by kind. One thread. */
public final class SentFrames implements FrameHandler {

  private final List<Long> requests = new ArrayList<>();
  private final List<Long> cancels = new ArrayList<>();
  private final List<Long> responses = new ArrayList<>();
  private final List<Long> errors = new ArrayList<>();

  SentFrames() {}

  /** The ids of the requests. */
  public List<Long> requests() {
    return requests;
  }

  /** The ids of the cancellations. */
  public List<Long> cancels() {
    return cancels;
  }

  /** The ids of the results. */
  public List<Long> responses() {
    return responses;
  }

  /** The ids of the failures. */
  public List<Long> errors() {
    return errors;
  }

  /** Results and failures. */
  public int answers() {
    return responses.size() + errors.size();
  }

  @Override
  public void method(int number, ByteBuffer utf8) {}

  @Override
  public void request(
      long callId, int method, int timeoutMillis, Metadata metadata, ByteBuffer payload) {
    requests.add(callId);
  }

  @Override
  public void cancel(long callId) {
    cancels.add(callId);
  }

  @Override
  public void response(long callId, ByteBuffer payload) {
    responses.add(callId);
  }

  @Override
  public void error(
      long callId,
      ErrorCode code,
      Executed executed,
      String type,
      String message,
      ByteBuffer payload) {
    errors.add(callId);
  }

  @Override
  public void ping(long token) {}
}
