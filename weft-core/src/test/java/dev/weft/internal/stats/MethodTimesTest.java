package dev.weft.internal.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.CallStats;
import dev.weft.FailureKind;
import dev.weft.Latency;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The histogram of latencies, and what else is counted of a connection's calls. */
final class MethodTimesTest {

  private final ConnectionCalls calls = new ConnectionCalls();

  private CallStats stats() {
    return calls.sum().toStats();
  }

  private Latency latency(long... nanos) {
    for (long each : nanos) {
      calls.method(0, "m").answered(each, true);
    }
    return stats().latency();
  }

  @Test
  void eachTimeIsInABucketThatIsAtMostASixteenthTooLong() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 100_000; i++) {
      long nanos = random.nextLong(1L << random.nextInt(10, 39));
      int bucket = Buckets.of(nanos);
      long upper = Buckets.upperNanos(bucket);
      assertThat(upper).isGreaterThanOrEqualTo(nanos);
      assertThat(upper - nanos).isLessThanOrEqualTo(Math.max(1023, nanos / 16));
      assertThat(bucket == 0 || Buckets.upperNanos(bucket - 1) < nanos).isTrue();
    }
  }

  @Test
  void whatIsTooLongOrNoTimeAtAllIsInTheLastOrFirstBucket() {
    assertThat(Buckets.of(-1)).isZero();
    assertThat(Buckets.of(0)).isZero();
    assertThat(Buckets.of(Long.MAX_VALUE)).isEqualTo(Buckets.COUNT - 1);
    assertThat(Buckets.of(1L << 40)).isEqualTo(Buckets.COUNT - 1);
    assertThat(latency(-5, Long.MAX_VALUE / 2).count()).isEqualTo(2);
  }

  @Test
  void percentilesComeFromTheHistogram() {
    long[] nanos = new long[1000];
    for (int i = 0; i < nanos.length; i++) {
      nanos[i] = (i + 1) * 1_000_000L;
    }
    Latency latency = latency(nanos);
    assertThat(latency.count()).isEqualTo(1000);
    assertThat(latency.mean()).isEqualTo(Duration.ofNanos(500_500_000));
    assertThat(latency.total()).isEqualTo(Duration.ofMillis(500_500));
    assertThat(latency.percentile(50).toMillis()).isBetween(500L, 532L);
    assertThat(latency.percentile(99).toMillis()).isBetween(990L, 1053L);
    assertThat(latency.percentile(0.0001).toMillis()).isBetween(1L, 2L);
    assertThat(latency.max().toMillis()).isBetween(1000L, 1063L);
    assertThat(latency.toString()).startsWith("p50 PT0.5");
  }

  @Test
  void noCallsHaveNoLatency() {
    Latency latency = latency();
    assertThat(latency.mean()).isEqualTo(Duration.ZERO);
    assertThat(latency.percentile(99)).isEqualTo(Duration.ZERO);
    assertThat(latency).hasToString("no calls").isEqualTo(latency()).hasSameHashCodeAs(latency());
    assertThat(latency).isNotEqualTo(latency(5)).isNotEqualTo("no calls");
    for (double percent : new double[] {0, -1, 100.1, Double.NaN}) {
      assertThatThrownBy(() -> latency.percentile(percent))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void methodsAreCountedApart() {
    for (int i = 0; i < 100; i++) {
      calls.method(i, "m" + i % 10).answered(i, i % 2 == 0);
    }
    calls.failed(FailureKind.REMOTE);
    Map<String, CallSum> sums = new HashMap<>();
    calls.addTo(sums);
    assertThat(sums).hasSize(10);
    assertThat(sums.get("m3").toStats().latency().count()).isEqualTo(10);
    assertThat(sums.get("m4").toStats().succeeded()).isEqualTo(10);
    assertThat(stats().succeeded()).isEqualTo(50);
    assertThat(stats().failures()).isEqualTo(Map.of(FailureKind.REMOTE, 1L));
    assertThat(stats().calls()).isEqualTo(51);
  }

  @Test
  void aMethodKeepsItsPlaceWhenMoreCome() {
    MethodTimes first = calls.method(0, "first");
    calls.method(4095, "last");
    assertThat(calls.method(0, "first")).isSameAs(first);
  }
}
