package dev.weft.internal.stats;

/**
 * The buckets of a latency histogram: log-linear, sixteen for each doubling, so that a bucket is at
 * most 6.25 % wide. The first holds all below 1.024 us, the last all from 8.9 minutes on.
 *
 * <p>The idea is HdrHistogram's (Gil Tene). Any thread.
 */
public final class Buckets {

  /** Buckets of one doubling. */
  static final int SUB = 16;

  private static final int SUB_BITS = 4;

  /** What is below 2 to this power, in nanoseconds, is in the first bucket. */
  private static final int LOWEST_BITS = 10;

  /** Doublings from 2^10 ns on: up to 2^39 ns. */
  static final int DOUBLINGS = 29;

  /** How many buckets there are. */
  public static final int COUNT = 1 + DOUBLINGS * SUB;

  private Buckets() {}

  /** The bucket of a time in nanoseconds; what is negative is in the first. */
  public static int of(long nanos) {
    if (nanos < 1L << LOWEST_BITS) {
      return 0;
    }
    int exponent = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos);
    int sub = (int) (nanos >>> (exponent - SUB_BITS)) & (SUB - 1);
    return Math.min(COUNT - 1, 1 + (exponent - LOWEST_BITS) * SUB + sub);
  }

  /** The largest time in a bucket, in nanoseconds. */
  public static long upperNanos(int bucket) {
    if (bucket == 0) {
      return (1L << LOWEST_BITS) - 1;
    }
    int exponent = LOWEST_BITS + (bucket - 1) / SUB;
    int sub = (bucket - 1) % SUB;
    return (1L << exponent) + ((sub + 1L) << (exponent - SUB_BITS)) - 1;
  }
}
