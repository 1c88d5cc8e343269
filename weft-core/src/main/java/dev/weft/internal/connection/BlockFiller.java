package dev.weft.internal.connection;

import dev.weft.internal.wire.Block;
import dev.weft.internal.wire.FrameWriter;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Takes messages out of the queue and fills blocks with them: small ones as they come, big ones in
 * pieces with small ones in between, sensitive ones in blocks of their own, which take turns with
 * the others.
 *
 * <p>Whoever holds the outbox.
 */
final class BlockFiller {

  /**
   * Only messages of at least this many bytes are counted: the small are bounded by their number.
   */
  static final int COUNTED_BYTES_MIN = 1024;

  private static final ByteBuffer NO_BLOCK = ByteBuffer.allocate(0);

  /** Bytes of a block that small messages leave to a big one that waits. */
  private static final int BIG_ONES_SHARE = Block.BYTES_MAX / 4;

  private final OutgoingQueue queue;
  private final AtomicLong countedBytes;
  private final BorrowedBuffer buffer;

  /** The buffer, since the last {@link #fill}. */
  private ByteBuffer block = NO_BLOCK;

  private final FrameWriter frames = new FrameWriter(block);
  private final Queue<Outgoing> bigOnes = new ArrayDeque<>();
  private final Deque<Outgoing> sensitiveOnes = new ArrayDeque<>();

  /** Whether sensitive messages have blocks of their own. */
  private boolean apart;

  /** Whether the big frame in progress is sensitive. */
  private boolean fragmentsAreSensitive;

  /** What the big message whose turn it is counts for, until it is written to its end. */
  private long bigBytes;

  /** Whether the block is one for sensitive messages. */
  private boolean sensitive;

  /**
   * @param countedBytes what is taken out is subtracted here
   * @param buffer lends the block; a smaller one will do where all messages are small
   */
  BlockFiller(OutgoingQueue queue, AtomicLong countedBytes, BorrowedBuffer buffer) {
    this.queue = queue;
    this.countedBytes = countedBytes;
    this.buffer = buffer;
  }

  /** From now on, sensitive messages have blocks of their own. */
  void keepSensitiveApart() {
    apart = true;
  }

  /** The block: what was filled in is from {@link Block#HEADER_BYTES_MAX} to its position. */
  ByteBuffer block() {
    return block;
  }

  /** Whether the block must not be compressed. */
  boolean isSensitive() {
    return sensitive;
  }

  /** Whether nothing was filled in. */
  boolean isEmpty() {
    return block.position() == Block.HEADER_BYTES_MAX;
  }

  /** Whether there is something for another block, or may be. */
  boolean hasWaiting() {
    return frames.isFragmenting()
        || !bigOnes.isEmpty()
        || !sensitiveOnes.isEmpty()
        || !queue.isEmpty();
  }

  /**
   * Fills the block anew.
   *
   * @return how many messages began in it
   */
  int fill(long nowNanos) {
    buffer.begins();
    block = buffer.get();
    block
        .limit(Math.min(block.capacity(), Block.HEADER_BYTES_MAX + Block.BYTES_MAX))
        .position(Block.HEADER_BYTES_MAX);
    frames.writeTo(block);
    sensitive = !sensitive && sensitiveOneWaits();
    int messages = fillOnce(nowNanos);
    if (isEmpty() && !sensitive && sensitiveOneWaits()) {
      sensitive = true;
      messages += fillOnce(nowNanos);
    }
    return messages;
  }

  private boolean sensitiveOneWaits() {
    return !sensitiveOnes.isEmpty() || (bigOneWaits() && bigOneIsSensitive());
  }

  private boolean bigOneWaits() {
    return frames.isFragmenting() || !bigOnes.isEmpty();
  }

  /** Whether the big message whose turn it is, is sensitive. */
  private boolean bigOneIsSensitive() {
    return frames.isFragmenting() ? fragmentsAreSensitive : isSensitive(bigOnes.element());
  }

  private boolean isSensitive(Outgoing message) {
    return apart && message.isSensitive();
  }

  private int fillOnce(long nowNanos) {
    int reserved = bigOneWaits() && bigOneIsSensitive() == sensitive ? BIG_ONES_SHARE : 0;
    int messages =
        sensitive ? fillWithSensitive(reserved, nowNanos) : fillWithSmall(reserved, nowNanos);
    // The small ones first, then as much of one big message as there is room for.
    while (bigOneWaits()
        && bigOneIsSensitive() == sensitive
        && !frames.fragment()
        && !frames.isFragmenting()
        && block.remaining() >= FrameWriter.BEGIN_BYTES_MAX) {
      uncount(bigBytes);
      Outgoing big = bigOnes.remove();
      fragmentsAreSensitive = isSensitive(big);
      bigBytes = big.frameBytesMax();
      if (big.writeTo(frames, nowNanos)) {
        messages++;
      }
    }
    if (!frames.isFragmenting()) {
      uncount(bigBytes);
      bigBytes = 0;
    }
    return messages;
  }

  private int fillWithSmall(int reserved, long nowNanos) {
    int messages = 0;
    Outgoing rest = null;
    try {
      while (rest != null || (rest = queue.takeAll()) != null) {
        Outgoing message = rest;
        long bytes = message.frameBytesMax();
        boolean big = bytes > Block.BYTES_MAX;
        boolean setApart = !big && isSensitive(message);
        if (!big && !setApart && !fits(bytes, reserved)) {
          break;
        }
        rest = message.next;
        message.next = null;
        if (big) {
          bigOnes.add(message);
        } else if (setApart) {
          sensitiveOnes.add(message);
        } else if (write(message, bytes, nowNanos)) {
          messages++;
        }
      }
    } finally {
      if (rest != null) {
        queue.putBack(rest);
      }
    }
    return messages;
  }

  private int fillWithSensitive(int reserved, long nowNanos) {
    int messages = 0;
    for (Outgoing message = sensitiveOnes.peek();
        message != null && fits(message.frameBytesMax(), reserved);
        message = sensitiveOnes.peek()) {
      sensitiveOnes.remove();
      if (write(message, message.frameBytesMax(), nowNanos)) {
        messages++;
      }
    }
    return messages;
  }

  private boolean fits(long bytes, int reserved) {
    return bytes <= block.remaining() - (isEmpty() ? 0 : reserved);
  }

  private boolean write(Outgoing message, long bytes, long nowNanos) {
    boolean written = message.writeTo(frames, nowNanos);
    uncount(bytes);
    return written;
  }

  private void uncount(long bytes) {
    if (bytes >= COUNTED_BYTES_MIN) {
      countedBytes.addAndGet(-bytes);
    }
  }

  /** Gives the block back, until it is filled anew. */
  void rest() {
    block = NO_BLOCK;
    frames.writeTo(block);
    buffer.giveBack();
  }

  /** Tells all that wait that they are not sent. */
  void turnAway(Throwable reason) {
    frames.dropBig();
    uncount(bigBytes);
    bigBytes = 0;
    sensitive = false;
    for (Outgoing message = queue.take(); message != null; message = queue.take()) {
      turnAway(message, reason);
    }
    while (!sensitiveOnes.isEmpty()) {
      turnAway(sensitiveOnes.remove(), reason);
    }
    while (!bigOnes.isEmpty()) {
      turnAway(bigOnes.remove(), reason);
    }
  }

  private void turnAway(Outgoing message, Throwable reason) {
    uncount(message.frameBytesMax());
    try {
      message.unsent(reason);
    } catch (RuntimeException e) { // one of them must not strand the others
      reason.addSuppressed(e);
    }
  }
}
