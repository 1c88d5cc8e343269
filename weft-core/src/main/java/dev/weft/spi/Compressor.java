package dev.weft.spi;

import java.nio.ByteBuffer;

/**
 * Packs one direction of one connection, block after block, as one stream: what a block repeats of
 * the blocks before costs next to nothing.
 *
 * <p>One thread at a time, each seeing what the one before has done. Closed once, and not used
 * afterwards.
 */
public interface Compressor extends AutoCloseable {

  /** More than what packing may add to a block of 64 KiB that cannot be packed. */
  int EXPANSION_BYTES_MAX = 9 * 1024;

  /**
   * Packs a block, and flushes: the other end can unpack all of it with what it has been given.
   *
   * @param source a direct buffer of 1 to 65,536 bytes, to be used up; lent
   * @param target a direct buffer with room for {@link #EXPANSION_BYTES_MAX} bytes more; lent
   * @throws RuntimeException when it cannot, which ends the connection
   */
  void compress(ByteBuffer source, ByteBuffer target);

  /** Gives its memory back. */
  @Override
  void close();
}
