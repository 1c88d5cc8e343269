package dev.weft.internal.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A big frame that arrives in pieces. Its memory grows with the bytes that came, not with those
 * that were announced.
 *
 * <p>Reader thread only.
 */
final class Reassembly {

  private static final byte[] EMPTY = {};
  private static final int NONE = -1;

  private byte[] bytes = EMPTY;
  private int kind;
  private int total = NONE;
  private int received;
  private boolean kept;

  /** Begins a frame; unless it is kept, its pieces are only counted. */
  void begin(int frameKind, int totalBytes, boolean keep) {
    if (total != NONE) {
      throw new WireException("a big frame begins before the last one has ended");
    }
    kind = frameKind;
    total = totalBytes;
    received = 0;
    kept = keep;
  }

  /**
   * Takes a piece.
   *
   * @return whether a kept frame is complete
   */
  boolean add(ByteBuffer in) {
    int length = in.remaining();
    if (total == NONE || length > total - received) {
      throw new WireException("a fragment does not belong to a frame");
    }
    if (kept) {
      if (received + length > bytes.length) {
        long doubled = Math.max(2L * bytes.length, received + length);
        bytes = Arrays.copyOf(bytes, (int) Math.min(doubled, total));
      }
      in.get(bytes, received, length);
    }
    received += length;
    if (received < total) {
      return false;
    }
    total = kept ? total : NONE;
    return kept;
  }

  /** The frame in progress will not be completed. */
  void abort() {
    if (total == NONE) {
      throw new WireException("no frame is there to be aborted");
    }
    bytes = EMPTY;
    total = NONE;
  }

  int kind() {
    return kind;
  }

  /** The complete frame; the next one may begin. */
  ByteBuffer take() {
    ByteBuffer frame = ByteBuffer.wrap(bytes, 0, received).order(ByteOrder.LITTLE_ENDIAN);
    bytes = EMPTY;
    total = NONE;
    return frame;
  }
}
