package dev.weft.internal.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class StartDelayTest {

  private static final long MS = 1_000_000;

  private final StartDelay delay = new StartDelay();
  private long now = Long.MAX_VALUE - 100 * MS;

  private boolean isTooLong(long waitedMillis, long callersMillis, long laterMillis) {
    now += laterMillis * MS;
    return delay.isTooLong(waitedMillis * MS, callersMillis * MS, now);
  }

  @Test
  void aPauseOfTheMachineRefusesNobody() {
    for (int i = 0; i < 40; i++) {
      assertThat(isTooLong(300 - i, 400, 1)).isFalse();
    }
    assertThat(isTooLong(1, 400, 1)).isFalse();
    assertThat(isTooLong(100, 400, 1)).isFalse();
  }

  @Test
  void whenAllHaveWaitedTooLongThoseThatHaveAreRefused() {
    for (int i = 0; i < 50; i++) {
      assertThat(isTooLong(30, 400, 1)).isFalse();
    }
    assertThat(isTooLong(30, 400, 1)).isTrue();
    assertThat(isTooLong(26, 400, 1)).isTrue();
    assertThat(isTooLong(24, 400, 1)).as("a sixteenth of its time is 25 ms").isFalse();
    assertThat(isTooLong(26, 400, 1)).as("it stands still").isTrue();
    assertThat(isTooLong(24, 400, 60)).isFalse();
    assertThat(isTooLong(26, 400, 1)).as("it does not stand any more").isFalse();
  }

  @Test
  void callersWithMuchTimeMayWaitLonger() {
    for (int i = 0; i < 1000; i++) {
      assertThat(isTooLong(1_000, 20_000, 10)).isFalse();
    }
  }
}
