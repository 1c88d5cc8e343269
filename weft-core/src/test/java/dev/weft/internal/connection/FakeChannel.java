package dev.weft.internal.connection;

import dev.weft.internal.wire.Block;
import dev.weft.internal.wire.FrameReader;
import dev.weft.internal.wire.RecordedFrames;
import dev.weft.spi.TransportChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A channel whose other end is the test. */
public final class FakeChannel implements TransportChannel {

  /** Run by each thread that calls {@link #writeNow}, before it writes. */
  public volatile Runnable beforeWriteNow = () -> {};

  /** Run by each thread that calls {@link #readNow}, before it reads. */
  public volatile Runnable beforeReadNow = () -> {};

  /** What {@link #canWriteNow} says. */
  public volatile boolean canWriteNow = true;

  /** How many bytes each {@link #writeNow} takes, at most. */
  public volatile int writeNowMax = Integer.MAX_VALUE;

  /** How many bytes each {@link #write} takes, at most. */
  public volatile int writeMax = Integer.MAX_VALUE;

  /** Whether {@link #write} waits. */
  private boolean blocked;

  /** Whether each {@link #write} waits for a {@link #writeStep}. */
  private boolean stepping;

  private int steps;

  /** Whether {@link #readNow} can tell. */
  public volatile boolean canReadNow = true;

  /** Thrown by both ways of writing. */
  public volatile Throwable writeFailure;

  /** Thrown by {@link #close}. */
  public volatile RuntimeException closeFailure;

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final List<Thread> writers = new ArrayList<>();
  private final ArrayDeque<byte[]> incoming = new ArrayDeque<>();
  private boolean ended;
  private boolean closed;
  private int waitingWriters;
  private int blockingReads;
  private int readsNow;

  // Everything below is guarded by this.

  /** Makes {@link #write} wait, or go on. */
  public synchronized void block(boolean newBlocked) {
    blocked = newBlocked;
    notifyAll();
  }

  /** Makes each {@link #write} wait for a step, or not any more. */
  public synchronized void writeSteps(boolean newStepping) {
    stepping = newStepping;
    notifyAll();
  }

  /** Lets one {@link #write} go on. */
  public synchronized void writeStep() {
    steps++;
    notifyAll();
  }

  /** How many threads wait in {@link #write}. */
  public synchronized int waitingWriters() {
    return waitingWriters;
  }

  /** Lets the reader find these bytes with one read. */
  public synchronized void receive(byte[] bytes) {
    incoming.add(bytes);
    notifyAll();
  }

  /** Lets the reader find these bytes with one read. */
  public void receive(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    receive(copy);
  }

  /** Lets the reader find the end of the stream. */
  public synchronized void receiveEnd() {
    ended = true;
    notifyAll();
  }

  /** All bytes that were written. */
  public synchronized byte[] written() {
    return written.toByteArray();
  }

  /** The threads that wrote, one for each write that took something. */
  public synchronized List<Thread> writers() {
    return List.copyOf(writers);
  }

  /** How often a reader has called {@link #read}. */
  public synchronized int blockingReads() {
    return blockingReads;
  }

  /** How often a reader has called {@link #readNow}. */
  public synchronized int readsNow() {
    return readsNow;
  }

  /** The frames in the bytes written from an offset on; what is cut off is left out. */
  public List<String> frames(int offset) {
    ByteBuffer in = ByteBuffer.wrap(written()).order(ByteOrder.LITTLE_ENDIAN);
    in.position(offset);
    RecordedFrames found = new RecordedFrames();
    FrameReader reader = new FrameReader(found, 1 << 28);
    int limit = in.limit();
    for (int length = Block.open(in); length >= 0; length = Block.open(in)) {
      in.limit(in.position() + length);
      reader.read(in);
      in.limit(limit);
    }
    return found.lines;
  }

  /** The frames in all that was written. */
  public List<String> frames() {
    return frames(0);
  }

  @Override
  public String peer() {
    return "fake:peer";
  }

  @Override
  public boolean canWriteNow() {
    return canWriteNow;
  }

  @Override
  public int writeNow(ByteBuffer source) throws IOException {
    beforeWriteNow.run();
    synchronized (this) {
      return take(source, writeNowMax);
    }
  }

  @Override
  public synchronized int write(ByteBuffer source) throws IOException {
    waitingWriters++;
    try {
      while ((blocked || (stepping && steps == 0)) && !closed) {
        await();
      }
      steps -= stepping ? 1 : 0;
    } finally {
      waitingWriters--;
    }
    if (blocked) {
      throw new AsynchronousCloseException();
    }
    return take(source, writeMax);
  }

  private int take(ByteBuffer source, int max) throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
    Throwable failure = writeFailure;
    if (failure instanceof IOException e) {
      throw e;
    } else if (failure instanceof RuntimeException e) {
      throw e;
    } else if (failure instanceof Error e) {
      throw e;
    }
    byte[] bytes = new byte[Math.min(max, source.remaining())];
    source.get(bytes);
    written.write(bytes, 0, bytes.length);
    if (bytes.length > 0) {
      writers.add(Thread.currentThread());
    }
    return bytes.length;
  }

  @Override
  public int readNow(ByteBuffer target) throws IOException {
    synchronized (this) {
      readsNow++;
    }
    beforeReadNow.run();
    synchronized (this) {
      return canReadNow ? give(target) : CANNOT_TELL;
    }
  }

  @Override
  public synchronized int read(ByteBuffer target) throws IOException {
    blockingReads++;
    notifyAll();
    if (Thread.interrupted()) {
      closed = true; // as a socket does
      throw new ClosedByInterruptException();
    }
    int bytes = give(target);
    while (bytes == 0) {
      await();
      bytes = give(target);
    }
    return bytes;
  }

  private int give(ByteBuffer target) throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
    byte[] next = incoming.poll();
    if (next == null) {
      return ended ? -1 : 0;
    }
    int bytes = Math.min(next.length, target.remaining());
    target.put(next, 0, bytes);
    if (bytes < next.length) {
      incoming.addFirst(Arrays.copyOfRange(next, bytes, next.length));
    }
    return bytes;
  }

  @SuppressWarnings("WaitNotInLoop") // the callers loop
  private void await() {
    try {
      wait();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public synchronized boolean isOpen() {
    return !closed;
  }

  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
    RuntimeException failure = closeFailure;
    if (failure != null) {
      throw failure;
    }
  }
}
