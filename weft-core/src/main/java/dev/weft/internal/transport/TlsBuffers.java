package dev.weft.internal.transport;

import java.nio.ByteBuffer;
import org.jctools.queues.varhandle.MpmcVarHandleArrayQueue;

/**
 * Buffers for several TLS records, outside of the heap, that nobody uses just now. A channel has
 * them only while it encrypts or decrypts: so thousands that are at rest cost little.
 *
 * <p>Any thread.
 */
final class TlsBuffers {

  /** A block of 64 KiB in one write: it takes four records, and one more for its header. */
  private static final int RECORDS = 5;

  /** More are not kept: as many channels are hardly ever at work at one moment. */
  private static final int KEPT_MAX = 64;

  private static final MpmcVarHandleArrayQueue<ByteBuffer> IDLE =
      new MpmcVarHandleArrayQueue<>(KEPT_MAX);

  private TlsBuffers() {}

  /**
   * One that is empty, and whose room is for writing.
   *
   * @param recordBytesMax what a record may take
   */
  static ByteBuffer take(int recordBytesMax) {
    ByteBuffer buffer = IDLE.poll();
    return buffer != null && buffer.capacity() >= RECORDS * recordBytesMax
        ? buffer.clear()
        : ByteBuffer.allocateDirect(RECORDS * recordBytesMax);
  }

  /** Takes one back, which its user has forgotten by now. */
  static void give(ByteBuffer buffer) {
    IDLE.offer(buffer); // or leaves it to the garbage collector
  }

  /** How many wait to be lent. */
  static int idle() {
    return IDLE.size();
  }
}
