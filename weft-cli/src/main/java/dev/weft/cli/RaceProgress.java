package dev.weft.cli;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Shows what is just measured and when the race will have ended, twice a second: its parts take as
 * long as they are meant to. Any thread.
 */
final class RaceProgress implements AutoCloseable {

  private static final long PAUSE_MILLIS = 500;

  private final StatusLine line;
  private final long totalNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Thread drawer;

  // Whoever holds the lock.
  private long endedNanos;
  private String current = "";
  private long currentNanos;
  private long begunNanos;

  /**
   * @param total how long all parts take together
   */
  RaceProgress(StatusLine line, Duration total) {
    this.line = line;
    this.totalNanos = total.toNanos();
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
        long done = endedNanos + Math.clamp(nowNanos - begunNanos, 0, currentNanos);
        line.draw(
            StatusLine.bar((double) done / totalNanos)
                + "  "
                + current
                + "  "
                + Math.round((totalNanos - done) / 1e9)
                + " s left");
      }
    } finally {
      lock.unlock();
    }
  }

  /** A part of this length begins; what was before has ended. */
  void begins(String what, Duration length) {
    begins(what, length, System.nanoTime());
  }

  /** A part began then. */
  void begins(String what, Duration length, long nowNanos) {
    lock.lock();
    try {
      ended();
      current = what;
      currentNanos = length.toNanos();
      begunNanos = nowNanos;
    } finally {
      lock.unlock();
    }
  }

  /** What began last has ended; the line is empty. */
  void ended() {
    lock.lock();
    try {
      endedNanos += currentNanos;
      currentNanos = 0;
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
