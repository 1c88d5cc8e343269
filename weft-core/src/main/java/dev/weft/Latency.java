package dev.weft;

import dev.weft.internal.stats.Buckets;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How long calls took: a histogram from 1 us to 9 minutes, whose percentiles are exact to 6.25 %.
 *
 * <p>Immutable. Any thread.
 */
public final class Latency {

  private final long[] buckets;
  private final long count;
  private final long totalNanos;

  /**
   * For Weft itself.
   *
   * @param buckets how many calls fell into each bucket; copied
   * @param totalNanos the times of all calls together
   */
  public Latency(long[] buckets, long totalNanos) {
    this.buckets = buckets.clone();
    this.count = Arrays.stream(buckets).sum();
    this.totalNanos = totalNanos;
  }

  /** How many calls it is about: those that were answered. */
  public long count() {
    return count;
  }

  /** The times of all these calls, added up. */
  public Duration total() {
    return Duration.ofNanos(totalNanos);
  }

  /** The average; zero when there were no calls. */
  public Duration mean() {
    return count == 0 ? Duration.ZERO : Duration.ofNanos(totalNanos / count);
  }

  /** The longest, at most 6.25 % too long; zero when there were no calls. */
  public Duration max() {
    return percentile(100);
  }

  /**
   * The time within which this part of the calls was answered, at most 6.25 % too long; zero when
   * there were no calls.
   *
   * @param percent more than 0 and at most 100, such as 50 or 99.9
   * @throws IllegalArgumentException when it is something else
   */
  public Duration percentile(double percent) {
    if (!(percent > 0 && percent <= 100)) {
      throw new IllegalArgumentException("percent " + percent + " is not over 0 and at most 100");
    }
    if (count == 0) {
      return Duration.ZERO;
    }
    long rank = Math.max(1, (long) Math.ceil(count * (percent / 100)));
    long seen = 0;
    int bucket = -1;
    while (seen < rank && bucket < buckets.length - 1) {
      seen += buckets[++bucket];
    }
    return Duration.ofNanos(Buckets.upperNanos(bucket));
  }

  /** What came after the earlier one, of the same client or server. */
  Latency since(Latency earlier) {
    long[] difference = buckets.clone();
    for (int i = 0; i < difference.length; i++) {
      difference[i] -= earlier.buckets[i];
    }
    return new Latency(difference, totalNanos - earlier.totalNanos);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Latency latency
        && totalNanos == latency.totalNanos
        && Arrays.equals(buckets, latency.buckets);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(buckets) + Long.hashCode(totalNanos);
  }

  @Override
  public String toString() {
    return count == 0
        ? "no calls"
        : "p50 " + percentile(50) + ", p99 " + percentile(99) + ", max " + max();
  }
}
