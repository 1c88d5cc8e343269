package dev.weft.internal.connection;

import dev.weft.internal.wire.WireException;
import dev.weft.spi.Decompressor;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Unpacks the compressed blocks of one connection, each to exactly the length that it announces: a
 * block cannot become more than that, whatever is in it.
 *
 * <p>Reader thread only.
 */
final class BlockInflater implements AutoCloseable {

  private final Decompressor decompressor;

  private final BorrowedBuffer inflated = new BorrowedBuffer(BufferPool.BLOCKS);

  /** Takes the decompressor. */
  BlockInflater(Decompressor decompressor) {
    this.decompressor = decompressor;
  }

  /**
   * Inflates a block.
   *
   * @param block its compressed frames, from position to limit; used up
   * @param length what it announces to become
   * @return its frames; lent until the next block
   * @throws WireException when it becomes something else, or nothing
   */
  ByteBuffer inflate(ByteBuffer block, int length) {
    ByteBuffer target = inflated.get();
    // One byte more than announced: so it shows when there is more.
    target.clear().limit(length + 1);
    try {
      decompressor.decompress(block, target);
    } catch (IOException | RuntimeException e) {
      throw new WireException("a block cannot be inflated: " + e.getMessage());
    }
    if (block.hasRemaining() || target.position() != length) {
      throw new WireException(
          "a block inflates to "
              + (target.hasRemaining() ? target.position() + " bytes" : "more")
              + " instead of the "
              + length
              + " that it announces");
    }
    return target.flip();
  }

  /** Gives the buffer back in which the last block is. */
  void rest() {
    inflated.giveBack();
  }

  /** Gives the decompressor's memory back. Once. */
  @Override
  public void close() {
    rest();
    decompressor.close();
  }
}
