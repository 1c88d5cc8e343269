package dev.weft.internal.connection;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A pool's buffer, from its first use to {@link #giveBack}, and again. For one owner at a time. */
final class BorrowedBuffer {

  private final BufferPool pool;
  private @Nullable ByteBuffer buffer;

  BorrowedBuffer(BufferPool pool) {
    this.pool = pool;
  }

  /** The buffer: the same until it is given back. */
  ByteBuffer get() {
    ByteBuffer mine = buffer;
    if (mine == null) {
      mine = pool.take();
      buffer = mine;
    }
    return mine;
  }

  /** Others may have it; nothing of it must be used any more. */
  void giveBack() {
    ByteBuffer mine = buffer;
    if (mine != null) {
      buffer = null;
      pool.give(mine);
    }
  }
}
