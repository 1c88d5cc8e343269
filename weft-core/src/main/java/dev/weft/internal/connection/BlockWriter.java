package dev.weft.internal.connection;

import dev.weft.internal.wire.Block;
import dev.weft.spi.TimeSource;
import dev.weft.spi.TransportChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes blocks of the messages that wait, and writes them: fills one, compresses it if that was
 * agreed on, and hands it to the channel, in as many pieces as the channel takes.
 *
 * <p>Whoever holds the outbox.
 */
final class BlockWriter {

  private static final ByteBuffer NO_BLOCK = ByteBuffer.allocate(0);

  private final TransportChannel channel;
  private final TimeSource time;
  private final Traffic traffic;
  private final Consumer<Throwable> onFailure;
  private final BlockFiller filler;
  private final BorrowedBuffer buffer;
  private @Nullable BlockCompressor compressor;

  /** The last block, in its header, and perhaps compressed; until it is written to its end. */
  private ByteBuffer block = NO_BLOCK;

  private int lastMessages;

  /** Whether the block is not yet written to its end. */
  private boolean sealed;

  /**
   * @param buffer what the filler fills
   * @param onFailure is told why no more blocks can be made or written
   */
  BlockWriter(
      TransportChannel channel,
      TimeSource time,
      Traffic traffic,
      BlockFiller filler,
      BorrowedBuffer buffer,
      Consumer<Throwable> onFailure) {
    this.channel = channel;
    this.time = time;
    this.traffic = traffic;
    this.onFailure = onFailure;
    this.filler = filler;
    this.buffer = buffer;
  }

  /** From now on, blocks are compressed. Takes the compressor. */
  void compressWith(BlockCompressor newCompressor) {
    compressor = newCompressor;
    filler.keepSensitiveApart();
  }

  /** Whether a block is not yet written to its end, or there is something for another one. */
  boolean hasWaiting() {
    return sealed || filler.hasWaiting();
  }

  /**
   * Fills a block and writes it, or goes on with the last one.
   *
   * @param wait whether to wait until the channel takes it all
   * @return whether it was written to its end
   */
  boolean writeNext(boolean wait) {
    if (!sealed) {
      lastMessages = filler.fill(time.nanoTime());
      if (!filler.isEmpty()) {
        seal();
      }
    }
    return !sealed || (wait ? writeAll() : write(false));
  }

  private boolean writeAll() {
    buffer.waits();
    try {
      return write(true);
    } finally {
      buffer.waitsNoMore();
    }
  }

  private void seal() {
    BlockCompressor packing = compressor;
    block = filler.block();
    if (packing == null || filler.isSensitive()) {
      Block.seal(block);
    } else {
      try {
        block = packing.seal(block);
      } catch (RuntimeException e) {
        onFailure.accept(e);
        return;
      }
    }
    sealed = true;
  }

  private boolean write(boolean wait) {
    int bytes;
    if (wait) {
      Thread.interrupted(); // what a callback may have left behind would close the channel
    }
    try {
      do {
        bytes = wait ? channel.write(block) : channel.writeNow(block);
        sealed = block.hasRemaining();
        // At once: on a slow line, a part of a block is a sign of life.
        traffic.wrote(1, bytes, sealed ? 0 : lastMessages);
      } while (sealed && (wait || bytes > 0));
    } catch (IOException | RuntimeException e) {
      if (!(e instanceof ClosedChannelException)) { // which is this side's own doing
        traffic.writeFailed();
      }
      onFailure.accept(e);
    }
    return !sealed;
  }

  /** Tells all that wait that they are not sent. */
  void turnAway(Throwable reason) {
    sealed = false;
    filler.turnAway(reason);
  }

  /** Lets others have the buffers, unless a block is not yet written to its end. */
  void rest() {
    if (!sealed) {
      block = NO_BLOCK;
      filler.rest();
      BlockCompressor packing = compressor;
      if (packing != null) {
        packing.rest();
      }
      channel.rest();
    }
  }

  /** Gives the compressor's memory back. Nothing must be written any more. */
  void close() {
    BlockCompressor packing = compressor;
    compressor = null;
    if (packing != null) {
      packing.close();
    }
  }
}
