package dev.weft.reliability.overload;

import java.time.Duration;

/**
 * What each handler does, for a known time; so it is known what a server can do. Any thread.
 *
 * @param handlers how many can be at it at a time, 1 to 10,000
 * @param time how long it takes, 0.1 ms to 10 s
 * @param kind how the time is spent
 */
public record Work(int handlers, Duration time, Kind kind) {

  /** How a handler spends its time. */
  public enum Kind {
    /** In waiting, as for a database: the server has a limit of running handlers. */
    SLEEP,
    /** With a processor: there are as many handlers as those, and the server has no limit. */
    COMPUTE
  }

  /**
   * @throws IllegalArgumentException when something is out of its range
   */
  public Work {
    if (handlers < 1 || handlers > 10_000) {
      throw new IllegalArgumentException("handlers " + handlers + " is not from 1 to 10000");
    }
    if (time.compareTo(Duration.ofNanos(100_000)) < 0 || time.toSeconds() >= 10) {
      throw new IllegalArgumentException("a handler's time is not from 0.1 to 10,000 ms");
    }
  }

  /** Calls that can be served in a second. */
  public double perSecond() {
    return handlers * 1e9 / time.toNanos();
  }

  /** Does it. */
  void run() throws InterruptedException {
    switch (kind) {
      case SLEEP -> Thread.sleep(time);
      case COMPUTE -> {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < time.toNanos()) {
          Thread.onSpinWait();
        }
      }
    }
  }
}
