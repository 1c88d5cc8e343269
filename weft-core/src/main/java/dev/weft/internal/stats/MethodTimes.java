package dev.weft.internal.stats;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The answered calls of one method on one connection: how many, and how long they took.
 *
 * <p>It has one writing thread at a time (a client's reader, or whoever holds a server's outbox),
 * so counting is a few plain stores, without a contended or even an atomic operation. The
 * histogram's memory comes in pieces of 16 buckets, when they are needed: about half a kilobyte, as
 * a rule.
 *
 * <p>One writer at a time; any thread may read, and may see the last calls a moment later.
 */
public final class MethodTimes {

  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
  private static final VarHandle NANOS;
  private static final VarHandle SUCCEEDED;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      NANOS = lookup.findVarHandle(MethodTimes.class, "nanos", long.class);
      SUCCEEDED = lookup.findVarHandle(MethodTimes.class, "succeeded", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final String label;
  private long nanos;
  private long succeeded;

  /** The buckets after the first, by their doubling. */
  private final long[] @Nullable [] doublings = new long[Buckets.DOUBLINGS][];

  private final long[] first = new long[1];

  MethodTimes(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  /**
   * A call was answered.
   *
   * @param success whether with its result
   */
  public void answered(long tookNanos, boolean success) {
    long took = Math.max(0, tookNanos);
    int bucket = Buckets.of(took);
    if (bucket == 0) {
      increment(first, 0);
    } else {
      int doubling = (bucket - 1) / Buckets.SUB;
      long[] counts = doublings[doubling];
      if (counts == null) {
        counts = new long[Buckets.SUB];
        doublings[doubling] = counts;
      }
      increment(counts, (bucket - 1) % Buckets.SUB);
    }
    NANOS.setOpaque(this, nanos + took);
    if (success) {
      SUCCEEDED.setOpaque(this, succeeded + 1);
    }
  }

  private static void increment(long[] counts, int index) {
    LONGS.setOpaque(counts, index, counts[index] + 1);
  }

  void addTo(CallSum sum) {
    sum.buckets[0] += (long) LONGS.getOpaque(first, 0);
    for (int doubling = 0; doubling < doublings.length; doubling++) {
      long[] counts = doublings[doubling];
      for (int i = 0; counts != null && i < counts.length; i++) {
        sum.buckets[1 + doubling * Buckets.SUB + i] += (long) LONGS.getOpaque(counts, i);
      }
    }
    sum.nanos += (long) NANOS.getOpaque(this);
    sum.succeeded += (long) SUCCEEDED.getOpaque(this);
  }
}
