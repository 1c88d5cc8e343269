package dev.weft.internal.connection;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what other threads will do; fails when they have not done it in ten seconds. */
public final class Eventually {

  private static final long NANOS_MAX = 10_000_000_000L;

  private Eventually() {}

  /** Waits until the condition holds. */
  public static void that(String what, BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > NANOS_MAX) {
        throw new AssertionError("still not so after ten seconds: " + what);
      }
      LockSupport.parkNanos(100_000);
    }
  }

  /** Waits for a thread's end. */
  public static void ended(Thread thread) {
    try {
      thread.join(NANOS_MAX / 1_000_000);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    if (thread.isAlive()) {
      throw new AssertionError("still running after ten seconds: " + thread);
    }
  }
}
