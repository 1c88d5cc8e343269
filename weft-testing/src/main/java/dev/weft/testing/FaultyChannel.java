package dev.weft.testing;

import dev.weft.spi.ForwardingChannel;
import dev.weft.spi.TimeSource;
import dev.weft.spi.TransportChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A channel that fails as a test tells it to; until then it passes everything on. Made by a {@link
 * FaultyTransport}. Positions count the bytes of the channel's whole life, the first one is 0, the
 * handshake's included.
 *
 * <p>Any thread.
 */
public final class FaultyChannel extends ForwardingChannel {

  private static final int END_OF_STREAM = -1;
  private static final long NEVER = Long.MAX_VALUE;

  private final TimeSource time;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // All guarded by lock.
  private final Direction reads = new Direction();
  private final Direction writes = new Direction();
  private long delayNanos;
  private boolean readsEnded;
  private boolean closed;

  private static final class Direction {
    long bytes;
    long cutAt = NEVER;
    long corruptAt = NEVER;
    int splitBytes = Integer.MAX_VALUE;
    boolean stalled;

    /** How many of these bytes may pass at once. */
    int allowed(int remaining) {
      return (int) Math.min(Math.min(remaining, splitBytes), cutAt - bytes);
    }

    boolean corruptsWithin(int count) {
      return corruptAt >= bytes && corruptAt - bytes < count;
    }
  }

  FaultyChannel(TransportChannel wrapped, TimeSource time) {
    super(wrapped);
    this.time = time;
  }

  /** Closes it now, as a cut cable that both ends notice at once. */
  public void cut() {
    closeQuietly();
  }

  /** Closes it when this many bytes were read. */
  public void cutAfterReading(long bytes) {
    change(() -> reads.cutAt = bytes);
  }

  /** Closes it when this many bytes were written, by the write that would write one more. */
  public void cutAfterWriting(long bytes) {
    change(() -> writes.cutAt = bytes);
  }

  /** Holds back what is read from now on, also by a read that waits already. */
  public void stallReads() {
    change(() -> reads.stalled = true);
  }

  /** Lets reading go on. */
  public void resumeReads() {
    change(() -> reads.stalled = false);
  }

  /** Lets writing wait from now on, as when the peer does not read. */
  public void stallWrites() {
    change(() -> writes.stalled = true);
  }

  /** Lets writing go on. */
  public void resumeWrites() {
    change(() -> writes.stalled = false);
  }

  /** From now on, each read brings at most this many bytes, at least 1. */
  public void splitReads(int bytesMax) {
    checkSplit(bytesMax);
    change(() -> reads.splitBytes = bytesMax);
  }

  /** From now on, each write takes at most this many bytes, at least 1. */
  public void splitWrites(int bytesMax) {
    checkSplit(bytesMax);
    change(() -> writes.splitBytes = bytesMax);
  }

  private static void checkSplit(int bytesMax) {
    if (bytesMax < 1) {
      throw new IllegalArgumentException("bytesMax " + bytesMax + " is not positive");
    }
  }

  /**
   * From now on, what a read brings is handed over this much later, by the transport's time source;
   * zero for at once. While a read waits, the next one has not begun: it is a slow line, not only a
   * long one.
   */
  public void delayReads(Duration delay) {
    long nanos = delay.toNanos();
    change(() -> delayNanos = nanos);
  }

  /** Inverts all bits of the byte that is read at this position. */
  public void corruptRead(long position) {
    change(() -> reads.corruptAt = position);
  }

  /** Inverts all bits of the byte that is written at this position. */
  public void corruptWrite(long position) {
    change(() -> writes.corruptAt = position);
  }

  /**
   * Half-closes it: reading comes to the end of the stream, also for a read that waits already as
   * soon as something comes; writing goes on.
   */
  public void endReads() {
    change(() -> readsEnded = true);
  }

  /**
   * Whether what it carries means something still: no byte was changed or is about to be, and
   * neither end of the stream was made up.
   */
  boolean isSound() {
    return locked(() -> readsEnded || reads.corruptAt != NEVER || writes.corruptAt != NEVER ? 0 : 1)
        == 1;
  }

  /** Bytes that were read so far. */
  public long bytesRead() {
    return locked(() -> reads.bytes);
  }

  /** Bytes that were written so far. */
  public long bytesWritten() {
    return locked(() -> writes.bytes);
  }

  private void change(Runnable action) {
    lock.lock();
    try {
      action.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private interface Counter {
    long now();
  }

  private long locked(Counter counter) {
    lock.lock();
    try {
      return counter.now();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    int allowed = beforeReading(target.remaining());
    if (allowed == END_OF_STREAM) {
      return END_OF_STREAM;
    }
    int start = target.position();
    int bytes = limited(target, allowed, () -> wrapped().read(target));
    return bytes <= 0 ? bytes : afterReading(target, start, bytes);
  }

  private int beforeReading(int remaining) throws IOException {
    lock.lock();
    try {
      awaitWhileStalled(reads);
      if (readsEnded) {
        return END_OF_STREAM;
      }
      return allowedOrCut(reads, remaining);
    } finally {
      lock.unlock();
    }
  }

  private int afterReading(ByteBuffer target, int start, int bytes) throws IOException {
    lock.lock();
    try {
      if (delayNanos > 0) {
        delay(delayNanos);
      }
      awaitWhileStalled(reads);
      if (readsEnded) {
        target.position(start);
        return END_OF_STREAM;
      }
      if (reads.corruptsWithin(bytes)) {
        int place = start + (int) (reads.corruptAt - reads.bytes);
        target.put(place, (byte) ~target.get(place));
      }
      reads.bytes += bytes;
      return bytes;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int readNow(ByteBuffer target) throws IOException {
    int allowed;
    lock.lock();
    try {
      checkOpen();
      if (delayNanos > 0) {
        return CANNOT_TELL;
      }
      if (reads.stalled) {
        return 0;
      }
      if (readsEnded) {
        return END_OF_STREAM;
      }
      allowed = allowedOrCut(reads, target.remaining());
    } finally {
      lock.unlock();
    }
    int start = target.position();
    int bytes = limited(target, allowed, () -> wrapped().readNow(target));
    return bytes <= 0 ? bytes : afterReading(target, start, bytes);
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    int allowed;
    lock.lock();
    try {
      awaitWhileStalled(writes);
      allowed = allowedOrCut(writes, source.remaining());
    } finally {
      lock.unlock();
    }
    return pass(source, allowed, wrapped()::write);
  }

  @Override
  public boolean canWriteNow() {
    return locked(() -> writes.stalled ? 1 : 0) == 0 && wrapped().canWriteNow();
  }

  @Override
  public int writeNow(ByteBuffer source) throws IOException {
    int allowed;
    lock.lock();
    try {
      if (writes.stalled) {
        return 0;
      }
      allowed = allowedOrCut(writes, source.remaining());
    } finally {
      lock.unlock();
    }
    return pass(source, allowed, wrapped()::writeNow);
  }

  private interface Writing {
    int write(ByteBuffer source) throws IOException;
  }

  @SuppressWarnings("ReferenceEquality") // whether it is a copy
  private int pass(ByteBuffer source, int allowed, Writing writing) throws IOException {
    ByteBuffer passed = corrupted(source, allowed);
    int start = passed.position();
    int written;
    try {
      written = limited(passed, allowed, () -> writing.write(passed));
    } finally {
      int taken = passed.position() - start;
      if (passed != source) {
        source.position(source.position() + taken);
      }
      change(() -> writes.bytes += taken);
    }
    return written;
  }

  /** The buffer itself, or a copy with the corrupt byte. */
  private ByteBuffer corrupted(ByteBuffer source, int count) {
    lock.lock();
    try {
      if (!writes.corruptsWithin(count)) {
        return source;
      }
      ByteBuffer copy = ByteBuffer.allocate(source.remaining()).put(source.duplicate()).flip();
      int place = (int) (writes.corruptAt - writes.bytes);
      return copy.put(place, (byte) ~copy.get(place));
    } finally {
      lock.unlock();
    }
  }

  private interface Transfer {
    int run() throws IOException;
  }

  private static int limited(ByteBuffer buffer, int allowed, Transfer transfer) throws IOException {
    int limit = buffer.limit();
    buffer.limit(buffer.position() + allowed);
    try {
      return transfer.run();
    } finally {
      buffer.limit(limit);
    }
  }

  // The lock is held from here on.

  private int allowedOrCut(Direction direction, int remaining) throws IOException {
    int allowed = direction.allowed(remaining);
    if (allowed == 0 && remaining > 0) {
      closeQuietly();
      throw new IOException("the test has cut the channel after " + direction.bytes + " bytes");
    }
    return allowed;
  }

  private void awaitWhileStalled(Direction direction) throws IOException {
    while (direction.stalled && !closed) {
      changed.awaitUninterruptibly();
    }
    checkOpen();
  }

  private void delay(long nanos) throws IOException {
    long until = time.nanoTime() + nanos;
    TimeSource.Scheduled alarm = time.schedule(nanos, () -> change(() -> {}));
    while (until - time.nanoTime() > 0 && !closed) {
      changed.awaitUninterruptibly();
    }
    alarm.cancel();
    checkOpen();
  }

  private void checkOpen() throws IOException {
    if (closed) {
      throw new AsynchronousCloseException();
    }
  }

  @Override
  public void close() throws IOException {
    change(() -> closed = true);
    wrapped().close();
  }

  private void closeQuietly() {
    try {
      close();
    } catch (IOException e) {
      throw new IllegalStateException("the channel to " + peer() + " cannot be closed", e);
    }
  }

  @Override
  public String toString() {
    return "faulty channel to " + peer();
  }
}
