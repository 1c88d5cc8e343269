package dev.weft.internal.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bytes on their way in one direction: a ring that its writer fills and its reader empties, and
 * that each of the two may close. Interruptions are left alone.
 *
 * <p>Any thread.
 */
final class Pipe {

  private static final int END_OF_STREAM = -1;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // All guarded by lock.
  private final byte[] ring;
  private int first;
  private int count;
  private boolean readerClosed;
  private boolean writerClosed;

  Pipe(int capacity) {
    this.ring = new byte[capacity];
  }

  /**
   * Takes what is there.
   *
   * @param wait whether to wait for the first byte
   * @return the number of bytes, 0 when there are none now, -1 when none will come
   */
  int read(ByteBuffer target, boolean wait) throws IOException {
    lock.lock();
    try {
      if (readerClosed) {
        throw new ClosedChannelException();
      }
      while (count == 0 && target.hasRemaining()) {
        if (writerClosed) {
          return END_OF_STREAM;
        }
        if (!wait) {
          return 0;
        }
        changed.awaitUninterruptibly();
        if (readerClosed) {
          throw new AsynchronousCloseException();
        }
      }
      return take(target);
    } finally {
      lock.unlock();
    }
  }

  private int take(ByteBuffer target) {
    int bytes = Math.min(count, target.remaining());
    int untilWrap = Math.min(bytes, ring.length - first);
    target.put(ring, first, untilWrap).put(ring, 0, bytes - untilWrap);
    first = (first + bytes) % ring.length;
    count -= bytes;
    changed.signalAll();
    return bytes;
  }

  /**
   * Puts in what there is room for.
   *
   * @param wait whether to wait for room for the first byte
   * @return the number of bytes, 0 when there is no room now
   */
  int write(ByteBuffer source, boolean wait) throws IOException {
    lock.lock();
    try {
      checkWriting(new ClosedChannelException());
      while (count == ring.length && source.hasRemaining()) {
        if (!wait) {
          return 0;
        }
        changed.awaitUninterruptibly();
        checkWriting(new AsynchronousCloseException());
      }
      return put(source);
    } finally {
      lock.unlock();
    }
  }

  private void checkWriting(IOException whenClosedHere) throws IOException {
    if (writerClosed) {
      throw whenClosedHere;
    }
    if (readerClosed) {
      throw new IOException("the peer has closed the channel");
    }
  }

  private int put(ByteBuffer source) {
    int bytes = Math.min(ring.length - count, source.remaining());
    int end = (first + count) % ring.length;
    int untilWrap = Math.min(bytes, ring.length - end);
    source.get(ring, end, untilWrap).get(ring, 0, bytes - untilWrap);
    count += bytes;
    changed.signalAll();
    return bytes;
  }

  boolean hasRoom() {
    lock.lock();
    try {
      return count < ring.length;
    } finally {
      lock.unlock();
    }
  }

  boolean isOpenForReader() {
    lock.lock();
    try {
      return !readerClosed;
    } finally {
      lock.unlock();
    }
  }

  /** What is in it is lost, and who writes more is told. */
  void closeReader() {
    lock.lock();
    try {
      readerClosed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** What is in it can still be read. */
  void closeWriter() {
    lock.lock();
    try {
      writerClosed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
