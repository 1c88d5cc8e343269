package dev.weft.internal.wire;

import dev.weft.Executed;
import dev.weft.Metadata;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Takes the frames out of a connection's blocks and hands them to a {@link FrameHandler}. It knows
 * how many methods the peer has numbered, and puts big frames together.
 *
 * <p>Reader thread only.
 */
public final class FrameReader {

  /** The smallest ones take some 20 ns each, refused requests about 1 us. */
  private static final int FRAMES_AT_A_TIME = 64;

  private final FrameHandler handler;
  private final int messageBytesMax;
  private final Reassembly reassembly;
  private int methods;

  /**
   * @param messageBytesMax the most that a message's payload may have
   */
  public FrameReader(FrameHandler handler, int messageBytesMax) {
    this.handler = handler;
    this.messageBytesMax = messageBytesMax;
    this.reassembly = new Reassembly(handler);
  }

  /** At the end of the connection: gives the room back that an unfinished frame holds. */
  public void end() {
    reassembly.end();
  }

  /**
   * Hands over all frames of a block.
   *
   * @param buffer holds the frames from its position to its limit, and is used up
   * @return the number of messages that they completed
   * @throws WireException when the bytes break the protocol
   */
  public int read(ByteBuffer buffer) {
    int messages = 0;
    while (buffer.hasRemaining()) {
      messages += readSome(buffer);
    }
    return messages;
  }

  /**
   * Hands over the next frames of a block: as many as one may without looking up.
   *
   * @param buffer holds the frames from its position to its limit, and is used up as far as they go
   * @return the number of messages that they completed
   * @throws WireException when the bytes break the protocol
   */
  public int readSome(ByteBuffer buffer) {
    int blockEnd = buffer.limit();
    int messages = 0;
    for (int i = 0; i < FRAMES_AT_A_TIME && buffer.position() < blockEnd; i++) {
      int kind = buffer.get() & 0xff;
      int length = Varint.readInt(buffer, blockEnd, "a frame's length");
      int end = buffer.position() + length;
      if (end > blockEnd) {
        throw new WireException("a frame of " + length + " bytes reaches beyond its block");
      }
      buffer.limit(end);
      if (kind == Frame.FRAGMENT) {
        messages += fragment(buffer) ? 1 : 0;
      } else {
        frame(kind, buffer);
        messages += kind == Frame.METHOD ? 0 : 1;
      }
      buffer.limit(blockEnd).position(end);
    }
    return messages;
  }

  /** Whether the pieces of a big frame are being collected. */
  public boolean isCollecting() {
    return reassembly.isCollecting();
  }

  private void frame(int kind, ByteBuffer in) {
    switch (kind) {
      case Frame.REQUEST -> request(in, in.remaining());
      case Frame.ONE_WAY -> oneWay(in, in.remaining());
      case Frame.RESPONSE -> response(in, in.remaining());
      case Frame.ERROR -> error(in);
      case Frame.CANCEL -> handler.cancel(Varint.readLong(in));
      case Frame.PING -> handler.ping(readToken(in));
      case Frame.PONG -> handler.pong(readToken(in));
      case Frame.GO_AWAY -> handler.goAway(readText(in, Frame.TEXT_BYTES_MAX, "a reason"));
      case Frame.METHOD -> method(in);
      default -> {
        if (kind < Frame.OPTIONAL) {
          throw new WireException("a frame has the unknown kind " + kind);
        }
      }
    }
  }

  private void method(ByteBuffer in) {
    int number = Varint.readInt(in, Frame.METHODS_MAX - 1, "a method's number");
    if (number != methods) {
      throw new WireException("method " + number + " was named out of turn: " + methods);
    }
    int length = readTextLength(in, Frame.METHOD_NAME_BYTES_MAX, "a method's name");
    methods++;
    handler.method(number, in.limit(in.position() + length));
  }

  /**
   * @param length of the whole body, of which perhaps only the beginning is there
   */
  private void request(ByteBuffer in, int length) {
    int start = in.position();
    long callId = Varint.readLong(in);
    int numberAndFlags = readMethod(in);
    int method = numberAndFlags >>> Frame.METHOD_FLAG_BITS;
    int timeoutMillis = Varint.readInt(in, Frame.TIMEOUT_MILLIS_MAX, "a timeout");
    Metadata metadata = readMetadata(in, numberAndFlags);
    int payload = length - (in.position() - start);
    if (payload > messageBytesMax) {
      handler.oversizedRequest(callId, method, payload);
    } else {
      handler.request(callId, method, timeoutMillis, metadata, in);
    }
  }

  private void oneWay(ByteBuffer in, int length) {
    int start = in.position();
    int numberAndFlags = readMethod(in);
    int method = numberAndFlags >>> Frame.METHOD_FLAG_BITS;
    Metadata metadata = readMetadata(in, numberAndFlags);
    int payload = length - (in.position() - start);
    if (payload > messageBytesMax) {
      handler.oversizedOneWay(method, payload);
    } else {
      handler.oneWay(method, metadata, in);
    }
  }

  private void response(ByteBuffer in, int length) {
    int start = in.position();
    long callId = Varint.readLong(in);
    int payload = length - (in.position() - start);
    if (payload > messageBytesMax) {
      handler.oversizedResponse(callId, payload);
    } else {
      handler.response(callId, in);
    }
  }

  /** Allows for what stands in a body before the payload. */
  private long bodyBytesMax() {
    int beforePayload = Math.max(2 * Frame.TEXT_BYTES_MAX, Frame.METADATA_BYTES_MAX);
    return (long) messageBytesMax + Frame.HEAD_BYTES_MAX + beforePayload;
  }

  /** Whether it was the last piece of a message. */
  private boolean fragment(ByteBuffer in) {
    int flags = in.hasRemaining() ? in.get() : 0;
    if (flags == Frame.FRAGMENT_FIRST) {
      int kind = in.hasRemaining() ? in.get() & 0xff : 0;
      int total = Varint.readInt(in, Integer.MAX_VALUE, "a big frame's length");
      boolean keep = total <= bodyBytesMax();
      reassembly.begin(kind, total, keep);
      if (!keep) {
        int start = in.position();
        oversized(kind, in, total);
        in.position(start);
      }
    } else if (flags == Frame.FRAGMENT_ABORT) {
      reassembly.abort();
      return false;
    } else if (flags != 0) {
      throw new WireException("a fragment has the unknown flags " + flags);
    }
    if (!reassembly.makeRoom(in.remaining())) {
      crowded(reassembly.kind(), reassembly.crowdedOut(in));
    }
    if (reassembly.add(in)) {
      frame(reassembly.kind(), reassembly.take());
      return true;
    }
    return false;
  }

  /** A frame is not kept although it may be as large; what is neither of these is forgotten. */
  private void crowded(int kind, ByteBuffer beginning) {
    if (kind == Frame.REQUEST) {
      long callId = Varint.readLong(beginning);
      handler.crowdedRequest(callId, readMethod(beginning) >>> Frame.METHOD_FLAG_BITS);
    } else if (kind == Frame.ONE_WAY) {
      handler.crowdedOneWay(readMethod(beginning) >>> Frame.METHOD_FLAG_BITS);
    }
  }

  private void oversized(int kind, ByteBuffer in, int length) {
    switch (kind) {
      case Frame.REQUEST -> request(in, length);
      case Frame.ONE_WAY -> oneWay(in, length);
      case Frame.RESPONSE -> response(in, length);
      case Frame.ERROR -> handler.oversizedResponse(Varint.readLong(in), length);
      default -> {
        if (kind < Frame.OPTIONAL) {
          throw new WireException("a frame of kind " + kind + " has " + length + " bytes");
        }
      }
    }
  }

  private static Metadata readMetadata(ByteBuffer in, int numberAndFlags) {
    return (numberAndFlags & Frame.METHOD_FLAG_METADATA) == 0
        ? Metadata.EMPTY
        : MetadataSection.read(in);
  }

  /** The method's number, and the flags below it. */
  private int readMethod(ByteBuffer in) {
    int max = Frame.METHODS_MAX << Frame.METHOD_FLAG_BITS;
    int value = Varint.readInt(in, max - 1, "a method's number");
    int number = value >>> Frame.METHOD_FLAG_BITS;
    int flags = value & ((1 << Frame.METHOD_FLAG_BITS) - 1);
    if ((flags & ~Frame.METHOD_FLAG_METADATA) != 0) {
      throw new WireException("a method's number has the unknown flags of " + value);
    }
    if (number >= methods) {
      throw new WireException("method " + number + " was never named");
    }
    return value;
  }

  private void error(ByteBuffer in) {
    long callId = Varint.readLong(in);
    if (in.remaining() < 2) {
      throw new WireException("an error is cut off");
    }
    ErrorCode code = ErrorCode.of(in.get() & 0xff);
    Executed executed = Frame.executed(in.get());
    String type = readText(in, Frame.TEXT_BYTES_MAX, "an error's type");
    String message = readText(in, Frame.TEXT_BYTES_MAX, "an error's message");
    handler.error(callId, code, executed, type, message, in);
  }

  private static long readToken(ByteBuffer in) {
    if (in.remaining() != Long.BYTES) {
      throw new WireException("a ping has " + in.remaining() + " bytes instead of 8");
    }
    return in.getLong();
  }

  private static String readText(ByteBuffer in, int max, String what) {
    byte[] utf8 = new byte[readTextLength(in, max, what)];
    in.get(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  private static int readTextLength(ByteBuffer in, int max, String what) {
    int length = Varint.readInt(in, max, what + "'s length");
    if (length > in.remaining()) {
      throw new WireException(what + " is cut off");
    }
    return length;
  }
}
