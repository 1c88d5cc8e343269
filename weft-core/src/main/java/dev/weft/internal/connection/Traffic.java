package dev.weft.internal.connection;

import dev.weft.ConnectionStats;
import dev.weft.TrafficStats;
import dev.weft.internal.stats.ConnectionCalls;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one connection has carried. Each number has one writing thread at a time, so that counting
 * costs a plain store; any thread may read.
 */
public final class Traffic {

  /** How many numbers {@link #addTo} knows. */
  static final int NUMBERS = 10;

  private final String peer;
  private final ConnectionCalls calls = new ConnectionCalls();

  private final AtomicLong writes = new AtomicLong();
  private final AtomicLong bytesWritten = new AtomicLong();
  private final AtomicLong messagesWritten = new AtomicLong();
  private final AtomicLong reads = new AtomicLong();
  private final AtomicLong bytesRead = new AtomicLong();
  private final AtomicLong messagesRead = new AtomicLong();
  private final AtomicLong savedByWriter = new AtomicLong();
  private final AtomicLong savedByReader = new AtomicLong();
  private final AtomicLong writeErrors = new AtomicLong();
  private final AtomicLong readErrors = new AtomicLong();

  /** Of a connection to nobody in particular. */
  public Traffic() {
    this("");
  }

  /** Of a connection to this peer. */
  Traffic(String peer) {
    this.peer = peer;
  }

  /** Its calls. */
  public ConnectionCalls calls() {
    return calls;
  }

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

  /** Whoever holds the outbox. */
  void writeFailed() {
    add(writeErrors, 1);
  }

  /** Reader thread only. */
  void readFailed() {
    add(readErrors, 1);
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
   * reading; the bytes that would have been written and read without compression; failed writes and
   * reads.
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
    sums[8] += writeErrors.getOpaque();
    sums[9] += readErrors.getOpaque();
  }

  /** The numbers of {@link #addTo} by their names. */
  static TrafficStats named(long[] sums) {
    return new TrafficStats(
        sums[0], sums[1], sums[6], sums[2], sums[8], sums[3], sums[4], sums[7], sums[5], sums[9]);
  }

  /** This connection alone. */
  ConnectionStats stats() {
    long[] sums = new long[NUMBERS];
    addTo(sums);
    return new ConnectionStats(peer, calls.sum().toStats(), named(sums));
  }
}
