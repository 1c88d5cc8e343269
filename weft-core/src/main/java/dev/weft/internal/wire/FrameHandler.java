package dev.weft.internal.wire;

import dev.weft.Executed;
import dev.weft.Metadata;
import dev.weft.spi.Payload;
import java.nio.ByteBuffer;

/**
 * Takes what a {@link FrameReader} finds. Payloads are the buffer's bytes from position to limit,
 * lent until the method returns; if they came in pieces, the buffer has an array that the handler
 * may keep: see {@link #keep}. What a side never receives ends its connection.
 *
 * <p>Reader thread only.
 */
public interface FrameHandler {

  /**
   * From now on, this number stands for the method of this name.
   *
   * @param utf8 the name, lent until the method returns
   */
  default void method(int number, ByteBuffer utf8) {
    throw unexpected("a request");
  }

  /** A call. {@code timeoutMillis}: 0 for none. */
  default void request(
      long callId, int method, int timeoutMillis, Metadata metadata, ByteBuffer payload) {
    throw unexpected("a request");
  }

  /** A message without an answer. */
  default void oneWay(int method, Metadata metadata, ByteBuffer payload) {
    throw unexpected("a one-way message");
  }

  /** A request over the size limit, of which nothing was kept. */
  default void oversizedRequest(long callId, int method, long bytes) {
    throw unexpected("a request");
  }

  /** A one-way message over the size limit, of which nothing was kept. */
  default void oversizedOneWay(int method, long bytes) {
    throw unexpected("a one-way message");
  }

  /**
   * Takes room for more bytes of a message that comes in pieces, if there is some; {@link
   * #releasePieces} follows in the end. By default there always is.
   */
  default boolean holdPieces(int bytes) {
    return true;
  }

  /** So much of the room that was taken is free again. */
  default void releasePieces(int bytes) {}

  /** A request for whose pieces there was no room: nothing of it is kept. */
  default void crowdedRequest(long callId, int method) {
    throw unexpected("a request");
  }

  /** A one-way message for whose pieces there was no room: nothing of it is kept. */
  default void crowdedOneWay(int method) {
    throw unexpected("a one-way message");
  }

  /** A result. */
  default void response(long callId, ByteBuffer payload) {
    throw unexpected("a response");
  }

  /** A result over the size limit, of which nothing was kept. */
  default void oversizedResponse(long callId, long bytes) {
    throw unexpected("a response");
  }

  /** A failure. */
  default void error(
      long callId,
      ErrorCode code,
      Executed executed,
      String type,
      String message,
      ByteBuffer payload) {
    throw unexpected("an error");
  }

  /** The caller has given up. */
  default void cancel(long callId) {
    throw unexpected("a cancellation");
  }

  /** To be answered with the same token. */
  void ping(long token);

  /** The answer to a ping. */
  default void pong(long token) {}

  /** The peer wants no more requests on this connection. */
  default void goAway(String reason) {}

  /** Makes a payload hold the bytes of one that was lent: without copying them, if possible. */
  static void keep(ByteBuffer lent, Payload target) {
    int bytes = lent.remaining();
    if (lent.hasArray()) {
      target.replace(lent.array(), lent.arrayOffset() + lent.position(), bytes);
    } else {
      target.clear();
      target.ensure(bytes);
      lent.get(target.array(), 0, bytes);
      target.length(bytes);
    }
  }

  private static WireException unexpected(String what) {
    return new WireException(what + " came from the wrong side");
  }
}
