package dev.weft.internal.connection;

import java.util.function.BooleanSupplier;

/**
 * How long the end of a sample waits for threads of Weft's own, which may have to wait for a
 * processor. When it was in vain once, the test has failed anyway, and the next sample waits less.
 */
public final class Patience {

  private static final long NANOS_MAX = 5_000_000_000L;
  private static final long NANOS_AFTERWARDS = 1_000_000;

  private static volatile long nanos = NANOS_MAX;

  private Patience() {}

  /**
   * Waits for a condition.
   *
   * @return whether it came about
   */
  public static boolean until(BooleanSupplier condition) {
    if (condition.getAsBoolean()) {
      return true;
    }
    long begin = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - begin > nanos) {
        nanos = NANOS_AFTERWARDS;
        return false;
      }
      Thread.yield();
    }
    return true;
  }
}
