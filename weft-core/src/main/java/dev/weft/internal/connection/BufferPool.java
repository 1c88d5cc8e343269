package dev.weft.internal.connection;

import dev.weft.internal.wire.Block;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jctools.queues.varhandle.MpmcVarHandleArrayQueue;

/**
 * Buffers outside of the heap, of one size, that nobody uses just now. A connection has buffers
 * only while it carries something: so thousands that are at rest cost little.
 *
 * <p>Peers who send half a block, or take half of one, keep a buffer from its next use. So when
 * more are lent than may be, each further one costs the connection that has waited for its peer
 * longest, with a buffer in its hands.
 *
 * <p>Any thread.
 */
final class BufferPool {

  /** More are not kept: as many connections are hardly ever at work at one moment. */
  private static final int KEPT_MAX = 64;

  /**
   * Of the heap's greatest size, what buffers of one pool may take: memory outside of the heap is
   * bounded by the same size, unless the JVM was told another.
   */
  private static final int HEAP_PART = 4;

  /** For one block, as it is or compressed. */
  static final BufferPool BLOCKS =
      new BufferPool(Block.COMPRESSED_HEADER_BYTES_MAX + Block.COMPRESSED_BYTES_MAX);

  /** For what one read may bring. */
  static final BufferPool READS =
      new BufferPool(2 * (Block.COMPRESSED_HEADER_BYTES_MAX + Block.COMPRESSED_BYTES_MAX));

  private final MpmcVarHandleArrayQueue<ByteBuffer> idle = new MpmcVarHandleArrayQueue<>(KEPT_MAX);
  private final int bytes;
  private final int lentMax;
  private final AtomicInteger lent = new AtomicInteger();

  /** Who waits for its peer, by when that began. */
  private final ConcurrentSkipListMap<Long, BorrowedBuffer> waiting = new ConcurrentSkipListMap<>();

  private final AtomicLong waits = new AtomicLong();

  /**
   * @param bytes what each buffer holds
   */
  BufferPool(int bytes) {
    this(
        bytes,
        (int) Math.min(1 << 30, Runtime.getRuntime().maxMemory() / HEAP_PART / bytes + KEPT_MAX));
  }

  /**
   * @param lentMax how many may be lent before somebody has to make room
   */
  BufferPool(int bytes, int lentMax) {
    this.bytes = bytes;
    this.lentMax = lentMax;
  }

  /** A buffer, little-endian, whose contents are anybody's. */
  ByteBuffer take() {
    if (lent.incrementAndGet() > lentMax) {
      evictOldest();
    }
    ByteBuffer buffer = idle.poll();
    if (buffer != null) {
      return buffer.clear();
    }
    try {
      return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    } catch (OutOfMemoryError e) {
      lent.decrementAndGet();
      throw e;
    }
  }

  private void evictOldest() {
    Map.Entry<Long, BorrowedBuffer> oldest = waiting.pollFirstEntry();
    if (oldest != null) {
      oldest
          .getValue()
          .evict(
              new IOException(
                  "memory is short: "
                      + lentMax
                      + " buffers of "
                      + bytes
                      + " bytes are in use, all that may be for this size of the heap; and of all"
                      + " connections that have one and wait until their peers send, or read, the"
                      + " rest of a block, this one has waited longest"));
    }
  }

  /** Takes one back, which its user has forgotten by now. */
  void give(ByteBuffer buffer) {
    lent.decrementAndGet();
    idle.offer(buffer); // or leaves it to the garbage collector
  }

  /** How many wait to be lent. */
  int idle() {
    return idle.size();
  }

  /** How many wait for their peers with one. */
  int waiting() {
    return waiting.size();
  }

  /** A place behind all those who wait; never 0. */
  long place() {
    return waits.incrementAndGet();
  }

  void waits(long place, BorrowedBuffer buffer) {
    waiting.put(place, buffer);
  }

  void waitsNoMore(long place) {
    waiting.remove(place);
  }
}
