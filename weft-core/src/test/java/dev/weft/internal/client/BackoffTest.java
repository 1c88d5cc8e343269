package dev.weft.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class BackoffTest {

  private static final long MILLI = 1_000_000;

  private static Backoff backoff(long seed) {
    return new Backoff(Duration.ofMillis(20), Duration.ofMillis(1000), new SplittableRandom(seed));
  }

  @Test
  void itDoublesUpToTheLongestAndHalfOfItIsRandom() {
    for (int seed = 0; seed < 500; seed++) {
      Backoff backoff = backoff(seed);
      long full = 20 * MILLI;
      for (int attempt = 0; attempt < 12; attempt++) {
        assertThat(backoff.nextDelayNanos()).isBetween(full / 2, full);
        full = Math.min(2 * full, 1000 * MILLI);
      }
    }
  }

  @Test
  void successBeginsItAnew() {
    Backoff backoff = backoff(1);
    for (int i = 0; i < 5; i++) {
      backoff.nextDelayNanos();
    }
    backoff.reset();
    assertThat(backoff.nextDelayNanos()).isBetween(10 * MILLI, 20 * MILLI);
  }

  @Test
  void itCanSkipToTheLongest() {
    Backoff backoff = backoff(1);
    backoff.skipToLongest();
    assertThat(backoff.nextDelayNanos()).isBetween(500 * MILLI, 1000 * MILLI);
  }

  @Test
  void clientsDoNotComeBackAllAtOnce() {
    assertThat(backoff(1).nextDelayNanos()).isNotEqualTo(backoff(2).nextDelayNanos());
    assertThat(backoff(1).nextDelayNanos()).isEqualTo(backoff(1).nextDelayNanos());
  }

  @Test
  void theLimitsOfDurationsAreNotOverrun() {
    RandomGenerator random = new SplittableRandom(1);
    Backoff tiny = new Backoff(Duration.ofNanos(1), Duration.ofNanos(1), random);
    Backoff huge = new Backoff(Duration.ofDays(7), Duration.ofDays(7), random);
    for (int i = 0; i < 100; i++) {
      assertThat(tiny.nextDelayNanos()).isBetween(0L, 1L);
      assertThat(huge.nextDelayNanos()).isBetween(0L, Duration.ofDays(7).toNanos());
    }
  }
}
