package dev.weft.internal.connection;

import static java.util.Objects.requireNonNull;

import dev.weft.internal.wire.Block;
import dev.weft.internal.wire.FrameReader;
import dev.weft.internal.wire.Hello;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
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

  /** What the first read after a sleep may bring; the next ones bring what more there is. */
  private static final int LANDING_BYTES = 512;

  private static final ByteBuffer NO_BUFFER = ByteBuffer.allocate(0);

  /** The first byte of a TLS client. */
  private static final byte TLS_HANDSHAKE = 0x16;

  private final ReadWait wait;
  private final Outbox outbox;
  private final Turn turn;
  private final Traffic traffic;
  private final BorrowedBuffer borrowed;

  /** What was read and is not used yet, from its position to its limit. */
  private ByteBuffer buffer = NO_BUFFER;

  /**
   * Where the reader sleeps, with what it has of a block: so a connection at rest, or one that
   * sends a byte now and then, has no other buffer.
   */
  private final ByteBuffer landing = ByteBuffer.allocate(LANDING_BYTES);

  private @Nullable BlockInflater inflater;

  /**
   * @param borrowed for what is read
   */
  Reader(ReadWait wait, Outbox outbox, Turn turn, Traffic traffic, BorrowedBuffer borrowed) {
    this.wait = wait;
    this.outbox = outbox;
    this.turn = turn;
    this.traffic = traffic;
    this.borrowed = borrowed;
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

  /** At the end of the connection, however early: gives back what it has. */
  void close() {
    wait.end();
    giveBack();
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
      turn.sleeps();
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
      borrowed.begins(); // what comes after this block is another one
      buffer.limit(end);
      int inflated = Block.inflatedLength(buffer, start);
      messages += readBlock(frames, inflated == 0 ? buffer : inflate(start, inflated));
      buffer.limit(limit).position(end);
    }
    wait.brought(messages);
    traffic.received(messages);
  }

  private int readBlock(FrameReader frames, ByteBuffer block) {
    int messages = 0;
    while (block.hasRemaining()) {
      messages += frames.readSome(block);
      if (frames.isCollecting()) {
        turn.useful(); // a piece of what is yet to be judged
      }
      turn.share();
    }
    return messages;
  }

  private ByteBuffer inflate(int start, int length) {
    BlockInflater unpacking = requireNonNull(inflater);
    traffic.savedReading(Block.storedHeaderBytes(length) + length - (buffer.limit() - start));
    return unpacking.inflate(buffer, length);
  }

  /** Reads more behind what is not yet used. */
  private void fill() throws IOException {
    if (buffer.hasRemaining()) {
      buffer.compact();
    } else {
      buffer = borrowed.get().clear();
    }
    int bytes = receive();
    buffer.flip();
    if (bytes < 0) {
      throw new EOFException("the peer has closed the connection");
    }
    traffic.read(bytes);
  }

  private int receive() throws IOException {
    try {
      int bytes = wait.readSoon(buffer);
      if (bytes == 0) {
        turn.sleeps();
        bytes = buffer.position() < LANDING_BYTES ? sleepInLanding() : sleepInBlock();
      }
      return bytes;
    } catch (ClosedChannelException e) {
      throw e; // this side's own doing
    } catch (IOException e) {
      traffic.readFailed();
      throw e;
    }
  }

  private int sleepInLanding() throws IOException {
    landing.clear().put(buffer.flip());
    giveBack();
    int bytes = wait.sleep(landing);
    buffer = borrowed.get().clear().put(landing.flip());
    return bytes;
  }

  private int sleepInBlock() throws IOException {
    borrowed.waits();
    try {
      return wait.sleep(buffer);
    } finally {
      borrowed.waitsNoMore();
    }
  }

  private void giveBack() {
    buffer = NO_BUFFER;
    borrowed.giveBack();
    BlockInflater unpacking = inflater;
    if (unpacking != null) {
      unpacking.rest();
    }
  }
}
