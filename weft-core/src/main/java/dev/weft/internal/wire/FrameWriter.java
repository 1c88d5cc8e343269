package dev.weft.internal.wire;

import dev.weft.Executed;
import dev.weft.spi.Loan;
import dev.weft.spi.Payload;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Appends frames to a block. One for each connection: it knows which methods have a number already,
 * and what is left of a frame that is too big for one block.
 *
 * <p>Whoever holds the outbox.
 */
public final class FrameWriter {

  private static final byte[] NO_HEAD = {};
  private static final Payload EMPTY = new Payload();

  /**
   * The room that a block must have when a big frame begins in it: with the name of its method, and
   * all that stands before its payload.
   */
  public static final int BEGIN_BYTES_MAX =
      2 * Frame.HEAD_BYTES_MAX + Frame.METHOD_NAME_BYTES_MAX + Frame.METADATA_BYTES_MAX + 512;

  /** Smaller pieces of a big frame are not worth their header. */
  private static final int FRAGMENT_BYTES_MIN = 512;

  private static final long NO_CALL = -1;

  /** A method that has no number yet. */
  private static final int UNNUMBERED = -1;

  private ByteBuffer block;
  private int[] numbers = new int[0];
  private int methods;

  /** What was announced of the frame in hand, without what was lent. */
  private int payloadBytes;

  /** What was lent of the payload of the frame in hand, until that is written or a big one. */
  private @Nullable Loan loan;

  // The big frame in progress: its head, then its payload, from sent on.
  private byte[] bigHead = NO_HEAD;
  private byte @Nullable [] bigPayload;
  private int bigPayloadOffset;
  private int bigPayloadBytes;

  /** What the payload is, if it was lent: the bytes before it are with the head then. */
  private @Nullable Loan bigLoan;

  private int bigKind;

  /** Whose request the big frame is. */
  private long bigCallId = NO_CALL;

  private int bigSent;

  /** Writes to this block, wherever its position is. */
  public FrameWriter(ByteBuffer block) {
    this.block = block;
  }

  /** From now on, writes to this block. */
  public void writeTo(ByteBuffer next) {
    block = next;
  }

  /**
   * An upper bound of what a frame with this payload takes; over {@link Block#BYTES_MAX} it will be
   * sent in fragments.
   */
  public static long frameBytesMax(int payloadBytes, int textBytes) {
    return (long) Frame.HEAD_BYTES_MAX + payloadBytes + textBytes;
  }

  /** Whether a big frame is on its way, so that no other may begin. */
  public boolean isFragmenting() {
    return bigPayload != null;
  }

  /** A call without metadata. {@code timeoutMillis}: 0 for none. */
  public void request(long callId, MethodName method, int timeoutMillis, Payload payload) {
    request(callId, method, timeoutMillis, MetadataSection.NONE, payload);
  }

  /**
   * A call. {@code timeoutMillis}: 0 for none.
   *
   * @param metadata as {@link MetadataSection} encodes it
   */
  public void request(
      long callId, MethodName method, int timeoutMillis, byte[] metadata, Payload payload) {
    long number = numberAndFlags(method, metadata);
    int head =
        Varint.size(callId) + Varint.size(number) + Varint.size(timeoutMillis) + metadata.length;
    ByteBuffer out = begin(Frame.REQUEST, head, payload, callId);
    Varint.write(out, callId);
    Varint.write(out, number);
    Varint.write(out, timeoutMillis);
    out.put(metadata);
    end(out, payload);
  }

  /** A message without an answer, and without metadata. */
  public void oneWay(MethodName method, Payload payload) {
    oneWay(method, MetadataSection.NONE, payload);
  }

  /**
   * A message without an answer.
   *
   * @param metadata as {@link MetadataSection} encodes it
   */
  public void oneWay(MethodName method, byte[] metadata, Payload payload) {
    long number = numberAndFlags(method, metadata);
    int head = Varint.size(number) + metadata.length;
    ByteBuffer out = begin(Frame.ONE_WAY, head, payload, NO_CALL);
    Varint.write(out, number);
    out.put(metadata);
    end(out, payload);
  }

  private long numberAndFlags(MethodName method, byte[] metadata) {
    long number = (long) number(method) << Frame.METHOD_FLAG_BITS;
    return metadata.length == 0 ? number : number | Frame.METHOD_FLAG_METADATA;
  }

  /** A result. */
  public void response(long callId, Payload payload) {
    ByteBuffer out = begin(Frame.RESPONSE, Varint.size(callId), payload, NO_CALL);
    Varint.write(out, callId);
    end(out, payload);
  }

  /** A failure; the payload is the declared exception, if it is one. */
  public void error(
      long callId,
      ErrorCode code,
      Executed executed,
      byte[] type,
      byte[] message,
      Payload payload) {
    int head = Varint.size(callId) + 2 + textBytes(type) + textBytes(message);
    ByteBuffer out = begin(Frame.ERROR, head, payload, NO_CALL);
    Varint.write(out, callId);
    out.put((byte) code.number());
    out.put((byte) Frame.number(executed));
    writeText(out, type);
    writeText(out, message);
    end(out, payload);
  }

  /**
   * The caller has given up. When the request is still on its way, the rest of it is not sent, and
   * the server never learns of the call.
   *
   * @return whether that is so: no answer will come
   */
  public boolean cancel(long callId) {
    if (bigPayload != null && bigCallId == callId) {
      if (bigSent > 0) {
        begin(Frame.FRAGMENT, 1, EMPTY, NO_CALL).put((byte) Frame.FRAGMENT_ABORT);
      }
      dropBig();
      return true;
    }
    ByteBuffer out = begin(Frame.CANCEL, Varint.size(callId), EMPTY, NO_CALL);
    Varint.write(out, callId);
    return false;
  }

  /** A ping to be answered with the same token, or its answer. */
  public void pingOrPong(boolean ping, long token) {
    begin(ping ? Frame.PING : Frame.PONG, Long.BYTES, EMPTY, NO_CALL).putLong(token);
  }

  /** Asks the peer to send no more requests on this connection. */
  public void goAway(byte[] reason) {
    ByteBuffer out = begin(Frame.GO_AWAY, textBytes(reason), EMPTY, NO_CALL);
    writeText(out, reason);
  }

  /**
   * Appends the next piece of the big frame, if there is one and enough room for it.
   *
   * @return whether something was appended
   */
  public boolean fragment() {
    byte[] payload = bigPayload;
    if (payload == null) {
      return false;
    }
    int total = bigHead.length + bigPayloadBytes;
    int room = block.remaining() - Frame.HEAD_BYTES_MAX;
    if (room < Math.min(FRAGMENT_BYTES_MIN, total - bigSent)) {
      return false;
    }
    boolean first = bigSent == 0;
    int bytes = Math.min(room, total - bigSent);
    int head = 1 + (first ? 1 + Varint.size(total) : 0);
    writeKindAndLength(block, Frame.FRAGMENT, head + bytes);
    block.put((byte) (first ? Frame.FRAGMENT_FIRST : 0));
    if (first) {
      block.put((byte) bigKind);
      Varint.write(block, total);
    }
    int fromHead = Math.max(0, Math.min(bytes, bigHead.length - bigSent));
    block.put(bigHead, Math.min(bigSent, bigHead.length), fromHead);
    int fromPayload = bigSent + fromHead - bigHead.length;
    if (bigLoan == null) {
      block.put(payload, bigPayloadOffset + fromPayload, bytes - fromHead);
    } else {
      bigLoan.copyTo(block, fromPayload, bytes - fromHead);
    }
    bigSent += bytes;
    if (bigSent == total) {
      dropBig();
    }
    return true;
  }

  /** Forgets the big frame in progress, when the connection is lost. */
  public void dropBig() {
    bigPayload = null;
    bigHead = NO_HEAD;
    if (bigLoan != null) {
      bigLoan.endReading();
      bigLoan = null;
    }
  }

  /**
   * Writes what stands before the head's fields.
   *
   * @param callId whose request it is, if it is one
   * @return where to write the head: the block, or a buffer of its own for a big frame
   */
  private ByteBuffer begin(int kind, int headBytes, Payload payload, long callId) {
    Loan lent = payload.loan();
    int lentBytes = 0;
    if (lent != null) {
      loan = lent;
      lentBytes = lent.length();
    }
    // Once: a server that answers before it is asked has its answer put into the same payload.
    payloadBytes = payload.length() - lentBytes;
    long length = (long) headBytes + payloadBytes + lentBytes;
    if (1 + Varint.size(length) + length <= block.remaining()) {
      writeKindAndLength(block, kind, (int) length);
      return block;
    }
    bigKind = kind;
    bigCallId = callId;
    bigHead = new byte[headBytes + (lent == null ? 0 : payloadBytes)];
    bigPayload = payload.array();
    bigPayloadOffset = payload.offset();
    bigPayloadBytes = lent == null ? payloadBytes : lentBytes;
    bigLoan = lent;
    bigSent = 0;
    return ByteBuffer.wrap(bigHead);
  }

  @SuppressWarnings("ReferenceEquality") // which buffer it is, not what is in it
  private void end(ByteBuffer out, Payload payload) {
    boolean inBlock = out == block;
    Loan lent = loan;
    if (inBlock || lent != null) {
      out.put(payload.array(), payload.offset(), payloadBytes);
    }
    if (lent != null) {
      loan = null;
      if (inBlock) {
        lent.copyTo(out, 0, lent.length());
        lent.endReading();
      }
    }
  }

  private static void writeKindAndLength(ByteBuffer out, int kind, int length) {
    out.put((byte) kind);
    Varint.write(out, length);
  }

  /** The method's number; when it has none yet, it is given one, and the peer is told. */
  private int number(MethodName method) {
    int index = method.index();
    if (index >= numbers.length) {
      int from = numbers.length;
      numbers = Arrays.copyOf(numbers, Math.max(16, Integer.highestOneBit(index) * 2));
      Arrays.fill(numbers, from, numbers.length, UNNUMBERED);
    }
    if (numbers[index] == UNNUMBERED) {
      int head = Varint.size(methods) + textBytes(method.utf8);
      ByteBuffer out = begin(Frame.METHOD, head, EMPTY, NO_CALL);
      Varint.write(out, methods);
      writeText(out, method.utf8);
      numbers[index] = methods++;
    }
    return numbers[index];
  }

  private static int textBytes(byte[] text) {
    return Varint.size(text.length) + text.length;
  }

  private static void writeText(ByteBuffer out, byte[] text) {
    Varint.write(out, text.length);
    out.put(text);
  }

  /** The text in UTF-8, cut to what a frame may carry. */
  public static byte[] text(String text) {
    String cut =
        text.length() * 3L <= Frame.TEXT_BYTES_MAX
            ? text
            : text.substring(0, Math.min(text.length(), Frame.TEXT_BYTES_MAX / 3));
    return cut.getBytes(StandardCharsets.UTF_8);
  }
}
