package dev.weft.internal.connection;

import dev.weft.internal.wire.Block;
import dev.weft.spi.Compressor;
import java.nio.ByteBuffer;

/**
 * Makes the blocks of one connection smaller before they are written, while that pays.
 *
 * <p>Whether a block is compressed is decided before the compressor sees it, and what it has seen
 * is sent as it made it, even if that is no smaller (then it is only a few bytes more): both ends'
 * contexts have always seen the same. Blocks that are stored are in neither.
 *
 * <p>Blocks are tried a window at a time. When a window has saved too little, the next blocks are
 * stored, twice as many after each failure, and then another window is tried.
 *
 * <p>Whoever holds the outbox.
 */
final class BlockCompressor implements AutoCloseable {

  /** Smaller blocks are stored: what compressing saves at most is not worth its time. */
  private static final int BYTES_MIN = 32;

  /** A window ends with whichever comes first. */
  private static final int WINDOW_BLOCKS = 8;

  private static final int WINDOW_BYTES = Block.BYTES_MAX;

  /** A window must save this part of its bytes, or there is a pause. */
  private static final int SAVED_PART_MIN = 10;

  private static final int PAUSE_BLOCKS_FIRST = 8 * WINDOW_BLOCKS;
  private static final int PAUSE_BLOCKS_MAX = 128 * WINDOW_BLOCKS;

  private final Compressor compressor;
  private final Traffic traffic;

  private final BorrowedBuffer compressed = new BorrowedBuffer(BufferPool.BLOCKS);

  private int windowBlocks;
  private int windowBytes;
  private int windowSaved;

  /** Blocks that are still to be stored. */
  private int pause;

  private int nextPause = PAUSE_BLOCKS_FIRST;

  /** Takes the compressor. */
  BlockCompressor(Compressor compressor, Traffic traffic) {
    this.compressor = compressor;
    this.traffic = traffic;
  }

  /**
   * Seals a block.
   *
   * @param block frames from {@link Block#HEADER_BYTES_MAX} to its position
   * @return what is to be written: the block itself, or one that is lent until the next one
   */
  ByteBuffer seal(ByteBuffer block) {
    int length = block.position() - Block.HEADER_BYTES_MAX;
    if (length < BYTES_MIN) {
      Block.seal(block);
      return block;
    }
    if (pause > 0) {
      pause--;
      Block.seal(block);
      return block;
    }
    ByteBuffer packed = compress(block);
    int saved = Block.storedHeaderBytes(length) + length - packed.remaining();
    traffic.savedWriting(saved);
    look(length, saved);
    return packed;
  }

  private ByteBuffer compress(ByteBuffer block) {
    ByteBuffer target = compressed.get();
    int length = block.position() - Block.HEADER_BYTES_MAX;
    block.flip().position(Block.HEADER_BYTES_MAX);
    target.clear().position(Block.COMPRESSED_HEADER_BYTES_MAX);
    compressor.compress(block, target);
    if (block.hasRemaining() || target.position() == Block.COMPRESSED_HEADER_BYTES_MAX) {
      throw new IllegalStateException("the compressor has not compressed all of a block");
    }
    Block.sealCompressed(target, length);
    return target;
  }

  private void look(int length, int saved) {
    windowBlocks++;
    windowBytes += length;
    windowSaved += saved;
    if (windowBlocks < WINDOW_BLOCKS && windowBytes < WINDOW_BYTES) {
      return;
    }
    if (windowSaved < windowBytes / SAVED_PART_MIN) {
      pause = nextPause;
      nextPause = Math.min(PAUSE_BLOCKS_MAX, 2 * nextPause);
    } else {
      nextPause = PAUSE_BLOCKS_FIRST;
    }
    windowBlocks = 0;
    windowBytes = 0;
    windowSaved = 0;
  }

  /** Gives the buffer back in which the last block is. */
  void rest() {
    compressed.giveBack();
  }

  /** Gives the compressor's memory back. Once. */
  @Override
  public void close() {
    rest();
    compressor.close();
  }
}
