package dev.weft.spi;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Unpacks what a {@link Compressor} at the other end has packed, or somebody who wants to do harm:
 * its memory must stay bounded whatever it is given.
 *
 * <p>One thread at a time. Closed once, and not used afterwards.
 */
public interface Decompressor extends AutoCloseable {

  /**
   * Unpacks a block, until the source is used up or the target is full; who calls it looks whether
   * both came out as they should.
   *
   * @param source a direct buffer, as {@link Compressor#compress} has filled it; lent
   * @param target a direct buffer; lent
   * @throws IOException when no compressor can have made that; the message says what is wrong
   */
  void decompress(ByteBuffer source, ByteBuffer target) throws IOException;

  /** Gives its memory back. */
  @Override
  void close();
}
