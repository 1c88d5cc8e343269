package dev.weft.internal.wire;

import dev.weft.spi.Compressor;
import java.nio.ByteBuffer;

/**
 * The envelope of what one write carries: flags (one byte), the length of what follows (varint),
 * and frames; or, compressed, the length before compression (varint, which the other length does
 * not count) and the compressed frames.
 */
public final class Block {

  /** Bytes of frames in one block, at most, before compression. */
  public static final int BYTES_MAX = 64 * 1024;

  /** Bytes that these may have become by compression, at most: it may fail to make them fewer. */
  public static final int COMPRESSED_BYTES_MAX = BYTES_MAX + Compressor.EXPANSION_BYTES_MAX;

  /** The room that a writer leaves free before the frames for the header. */
  public static final int HEADER_BYTES_MAX = 1 + Varint.INT_BYTES_MAX;

  /** The same for a compressed block. */
  public static final int COMPRESSED_HEADER_BYTES_MAX = 1 + 2 * Varint.INT_BYTES_MAX;

  /** The frames stand as they are. */
  private static final int STORED = 0;

  /** The frames are compressed, in the context of all compressed blocks before. */
  private static final int COMPRESSED = 1;

  private Block() {}

  /**
   * Puts the header in front of the frames, and flips the buffer for writing.
   *
   * @param buffer frames from {@link #HEADER_BYTES_MAX} to its position
   */
  public static void seal(ByteBuffer buffer) {
    int end = buffer.position();
    int length = end - HEADER_BYTES_MAX;
    int start = HEADER_BYTES_MAX - storedHeaderBytes(length);
    buffer.position(start);
    buffer.put((byte) STORED);
    Varint.write(buffer, length);
    buffer.limit(end).position(start);
  }

  /**
   * The same for compressed frames.
   *
   * @param buffer what they became, from {@link #COMPRESSED_HEADER_BYTES_MAX} to its position
   * @param inflated their bytes before
   */
  public static void sealCompressed(ByteBuffer buffer, int inflated) {
    int end = buffer.position();
    int length = end - COMPRESSED_HEADER_BYTES_MAX;
    int start = COMPRESSED_HEADER_BYTES_MAX - 1 - Varint.size(length) - Varint.size(inflated);
    buffer.position(start);
    buffer.put((byte) COMPRESSED);
    Varint.write(buffer, length);
    Varint.write(buffer, inflated);
    buffer.limit(end).position(start);
  }

  /** The bytes of the header when so many bytes of frames are stored. */
  public static int storedHeaderBytes(int length) {
    return 1 + Varint.size(length);
  }

  /** As {@link #open(ByteBuffer, boolean)}, without compression. */
  public static int open(ByteBuffer buffer) {
    return open(buffer, false);
  }

  /**
   * Finds the next block, and moves the buffer's position to what follows its header. The buffer
   * must be able to hold {@link #COMPRESSED_HEADER_BYTES_MAX} + {@link #COMPRESSED_BYTES_MAX}.
   *
   * @param buffer what was received and not yet used, from position to limit
   * @param compressible whether it may be compressed
   * @return the length of the (compressed) frames, or -1 when not all of it is there yet (the
   *     position stays)
   * @throws WireException when it cannot be a block
   */
  public static int open(ByteBuffer buffer, boolean compressible) {
    int start = buffer.position();
    if (buffer.remaining() < 2) {
      return -1;
    }
    int flags = buffer.get();
    boolean compressed = flags == COMPRESSED && compressible;
    if (flags != STORED && !compressed) {
      throw new WireException(
          "a block has the flags "
              + flags
              + (compressible ? "" : ", but no compression was agreed on"));
    }
    if (!holdsNumber(buffer)) {
      buffer.position(start);
      return -1;
    }
    int max = compressed ? COMPRESSED_BYTES_MAX : BYTES_MAX;
    int length = Varint.readInt(buffer, max, "a block's length");
    if (length == 0) {
      throw new WireException("a block is empty");
    }
    if (compressed) {
      if (!holdsNumber(buffer)) {
        buffer.position(start);
        return -1;
      }
      if (Varint.readInt(buffer, BYTES_MAX, "a block's inflated length") == 0) {
        throw new WireException("a block is empty when inflated");
      }
    }
    if (buffer.remaining() < length) {
      buffer.position(start);
      return -1;
    }
    return length;
  }

  /**
   * The length before compression of a block that was just opened, whose position stays.
   *
   * @param start where the block begins
   * @return 0 for a block that is stored
   */
  public static int inflatedLength(ByteBuffer buffer, int start) {
    if (buffer.get(start) == STORED) {
      return 0;
    }
    buffer.position(start + 1);
    Varint.readInt(buffer, COMPRESSED_BYTES_MAX, "a block's length");
    return Varint.readInt(
        buffer, BYTES_MAX, "a block's inflated length"); // behind it are the bytes
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
