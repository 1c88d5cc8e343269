package dev.weft.internal.connection;

import static java.util.Objects.requireNonNull;

import dev.weft.internal.wire.Block;
import dev.weft.internal.wire.FrameReader;
import dev.weft.internal.wire.Hello;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a connection: as much as there is at once, then all the blocks in it, then lets those run
 * whom it has woken, then one flush of what all this gave rise to. {@link Turn} and {@link
 * ReadWait} are its parts.
 *
 * <p>So while it is awake it is a loop that reads, works and writes on one carrier, and the threads
 * around it do not write, but leave their messages to it.
 *
 * <p>Reader thread only.
 */
final class Reader {

  /** What a connection has that brings little, or nothing: room for some dozen small messages. */
  private static final int SMALL_BYTES = 4 * 1024;

  /** The first byte of a TLS client. */
  private static final byte TLS_HANDSHAKE = 0x16;

  private final ReadWait wait;
  private final Outbox outbox;
  private final Turn turn;
  private final Traffic traffic;
  private final ByteBuffer small =
      ByteBuffer.allocateDirect(SMALL_BYTES).order(ByteOrder.LITTLE_ENDIAN);

  /** Borrowed, once the small one was too small. */
  private @Nullable ByteBuffer large;

  /** One of the two: what was received and not yet used. */
  private ByteBuffer buffer = small.limit(0);

  private @Nullable BlockInflater inflater;

  Reader(ReadWait wait, Outbox outbox, Turn turn, Traffic traffic) {
    this.wait = wait;
    this.outbox = outbox;
    this.turn = turn;
    this.traffic = traffic;
  }

  /** Waits for the peer's hello. */
  Hello readHello() throws IOException {
    for (; ; ) {
      Hello hello = Hello.decode(buffer);
      if (hello != null) {
        return hello;
      }
      fill();
    }
  }

  /** Whether what came in place of a hello begins a TLS handshake. */
  boolean metTls() {
    return buffer.hasRemaining() && buffer.get(buffer.position()) == TLS_HANDSHAKE;
  }

  /** From now on, blocks may be compressed. Takes the inflater. */
  void inflateWith(BlockInflater newInflater) {
    inflater = newInflater;
  }

  /** Gives the buffer and the inflater's memory back, at the end of the connection. */
  void close() {
    returnToSmall();
    BlockInflater unpacking = inflater;
    inflater = null;
    if (unpacking != null) {
      unpacking.close();
    }
  }

  /** Reads until the channel is closed, which ends it with an {@link IOException}. */
  void readBlocks(FrameReader frames) throws IOException {
    try {
      for (; ; ) {
        outbox.readerAwakes();
        turn.begin();
        readBlocksInBuffer(frames);
        turn.pass();
        fill();
      }
    } finally {
      wait.end();
      outbox.readerSleeps();
    }
  }

  private void readBlocksInBuffer(FrameReader frames) {
    int limit = buffer.limit();
    int messages = 0;
    for (; ; ) {
      int start = buffer.position();
      int length = Block.open(buffer, inflater != null);
      if (length < 0) {
        break;
      }
      int end = buffer.position() + length;
      buffer.limit(end);
      int inflated = Block.inflatedLength(buffer, start);
      messages += frames.read(inflated == 0 ? buffer : inflate(start, inflated));
      buffer.limit(limit).position(end);
    }
    traffic.received(messages);
  }

  private ByteBuffer inflate(int start, int length) {
    BlockInflater unpacking = requireNonNull(inflater);
    traffic.savedReading(Block.storedHeaderBytes(length) + length - (buffer.limit() - start));
    return unpacking.inflate(buffer, length);
  }

  /** Reads more behind what is not yet used. */
  private void fill() throws IOException {
    if (buffer.hasRemaining()) {
      makeRoom();
    } else {
      if (large != null && BufferPool.READING.isScarce()) {
        returnToSmall();
      }
      buffer.clear();
    }
    int bytes = receive();
    buffer.flip();
    if (bytes < 0) {
      throw new EOFException("the peer has closed the connection");
    }
    traffic.read(bytes);
  }

  /** Behind what is there; it must be possible to receive a whole block, or a whole hello. */
  private void makeRoom() {
    buffer.compact();
    if (buffer.hasRemaining() || large != null) {
      return;
    }
    ByteBuffer more = BufferPool.READING.take();
    large = more;
    buffer = more.put(buffer.flip());
  }

  private void returnToSmall() {
    BufferPool.READING.giveBack(large);
    large = null;
    buffer = small.limit(0);
  }

  private int receive() throws IOException {
    try {
      return wait.read(buffer);
    } catch (ClosedChannelException e) {
      throw e; // this side's own doing
    } catch (IOException e) {
      traffic.readFailed();
      throw e;
    }
  }
}
