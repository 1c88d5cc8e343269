package dev.weft.internal.connection;

import dev.weft.internal.wire.Block;
import dev.weft.internal.wire.FrameReader;
import dev.weft.spi.TransportChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;

/**
 * A channel that keeps what it is given, for one sample of a stress test: light, and without a
 * fence of its own that would order what the code under test should.
 *
 * <p>Written by whoever holds the outbox; read when the actors are done.
 */
public final class StressChannel implements TransportChannel {

  /** Whether only the writer thread can write. Before the actors begin. */
  private boolean full;

  /** Whether each write fails. Before the actors begin. */
  private boolean broken;

  private volatile boolean closed;
  private byte[] written = new byte[64];
  private int length;

  /** Takes everything at once. */
  public StressChannel() {}

  /** As that of a peer that reads slowly: writing would always block. */
  static StressChannel full() {
    StressChannel channel = new StressChannel();
    channel.full = true;
    return channel;
  }

  /** As that of a peer that is gone. */
  static StressChannel broken() {
    StressChannel channel = new StressChannel();
    channel.broken = true;
    return channel;
  }

  /** What was written, taken apart. When nobody writes any more. */
  public SentFrames sent() {
    SentFrames sent = new SentFrames();
    FrameReader frames = new FrameReader(sent, Block.BYTES_MAX);
    ByteBuffer in = ByteBuffer.wrap(written, 0, length).order(ByteOrder.LITTLE_ENDIAN);
    for (int bytes = Block.open(in); bytes >= 0; bytes = Block.open(in)) {
      int end = in.position() + bytes;
      int limit = in.limit();
      in.limit(end);
      frames.read(in);
      in.limit(limit).position(end);
    }
    return sent;
  }

  @Override
  public String peer() {
    return "stress";
  }

  /** There is nothing. */
  @Override
  public int readNow(ByteBuffer target) throws IOException {
    return 0;
  }

  /** Does not wait: a reader that comes here would sleep now. */
  @Override
  public int read(ByteBuffer target) throws IOException {
    return -1;
  }

  @Override
  public boolean canWriteNow() {
    return !full;
  }

  @Override
  public int writeNow(ByteBuffer source) throws IOException {
    return full ? 0 : write(source);
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
    if (broken) {
      throw new IOException("broken");
    }
    int bytes = source.remaining();
    if (length + bytes > written.length) {
      written = Arrays.copyOf(written, Math.max(2 * written.length, length + bytes));
    }
    source.get(written, length, bytes);
    length += bytes;
    return bytes;
  }

  @Override
  public boolean isOpen() {
    return !closed;
  }

  @Override
  public void close() {
    closed = true;
  }
}
