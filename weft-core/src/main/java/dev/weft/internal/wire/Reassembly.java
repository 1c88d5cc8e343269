package dev.weft.internal.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A big frame that arrives in pieces. Its memory grows with the bytes that came, not with those
 * that were announced, and only while there is room for it among all that a side holds.
 *
 * <p>Reader thread only.
 */
final class Reassembly {

  private static final byte[] EMPTY = {};
  private static final int NONE = -1;

  /** Of the memory, when there is more to come: less often than by doubling, less is copied. */
  private static final int GROWTH = 4;

  private final FrameHandler room;

  /** As long as the room that was taken for it. */
  private byte[] bytes = EMPTY;

  private int kind;
  private int total = NONE;
  private int received;
  private boolean kept;

  /**
   * @param room is asked for the room, and told what is free again
   */
  Reassembly(FrameHandler room) {
    this.room = room;
  }

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
   * Makes room for a piece.
   *
   * @return whether there is some; if not, {@link #crowdedOut} must follow. A frame that is not
   *     kept needs none
   */
  boolean makeRoom(int length) {
    if (total == NONE || length > total - received) {
      throw new WireException("a fragment does not belong to a frame");
    }
    if (!kept || received + length <= bytes.length) {
      return true;
    }
    long grown = Math.max((long) GROWTH * bytes.length, received + length);
    int capacity = (int) Math.min(grown, total);
    if (!room.holdPieces(capacity - bytes.length)) {
      return false;
    }
    int held = bytes.length;
    if (held == 0) {
      byte[] spare = SpareArrays.take(total);
      if (spare != null) {
        if (room.holdPieces(spare.length - capacity)) {
          bytes = spare;
          return true;
        }
        SpareArrays.give(spare);
      }
    }
    try {
      bytes = Arrays.copyOf(bytes, capacity);
    } catch (OutOfMemoryError e) {
      room.releasePieces(capacity - held);
      throw e;
    }
    return true;
  }

  /**
   * There is no room: from now on, the frame's pieces are only counted.
   *
   * @param next the piece for which there was none
   * @return where the frame begins
   */
  ByteBuffer crowdedOut(ByteBuffer next) {
    ByteBuffer beginning = received == 0 ? next.slice() : ByteBuffer.wrap(bytes, 0, received);
    drop();
    kept = false;
    return beginning;
  }

  /**
   * Takes a piece for which there is room.
   *
   * @return whether a kept frame is complete
   */
  boolean add(ByteBuffer in) {
    int length = in.remaining();
    if (kept) {
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
    end();
  }

  /** Nothing more will come. */
  void end() {
    drop();
    total = NONE;
  }

  private void drop() {
    int held = bytes.length;
    bytes = EMPTY;
    if (held > 0) {
      room.releasePieces(held);
    }
  }

  int kind() {
    return kind;
  }

  /** The complete frame, which belongs to the caller; the next one may begin. */
  ByteBuffer take() {
    ByteBuffer frame = ByteBuffer.wrap(bytes, 0, received).order(ByteOrder.LITTLE_ENDIAN);
    end();
    return frame;
  }
}
