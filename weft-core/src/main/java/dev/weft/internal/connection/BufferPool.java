package dev.weft.internal.connection;

import dev.weft.internal.wire.Block;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jctools.queues.varhandle.MpmcVarHandleArrayQueue;

/**
 * Buffers outside of the heap, of one size, that nobody uses just now. A connection has buffers
 * only while it carries something: so thousands that are at rest cost little.
 *
 * <p>Any thread.
 */
final class BufferPool {

  /** More are not kept: as many connections are hardly ever at work at one moment. */
  private static final int KEPT_MAX = 64;

  /** For one block, as it is or compressed. */
  static final BufferPool BLOCKS =
      new BufferPool(Block.COMPRESSED_HEADER_BYTES_MAX + Block.COMPRESSED_BYTES_MAX);

  /** For what one read may bring. */
  static final BufferPool READS =
      new BufferPool(2 * (Block.COMPRESSED_HEADER_BYTES_MAX + Block.COMPRESSED_BYTES_MAX));

  private final MpmcVarHandleArrayQueue<ByteBuffer> idle = new MpmcVarHandleArrayQueue<>(KEPT_MAX);
  private final int bytes;

  /**
   * @param bytes what each buffer holds
   */
  BufferPool(int bytes) {
    this.bytes = bytes;
  }

  /** A buffer, little-endian, whose contents are anybody's. */
  ByteBuffer take() {
    ByteBuffer buffer = idle.poll();
    return buffer != null
        ? buffer.clear()
        : ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Takes one back, which its user has forgotten by now. */
  void give(ByteBuffer buffer) {
    idle.offer(buffer); // or leaves it to the garbage collector
  }

  /** How many wait to be lent. */
  int idle() {
    return idle.size();
  }
}
