package dev.weft.internal.wire;

import java.nio.ByteBuffer;

/**
 * The envelope of what one write carries: flags (one byte), the length of what follows (varint),
 * and frames.
 */
public final class Block {

  /** Bytes of frames in one block, at most, before compression. */
  public static final int BYTES_MAX = 64 * 1024;

  /** The room that a writer leaves free before the frames for the header. */
  public static final int HEADER_BYTES_MAX = 1 + Varint.INT_BYTES_MAX;

  /** The frames stand as they are. */
  private static final int STORED = 0;

  private Block() {}

  /**
   * Puts the header in front of the frames, and flips the buffer for writing.
   *
   * @param buffer frames from {@link #HEADER_BYTES_MAX} to its position
   */
  public static void seal(ByteBuffer buffer) {
    int end = buffer.position();
    int length = end - HEADER_BYTES_MAX;
    int start = HEADER_BYTES_MAX - 1 - Varint.size(length);
    buffer.position(start);
    buffer.put((byte) STORED);
    Varint.write(buffer, length);
    buffer.limit(end).position(start);
  }

  /**
   * Finds the next block, and moves the buffer's position to its first frame.
   *
   * @param buffer what was received and not yet used, from position to limit
   * @return the length of its frames, or -1 when not all of it is there yet (the position stays)
   * @throws WireException when it cannot be a block
   */
  public static int open(ByteBuffer buffer) {
    int start = buffer.position();
    if (buffer.remaining() < 2) {
      return -1;
    }
    int flags = buffer.get();
    if (flags != STORED) {
      throw new WireException(
          "a block has the flags " + flags + ", but no compression was agreed on");
    }
    if (!holdsNumber(buffer)) {
      buffer.position(start);
      return -1;
    }
    int length = Varint.readInt(buffer, BYTES_MAX, "a block's length");
    if (length == 0) {
      throw new WireException("a block is empty");
    }
    if (buffer.remaining() < length) {
      buffer.position(start);
      return -1;
    }
    return length;
  }

  private static boolean holdsNumber(ByteBuffer buffer) {
    int end = Math.min(buffer.limit(), buffer.position() + Varint.INT_BYTES_MAX);
    for (int i = buffer.position(); i < end; i++) {
      if (buffer.get(i) >= 0) {
        return true;
      }
    }
    return end - buffer.position() == Varint.INT_BYTES_MAX;
  }
}
