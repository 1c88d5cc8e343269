package dev.weft.zstd;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import dev.weft.spi.Compressor;
import java.nio.ByteBuffer;

/** Packs one direction of one connection as one frame of zstd. One thread at a time. */
final class ZstdCompressor implements Compressor {

  private final ZstdCompressCtx context = new ZstdCompressCtx();

  ZstdCompressor() {
    context
        .setLevel(ZstdCompression.LEVEL)
        .setWindowLog(ZstdCompression.WINDOW_LOG)
        .setContentSize(false)
        .setChecksum(false);
  }

  @Override
  public void compress(ByteBuffer source, ByteBuffer target) {
    boolean flushed = context.compressDirectByteBufferStream(target, source, EndDirective.FLUSH);
    if (!flushed || source.hasRemaining()) {
      throw new IllegalStateException("zstd needs more room than it may");
    }
  }

  @Override
  public void close() {
    context.close();
  }
}
