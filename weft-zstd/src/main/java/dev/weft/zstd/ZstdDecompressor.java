package dev.weft.zstd;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import dev.weft.spi.Decompressor;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Unpacks one direction of one connection, which is one frame of zstd. Its memory is bounded by the
 * window that a {@link ZstdCompressor} uses; a frame that asks for more is refused.
 *
 * <p>Reader thread only.
 */
final class ZstdDecompressor implements Decompressor {

  private static final byte[] MAGIC = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};

  private final ZstdDecompressCtx context = new ZstdDecompressCtx();
  private boolean begun;

  ZstdDecompressor() {
    context.setLongMax(ZstdCompression.WINDOW_LOG);
  }

  @Override
  public void decompress(ByteBuffer source, ByteBuffer target) throws IOException {
    if (!begun) {
      checkMagic(source);
      begun = true;
    }
    try {
      while (source.hasRemaining() && target.hasRemaining()) {
        int before = source.remaining() + target.remaining();
        if (context.decompressDirectByteBufferStream(target, source)) {
          throw new IOException("the frame ends before its connection");
        }
        if (source.remaining() + target.remaining() == before) {
          throw new IOException("the frame does not go on");
        }
      }
    } catch (ZstdException e) {
      throw new IOException(String.valueOf(e.getMessage()), e);
    }
  }

  /** The library would take the formats of its past, too, whose memory it does not bound. */
  private static void checkMagic(ByteBuffer source) throws IOException {
    for (int i = 0; i < MAGIC.length; i++) {
      if (i >= source.remaining() || source.get(source.position() + i) != MAGIC[i]) {
        throw new IOException("it does not begin with a frame of zstd");
      }
    }
  }

  @Override
  public void close() {
    context.close();
  }
}
