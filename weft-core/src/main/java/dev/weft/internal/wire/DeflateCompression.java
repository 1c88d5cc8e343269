package dev.weft.internal.wire;

import dev.weft.spi.Compression;
import dev.weft.spi.Compressor;
import dev.weft.spi.Decompressor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Deflate (RFC 1951), as the JDK has it: without a header, flushed after each block. What a flush
 * ends with is always the same and is not sent, as in WebSocket's compression (RFC 7692). Any
 * thread.
 */
public final class DeflateCompression implements Compression {

  /** An empty stored block: what {@link Deflater#SYNC_FLUSH} ends with. */
  private static final byte[] FLUSH_END = {0, 0, -1, -1};

  /** The fastest: what it finds less, the next block's context makes up for. */
  private static final int LEVEL = Deflater.BEST_SPEED;

  @Override
  public String name() {
    return "deflate";
  }

  @Override
  public Compressor compressor() {
    return new DeflateCompressor();
  }

  @Override
  public Decompressor decompressor() {
    return new DeflateDecompressor();
  }

  private static final class DeflateCompressor implements Compressor {

    /** Some hundred kilobytes, so it is made when there is something to compress. */
    private @Nullable Deflater context;

    @Override
    public void compress(ByteBuffer source, ByteBuffer target) {
      Deflater deflater = context;
      if (deflater == null) {
        deflater = new Deflater(LEVEL, true);
        context = deflater;
      }
      deflater.setInput(source);
      deflater.deflate(target, Deflater.SYNC_FLUSH);
      if (!target.hasRemaining()) {
        throw new IllegalStateException("deflate needs more room than it may");
      }
      int end = target.position() - FLUSH_END.length;
      for (int i = 0; i < FLUSH_END.length; i++) {
        if (end < 0 || target.get(end + i) != FLUSH_END[i]) {
          throw new IllegalStateException("this deflate does not flush as others do");
        }
      }
      target.position(end);
    }

    @Override
    public void close() {
      if (context != null) {
        context.end();
      }
    }
  }

  private static final class DeflateDecompressor implements Decompressor {

    private @Nullable Inflater context;

    @Override
    public void decompress(ByteBuffer source, ByteBuffer target) throws IOException {
      Inflater inflater = context;
      if (inflater == null) {
        inflater = new Inflater(true);
        context = inflater;
      }
      try {
        inflater.setInput(source);
        inflate(inflater, target);
        if (target.hasRemaining()) {
          inflater.setInput(FLUSH_END);
          inflate(inflater, target);
        }
      } catch (DataFormatException e) {
        throw new IOException(String.valueOf(e.getMessage()), e);
      }
    }

    private static void inflate(Inflater inflater, ByteBuffer target)
        throws IOException, DataFormatException {
      while (target.hasRemaining() && !inflater.needsInput()) {
        int bytes = inflater.inflate(target);
        if (inflater.finished()) {
          throw new IOException("the stream ends before its connection");
        }
        if (bytes == 0 && !inflater.needsInput()) {
          throw new IOException("the stream asks for a dictionary");
        }
      }
    }

    @Override
    public void close() {
      if (context != null) {
        context.end();
      }
    }
  }
}
