package dev.weft.internal.connection;

import dev.weft.spi.Compression;
import dev.weft.spi.Compressor;
import dev.weft.spi.Decompressor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * For tests: leaves out what a block has in common with the beginning of the block before. Counts
 * what it is given, and complains when it is used after its end.
 */
class TinyCompression implements Compression {

  private static final int LENGTH_BYTES = Integer.BYTES;

  final AtomicInteger opened = new AtomicInteger();
  final AtomicInteger closed = new AtomicInteger();
  final AtomicInteger misused = new AtomicInteger();

  /** Thrown by the compressor. */
  volatile RuntimeException failure;

  /** Thrown when a compressor is made. */
  volatile RuntimeException openFailure;

  @Override
  public String name() {
    return "tiny";
  }

  @Override
  public Compressor compressor() {
    if (openFailure != null) {
      throw openFailure;
    }
    return new Packing();
  }

  @Override
  public Decompressor decompressor() {
    return new Unpacking();
  }

  private abstract class Context implements AutoCloseable {

    private boolean ended;
    byte[] last = new byte[0];

    Context() {
      opened.incrementAndGet();
    }

    void use() {
      if (ended) {
        misused.incrementAndGet();
      }
    }

    @Override
    public void close() {
      use();
      ended = true;
      closed.incrementAndGet();
    }
  }

  private final class Packing extends Context implements Compressor {

    @Override
    public void compress(ByteBuffer source, ByteBuffer target) {
      use();
      if (failure != null) {
        throw failure;
      }
      byte[] now = new byte[source.remaining()];
      source.get(now);
      int common = 0;
      while (common < Math.min(now.length, last.length) && now[common] == last[common]) {
        common++;
      }
      target.putInt(common).put(now, common, now.length - common);
      last = now;
    }
  }

  private final class Unpacking extends Context implements Decompressor {

    @Override
    public void decompress(ByteBuffer source, ByteBuffer target) throws IOException {
      use();
      if (source.remaining() < LENGTH_BYTES) {
        throw new IOException("too short");
      }
      int common = source.getInt();
      if (common < 0 || common > last.length) {
        throw new IOException("no such beginning");
      }
      int bytes = Math.min(target.remaining(), common + source.remaining());
      byte[] now = new byte[bytes];
      int fromLast = Math.min(bytes, common);
      System.arraycopy(last, 0, now, 0, fromLast);
      source.get(now, fromLast, bytes - fromLast);
      target.put(now);
      last = now;
    }
  }
}
