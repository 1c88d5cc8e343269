package dev.weft.internal.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class StandingQueueTest {

  private static final long MS = 1_000_000;
  private static final long TARGET = 5 * MS;
  private static final long INTERVAL = 50 * MS;

  private final StandingQueue queue = new StandingQueue();
  private long now = Long.MAX_VALUE - 100 * MS;

  private void saw(long waitedMillis, long laterMillis) {
    now += laterMillis * MS;
    queue.saw(waitedMillis * MS, TARGET, INTERVAL, now);
  }

  @Test
  void itStandsWhenAllHaveWaitedTooLongForAnInterval() {
    for (int i = 0; i <= 5; i++) {
      assertThat(queue.stands(now)).isFalse();
      saw(6, 10);
    }
    assertThat(queue.stands(now)).isTrue();
  }

  @Test
  void oneWhoHasWaitedBrieflyShowsThatItDrains() {
    for (int i = 0; i < 100; i++) {
      saw(i % 4 == 0 ? 5 : 300, 10);
      assertThat(queue.stands(now)).isFalse();
    }
  }

  @Test
  void nobodyWaitingShowsItToo() {
    for (int i = 0; i < 100; i++) {
      saw(300, 10);
      if (i % 4 == 0) {
        queue.emptied();
      }
      assertThat(queue.stands(now)).isFalse();
    }
  }

  @Test
  void itStandsUntilNobodyHasWaitedTooLongForTheShortestInterval() {
    saw(6, 0);
    saw(6, 50);
    saw(1, 50);
    assertThat(queue.stands(now)).isTrue();
    saw(6, 0);
    saw(1, 50);
    assertThat(queue.stands(now)).isTrue();
    saw(1, 1);
    assertThat(queue.stands(now)).isFalse();
    saw(6, 1);
    assertThat(queue.stands(now)).as("it takes an interval again").isFalse();
  }

  @Test
  void callersWithMuchTimeAllowForLongerBursts() {
    assertThat(StandingQueue.burstNanos(100 * MS)).isEqualTo(50 * MS);
    assertThat(StandingQueue.burstNanos(800 * MS)).isEqualTo(100 * MS);
    assertThat(StandingQueue.burstNanos(20_000 * MS)).isEqualTo(2_500 * MS);
    assertThat(StandingQueue.burstNanos(Long.MAX_VALUE)).isEqualTo(2_500 * MS);
  }
}
