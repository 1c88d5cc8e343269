package dev.weft.internal.connection;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What one connection has carried. Each number has one writing thread at a time, so that counting
 * costs a plain store; any thread may read.
 */
public final class Traffic {

  /** How many numbers {@link #addTo} knows. */
  static final int NUMBERS = 8;

  private final AtomicLong writes = new AtomicLong();
  private final AtomicLong bytesWritten = new AtomicLong();
  private final AtomicLong messagesWritten = new AtomicLong();
  private final AtomicLong reads = new AtomicLong();
  private final AtomicLong bytesRead = new AtomicLong();
  private final AtomicLong messagesRead = new AtomicLong();
  private final AtomicLong savedByWriter = new AtomicLong();
  private final AtomicLong savedByReader = new AtomicLong();

  /** Whoever holds the outbox. */
  void wrote(int systemCalls, int bytes, int messages) {
    add(writes, systemCalls);
    add(bytesWritten, bytes);
    add(messagesWritten, messages);
  }

  /** Reader thread only. */
  void read(int bytes) {
    add(reads, 1);
    add(bytesRead, bytes);
  }

  /** Reader thread only. */
  void received(int messages) {
    add(messagesRead, messages);
  }

  /** Compression made a block so many bytes smaller. Whoever holds the outbox. */
  void savedWriting(int bytes) {
    add(savedByWriter, bytes);
  }

  /** Compression has made a block so many bytes smaller. Reader thread only. */
  void savedReading(int bytes) {
    add(savedByReader, bytes);
  }

  private static void add(AtomicLong counter, long increment) {
    counter.setOpaque(counter.getPlain() + increment);
  }

  /** Bytes written so far. */
  long bytesWritten() {
    return bytesWritten.getOpaque();
  }

  /** Bytes read so far. */
  long bytesRead() {
    return bytesRead.getOpaque();
  }

  /**
   * Adds its {@link #NUMBERS} to a sum: writes, bytes and messages written, then the same of
   * reading, then the bytes that would have been written and read without compression.
   */
  public void addTo(long[] sums) {
    long written = bytesWritten.getOpaque();
    long read = bytesRead.getOpaque();
    sums[0] += writes.getOpaque();
    sums[1] += written;
    sums[2] += messagesWritten.getOpaque();
    sums[3] += reads.getOpaque();
    sums[4] += read;
    sums[5] += messagesRead.getOpaque();
    sums[6] += written + savedByWriter.getOpaque();
    sums[7] += read + savedByReader.getOpaque();
  }
}
