package dev.weft.internal.connection;

import dev.weft.internal.wire.Block;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicInteger;
import org.jctools.queues.varhandle.MpmcVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * Large direct buffers of one size, which connections borrow when they have something for them:
 * those that shake hands or are idle have none. What is given back is lent again, because the JVM
 * gives the memory of a direct buffer back only after a garbage collection. Any thread.
 */
final class BufferPool {

  /** What is read into: two blocks. */
  static final int READING_BYTES = 2 * (Block.HEADER_BYTES_MAX + Block.BYTES_MAX);

  /** What is filled and written: a block. */
  static final int WRITING_BYTES = Block.HEADER_BYTES_MAX + Block.BYTES_MAX;

  /** For readers. */
  static final BufferPool READING = new BufferPool(READING_BYTES);

  /** For outboxes. */
  static final BufferPool WRITING = new BufferPool(WRITING_BYTES);

  /** Free ones that are kept; more are left to the garbage collector. */
  private static final int FREE_MAX = 64;

  /** With more than these lent, a connection gives its own back whenever it rests. */
  private static final int PLENTY = 256;

  private final int bytes;
  private final MpmcVarHandleArrayQueue<ByteBuffer> free = new MpmcVarHandleArrayQueue<>(FREE_MAX);
  private final AtomicInteger lent = new AtomicInteger();

  BufferPool(int bytes) {
    this.bytes = bytes;
  }

  /**
   * Lends one, empty and little-endian.
   *
   * @throws OutOfMemoryError when the JVM allows no more direct memory
   */
  ByteBuffer take() {
    ByteBuffer buffer = free.poll();
    if (buffer == null) {
      buffer = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
    lent.incrementAndGet();
    return buffer.clear();
  }

  /** Takes one back that was lent, from somebody who will not touch it again. */
  void giveBack(@Nullable ByteBuffer buffer) {
    if (buffer != null) {
      lent.decrementAndGet();
      free.offer(buffer);
    }
  }

  /** Whether who rests should give his back. */
  boolean isScarce() {
    return lent.getPlain() > PLENTY;
  }

  /** How many are lent now. */
  int lent() {
    return lent.get();
  }
}
