package dev.weft.internal.wire;

import java.nio.ByteBuffer;

/**
 * Unsigned numbers in groups of seven bits, the lowest first, the high bit set on all bytes but the
 * last (LEB128, as in Protocol Buffers).
 */
public final class Varint {

  /** A number up to 2³¹−1 takes at most these bytes. */
  public static final int INT_BYTES_MAX = 5;

  private static final int LONG_BYTES_MAX = 9;

  private Varint() {}

  /** The number of bytes that this number takes, 1 to 9. */
  public static int size(long value) {
    return (Long.SIZE - Long.numberOfLeadingZeros(value | 1) + 6) / 7;
  }

  /** Appends a number that is not negative. */
  public static void write(ByteBuffer out, long value) {
    long rest = value;
    while (rest > 0x7f) {
      out.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    out.put((byte) rest);
  }

  /**
   * Takes a number of at most 63 bits.
   *
   * @throws WireException when it is cut off or longer
   */
  public static long readLong(ByteBuffer in) {
    long value = 0;
    for (int i = 0; i < LONG_BYTES_MAX; i++) {
      if (!in.hasRemaining()) {
        throw new WireException("a number is cut off");
      }
      byte b = in.get();
      value |= (b & 0x7fL) << (7 * i);
      if (b >= 0) {
        return value;
      }
    }
    throw new WireException("a number takes more than " + LONG_BYTES_MAX + " bytes");
  }

  /**
   * Takes a number of at most {@code max}.
   *
   * @param what names the number in the exception
   * @throws WireException when it is cut off or larger
   */
  public static int readInt(ByteBuffer in, int max, String what) {
    if (in.hasRemaining()) {
      byte first = in.get();
      if (first >= 0 && first <= max) {
        return first;
      }
      in.position(in.position() - 1);
    }
    long value = readLong(in);
    if (value > max) {
      throw new WireException(what + " is " + value + ", over the limit of " + max);
    }
    return (int) value;
  }
}
