package dev.weft.zstd;

import dev.weft.spi.Compression;
import dev.weft.spi.Compressor;
import dev.weft.spi.Decompressor;

/**
 * zstd (RFC 8878), fast and with a small window: one frame for each direction of a connection,
 * which never ends, flushed after each block.
 *
 * <p>It needs a native library, which it brings along for the usual systems, and which the JVM
 * warns of from JDK 22 on unless it is started with {@code --enable-native-access=ALL-UNNAMED} (or,
 * on the module path, {@code =com.github.luben.zstd_jni}). Without this flag it is not used, unless
 * a client or server has been told to: {@code builder.compressions("zstd")}.
 *
 * <p>Any thread.
 */
public final class ZstdCompression implements Compression {

  /**
   * 32 KiB that a block may refer to, as in Deflate: it decides about the memory of a connection.
   */
  static final int WINDOW_LOG = 15;

  /** The fastest that also packs what has not been there before. */
  static final int LEVEL = 1;

  /** With its settings, which are fixed. */
  public ZstdCompression() {}

  @Override
  public String name() {
    return "zstd";
  }

  @Override
  public boolean isAvailable(boolean chosen) {
    return (chosen || NativeLibrary.isQuiet()) && NativeLibrary.isLoaded();
  }

  @Override
  public Compressor compressor() {
    return new ZstdCompressor();
  }

  @Override
  public Decompressor decompressor() {
    return new ZstdDecompressor();
  }
}
