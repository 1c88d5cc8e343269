package dev.weft.internal.connection;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A pool's buffer, from its first use to {@link #giveBack}, and again. For one owner at a time. */
final class BorrowedBuffer {

  private final BufferPool pool;
  private final Consumer<Throwable> onEviction;
  private @Nullable ByteBuffer buffer;

  /** Among those who wait for their peers; 0: it has none. */
  private long place;

  /** One whose owner never waits for its peer with it alone. */
  BorrowedBuffer(BufferPool pool) {
    this(pool, reason -> {});
  }

  /**
   * @param onEviction ends the connection, so that the buffer is given back; any thread
   */
  BorrowedBuffer(BufferPool pool, Consumer<Throwable> onEviction) {
    this.pool = pool;
    this.onEviction = onEviction;
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

  /** The block that is in it is another one than before. */
  void begins() {
    place = 0;
  }

  /** Its owner waits for the peer from here on, until {@link #waitsNoMore}, which must follow. */
  void waits() {
    if (place == 0) {
      place = pool.place();
    }
    pool.waits(place, this);
  }

  void waitsNoMore() {
    pool.waitsNoMore(place);
  }

  /** Others need it more. Any thread. */
  void evict(Throwable reason) {
    // Whoever needs it has things in his hands that the end of a connection must not meet.
    Thread.startVirtualThread(() -> onEviction.accept(reason));
  }
}
