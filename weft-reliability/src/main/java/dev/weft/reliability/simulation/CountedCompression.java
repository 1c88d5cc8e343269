package dev.weft.reliability.simulation;

import dev.weft.spi.Compression;
import dev.weft.spi.Compressor;
import dev.weft.spi.Decompressor;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Leaves out zeros, of which simulated messages are full, and counts those that use it: each must
 * be closed, once.
 *
 * <p>One thread, a simulation's.
 */
final class CountedCompression implements Compression {

  private static final int RUN_MAX = 255;

  private int open;
  private int misused;

  @Override
  public String name() {
    return "zeros";
  }

  /** How many were opened and not closed. */
  int open() {
    return open;
  }

  /** How often one was used after it was closed. */
  int misused() {
    return misused;
  }

  @Override
  public Compressor compressor() {
    return new Packing();
  }

  @Override
  public Decompressor decompressor() {
    return new Unpacking();
  }

  private abstract class Counted implements AutoCloseable {

    private boolean closed;

    Counted() {
      open++;
    }

    void use() {
      if (closed) {
        misused++;
      }
    }

    @Override
    public void close() {
      use();
      closed = true;
      open--;
    }
  }

  private final class Packing extends Counted implements Compressor {

    /** Each zero is followed by how many more there are. */
    @Override
    public void compress(ByteBuffer source, ByteBuffer target) {
      use();
      while (source.hasRemaining()) {
        byte next = source.get();
        if (target.remaining() < 2) {
          throw new IllegalStateException("more zeros than there is room for their numbers");
        }
        target.put(next);
        if (next == 0) {
          int run = 0;
          while (run < RUN_MAX && source.hasRemaining() && source.get(source.position()) == 0) {
            source.get();
            run++;
          }
          target.put((byte) run);
        }
      }
    }
  }

  private final class Unpacking extends Counted implements Decompressor {

    @Override
    public void decompress(ByteBuffer source, ByteBuffer target) throws IOException {
      use();
      while (source.hasRemaining() && target.hasRemaining()) {
        byte next = source.get();
        target.put(next);
        if (next == 0) {
          if (!source.hasRemaining()) {
            throw new IOException("a zero without its number");
          }
          int run = source.get() & 0xff;
          if (run > target.remaining()) {
            throw new IOException("too many zeros");
          }
          for (int i = 0; i < run; i++) {
            target.put((byte) 0);
          }
        }
      }
    }
  }
}
