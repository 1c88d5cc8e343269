package dev.weft.spi;

/**
 * A way to compress what a connection carries. Both ends must have it under the same {@link
 * #name()}: the client offers, the server chooses.
 *
 * <p>Found by {@link java.util.ServiceLoader}, or given to a builder. Deflate is always there.
 *
 * <p>Any thread.
 */
public interface Compression {

  /** Its name in the handshake: 1 to 32 letters, digits, dots and hyphens, in ASCII. */
  String name();

  /**
   * Whether it works here. One that says no is passed over, and should say in its log why, once.
   *
   * @param chosen whether the user has named it or given it to a builder; if not, it must not be
   *     used when that makes the JVM warn of anything
   */
  default boolean isAvailable(boolean chosen) {
    return true;
  }

  /** What packs all that one end of one connection sends, from its beginning to its end. */
  Compressor compressor();

  /** What unpacks all that one end of one connection receives, from its beginning to its end. */
  Decompressor decompressor();
}
