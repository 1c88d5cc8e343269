package dev.weft.benchmarks;

import java.nio.ByteBuffer;

/** The bytes that a caller sends again and again, each time with another number in front. */
final class Payload {

  /** Room for the number. */
  static final int BYTES_MIN = Integer.BYTES;

  private final byte[] bytes;

  Payload(int size) {
    bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) i;
    }
  }

  /** These bytes with this number. They change with the next number. */
  byte[] of(int number) {
    ByteBuffer.wrap(bytes).putInt(number);
    return bytes;
  }

  /**
   * The number of an answer, if all of it came back.
   *
   * @throws IllegalStateException when it is longer or shorter than what was sent, or ends
   *     differently
   */
  int read(ByteBuffer answer) {
    int size = answer.remaining();
    int begin = answer.position();
    if (size != bytes.length || answer.get(begin + size - 1) != bytes[size - 1]) {
      throw new IllegalStateException("not what was sent: " + size + " of " + bytes.length + " B");
    }
    return answer.getInt(begin);
  }
}
