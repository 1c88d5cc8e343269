package dev.weft.cli;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Shows what is just measured and when the race will have ended, twice a second: cases take as long
 * as they are meant to. Any thread.
 */
final class RaceProgress implements AutoCloseable {

  private static final long PAUSE_MILLIS = 500;

  private final StatusLine line;
  private final int cases;
  private final Duration caseLength;
  private final ReentrantLock lock = new ReentrantLock();
  private final Thread drawer;

  // Whoever holds the lock.
  private int ended;
  private String current = "";
  private long begunNanos;

  /**
   * @param cases how many there will be
   * @param caseLength how long each takes
   */
  RaceProgress(StatusLine line, int cases, Duration caseLength) {
    this.line = line;
    this.cases = cases;
    this.caseLength = caseLength;
    this.drawer = Thread.ofVirtual().unstarted(this::redraw);
    drawer.start();
  }

  private void redraw() {
    try {
      while (true) {
        Thread.sleep(PAUSE_MILLIS);
        draw(System.nanoTime());
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  /** Shows how far it is by then. */
  void draw(long nowNanos) {
    lock.lock();
    try {
      if (!current.isEmpty()) {
        double share = (nowNanos - begunNanos) / (double) caseLength.toNanos();
        double done = ended + Math.clamp(share, 0, 1);
        double left = (cases - done) * caseLength.toMillis() / 1000;
        line.draw(
            StatusLine.bar(done / cases) + "  " + current + "  " + Math.round(left) + " s left");
      }
    } finally {
      lock.unlock();
    }
  }

  /** A case begins. */
  void begins(String peerAndCase) {
    begins(peerAndCase, System.nanoTime());
  }

  /** A case began then. */
  void begins(String peerAndCase, long nowNanos) {
    lock.lock();
    try {
      current = peerAndCase;
      begunNanos = nowNanos;
    } finally {
      lock.unlock();
    }
  }

  /** The case has ended; the line is empty. */
  void ended() {
    lock.lock();
    try {
      ended++;
      current = "";
      line.clear();
    } finally {
      lock.unlock();
    }
  }

  /** Leaves an empty line, for somebody who prints one. */
  void clear() {
    lock.lock();
    try {
      line.clear();
    } finally {
      lock.unlock();
    }
  }

  /** Leaves an empty line, and draws no other. */
  @Override
  public void close() {
    drawer.interrupt();
    lock.lock();
    try {
      current = "";
      line.clear();
    } finally {
      lock.unlock();
    }
  }
}
