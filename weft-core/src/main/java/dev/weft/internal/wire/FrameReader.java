package dev.weft.internal.wire;

import dev.weft.Executed;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Takes the frames out of a connection's blocks and hands them to a {@link FrameHandler}. It knows
 * how many methods the peer has numbered, and puts big frames together.
 *
 * <p>Reader thread only.
 */
public final class FrameReader {

  private final FrameHandler handler;
  private final int messageBytesMax;
  private final Reassembly reassembly = new Reassembly();
  private int methods;

  /**
   * @param messageBytesMax the most that a message's payload may have
   */
  public FrameReader(FrameHandler handler, int messageBytesMax) {
    this.handler = handler;
    this.messageBytesMax = messageBytesMax;
  }

  /**
   * Hands over all frames of a block.
   *
   * @param buffer holds the frames from its position to its limit, and is used up
   * @return the number of frames
   * @throws WireException when the bytes break the protocol
   */
  public int read(ByteBuffer buffer) {
    int blockEnd = buffer.limit();
    int frames = 0;
    while (buffer.position() < blockEnd) {
      int kind = buffer.get() & 0xff;
      int length = Varint.readInt(buffer, blockEnd, "a frame's length");
      int end = buffer.position() + length;
      if (end > blockEnd) {
        throw new WireException("a frame of " + length + " bytes reaches beyond its block");
      }
      buffer.limit(end);
      if (kind == Frame.FRAGMENT) {
        fragment(buffer);
      } else {
        frame(kind, buffer, length);
      }
      buffer.limit(blockEnd).position(end);
      frames++;
    }
    return frames;
  }

  private void frame(int kind, ByteBuffer in, int length) {
    if (length > bodyBytesMax()) {
      oversized(kind, in, length);
      return;
    }
    switch (kind) {
      case Frame.REQUEST -> {
        long callId = Varint.readLong(in);
        int method = readMethod(in);
        int timeoutMillis = Varint.readInt(in, Frame.TIMEOUT_MILLIS_MAX, "a timeout");
        handler.request(callId, method, timeoutMillis, in);
      }
      case Frame.ONE_WAY -> handler.oneWay(readMethod(in), in);
      case Frame.RESPONSE -> handler.response(Varint.readLong(in), in);
      case Frame.ERROR -> error(in);
      case Frame.CANCEL -> handler.cancel(Varint.readLong(in));
      case Frame.PING -> handler.ping(readToken(in));
      case Frame.PONG -> handler.pong(readToken(in));
      case Frame.GO_AWAY -> handler.goAway(readText(in, Frame.TEXT_BYTES_MAX, "a reason"));
      default -> {
        if (kind < Frame.OPTIONAL) {
          throw new WireException("a frame has the unknown kind " + kind);
        }
      }
    }
  }

  /** Allows for what stands in a body before the payload. */
  private long bodyBytesMax() {
    return (long) messageBytesMax
        + Frame.HEAD_BYTES_MAX
        + Math.max(Frame.METHOD_NAME_BYTES_MAX, 2 * Frame.TEXT_BYTES_MAX);
  }

  private void fragment(ByteBuffer in) {
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
      return;
    } else if (flags != 0) {
      throw new WireException("a fragment has the unknown flags " + flags);
    }
    if (reassembly.add(in)) {
      frame(reassembly.kind(), reassembly.take(), reassembly.total());
    }
  }

  private void oversized(int kind, ByteBuffer in, long bytes) {
    switch (kind) {
      case Frame.REQUEST -> {
        long callId = Varint.readLong(in);
        handler.oversizedRequest(callId, readMethod(in), bytes);
      }
      case Frame.ONE_WAY -> handler.oversizedOneWay(readMethod(in), bytes);
      case Frame.RESPONSE, Frame.ERROR -> handler.oversizedResponse(Varint.readLong(in), bytes);
      default -> throw new WireException("a frame of kind " + kind + " has " + bytes + " bytes");
    }
  }

  private int readMethod(ByteBuffer in) {
    int max = Frame.METHODS_MAX << Frame.METHOD_FLAG_BITS;
    int value = Varint.readInt(in, max - 1, "a method's number");
    int number = value >>> Frame.METHOD_FLAG_BITS;
    int flags = value & ((1 << Frame.METHOD_FLAG_BITS) - 1);
    if (flags == Frame.METHOD_IS_NEW) {
      if (number != methods) {
        throw new WireException("method " + number + " was named out of turn: " + methods);
      }
      String name = readText(in, Frame.METHOD_NAME_BYTES_MAX, "a method's name");
      methods++;
      handler.method(number, name);
    } else if (flags != 0) {
      throw new WireException("a method's number has the unknown flags " + flags);
    } else if (number >= methods) {
      throw new WireException("method " + number + " was never named");
    }
    return number;
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
    int length = Varint.readInt(in, max, what + "'s length");
    if (length > in.remaining()) {
      throw new WireException(what + " is cut off");
    }
    byte[] utf8 = new byte[length];
    in.get(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }
}
