package dev.weft.internal.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A big frame that arrives in pieces. Its memory grows with the bytes that came, not with those
 * that were announced, unless it is memory that is there anyway; and only while there is room for
 * it among all that a side holds.
 *
 * <p>Reader thread only.
 */
final class Reassembly {

  private static final byte[] EMPTY = {};
  private static final int NONE = -1;

  /** Of its memory when there is more to come: doubling it would copy more. */
  private static final int GROWTH = 4;

  private final FrameHandler room;

  private byte[] bytes = EMPTY;

  /** The room that was taken for it. */
  private int held;

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
    int needed = received + length;
    if (!kept || needed <= held) {
      return true;
    }
    int capacity = (int) Math.min(Math.max((long) GROWTH * held, needed), total);
    if (!room.holdPieces(capacity - held)) {
      return false;
    }
    held = capacity;
    if (capacity > bytes.length) {
      byte[] spare = received == 0 ? SpareArrays.OF_PROCESS.take(total) : null;
      bytes = spare != null ? spare : Arrays.copyOf(bytes, capacity);
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
    int free = held;
    held = 0;
    bytes = EMPTY;
    if (free > 0) {
      room.releasePieces(free);
    }
  }

  int kind() {
    return kind;
  }

  /** Whether a frame that is kept is incomplete. */
  boolean isCollecting() {
    return kept && total != NONE;
  }

  /** The complete frame, which belongs to the caller; the next one may begin. */
  ByteBuffer take() {
    ByteBuffer frame = ByteBuffer.wrap(bytes, 0, received).order(ByteOrder.LITTLE_ENDIAN);
    end();
    return frame;
  }
}
