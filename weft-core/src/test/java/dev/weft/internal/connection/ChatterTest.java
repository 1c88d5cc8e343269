package dev.weft.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ChatterTest {

  private static final long SHORT_NANOS = 10_000;
  private static final long LONG_NANOS = 120_000;

  private final Chatter chatter = new Chatter();
  private long now = Long.MAX_VALUE; // a clock may begin anywhere

  private boolean isTooMuchAfter(long nanos) {
    return pauseAfter(nanos) > 0;
  }

  /** Looked at as often as a reader does. */
  private long pauseAfter(long nanos) {
    long end = now + nanos;
    long pause = chatter.tooMuch(now);
    while (now - end < 0 && pause == 0) {
      now += SHORT_NANOS;
      pause = chatter.tooMuch(now);
    }
    now = end;
    return pause;
  }

  /** As long as it sends nothing useful. */
  private long nextPause() {
    now += LONG_NANOS;
    return pauseAfter(LONG_NANOS);
  }

  @Test
  void aPeerThatSendsNothingUsefulIsSoonTooMuch() {
    assertThat(isTooMuchAfter(0)).isFalse();
    assertThat(isTooMuchAfter(SHORT_NANOS)).isFalse();
    assertThat(isTooMuchAfter(LONG_NANOS)).isTrue();
    assertThat(isTooMuchAfter(SHORT_NANOS)).as("then it is listened to again").isFalse();
    assertThat(isTooMuchAfter(LONG_NANOS)).isTrue();
  }

  @Test
  void aReaderThatWasKeptFromRunningHasNotListened() {
    chatter.tooMuch(now);
    now += 10 * LONG_NANOS;
    assertThat(chatter.tooMuch(now)).isZero();
    chatter.rests(now);
    now += LONG_NANOS;
    chatter.tooMuch(now);
    now += 10 * LONG_NANOS;
    chatter.rests(now);
    assertThat(chatter.tooMuch(now)).isZero();
  }

  @Test
  void oneThatSendsSomethingUsefulNowAndThenIsNot() {
    isTooMuchAfter(0);
    for (int i = 0; i < 100; i++) {
      chatter.useful();
      assertThat(isTooMuchAfter(LONG_NANOS)).isFalse();
    }
  }

  @Test
  void whatWasUsefulBeforeDoesNotCount() {
    chatter.useful();
    assertThat(isTooMuchAfter(SHORT_NANOS)).isFalse();
    assertThat(isTooMuchAfter(LONG_NANOS)).isTrue();
  }

  @Test
  void halfOfItMayTurnOutToBeUseless() {
    isTooMuchAfter(0);
    for (int i = 0; i < 5; i++) {
      chatter.useful();
      chatter.useful();
      chatter.useful();
      chatter.useless();
    }
    assertThat(isTooMuchAfter(LONG_NANOS)).isFalse();
    isTooMuchAfter(0);
    for (int i = 0; i < 5; i++) {
      chatter.useful();
      chatter.useless();
    }
    assertThat(isTooMuchAfter(LONG_NANOS)).isTrue();
  }

  @Test
  void theLongerItGoesOnTheLongerItIsNotListenedTo() {
    long first = nextPause();
    assertThat(nextPause()).isEqualTo(2 * first);
    assertThat(nextPause()).isEqualTo(4 * first);
    for (int i = 0; i < 100; i++) {
      assertThat(nextPause()).isBetween(first, 100_000_000L);
    }
    isTooMuchAfter(0);
    chatter.useful();
    assertThat(isTooMuchAfter(LONG_NANOS)).isFalse();
    assertThat(nextPause()).as("forgiven").isEqualTo(first);
  }

  /** The reader sleeps for so long. */
  private void rest(long nanos) {
    chatter.rests(now);
    now += nanos;
  }

  @Test
  void theTimeInWhichTheReaderSleepsDoesNotCount() {
    isTooMuchAfter(0);
    rest(LONG_NANOS);
    assertThat(isTooMuchAfter(0)).isFalse();
    assertThat(isTooMuchAfter(SHORT_NANOS)).isFalse();
  }

  @Test
  void whoLetsTheReaderFallAsleepAgainAndAgainIsListenedToNoLonger() {
    int rounds = 0;
    while (!isTooMuchAfter(0) && rounds < 1000) {
      rounds++;
      now += SHORT_NANOS;
      rest(SHORT_NANOS);
    }
    assertThat(rounds * SHORT_NANOS).isLessThan(LONG_NANOS);
  }

  @Test
  void whatIsOfNoUseButComesSeldomIsNotTooMuch() {
    for (int i = 0; i < 1000; i++) {
      isTooMuchAfter(0);
      assertThat(isTooMuchAfter(SHORT_NANOS)).isFalse();
      rest(20 * SHORT_NANOS);
    }
  }

  @Test
  void aPauseIsRememberedUntilThePeerWasQuietForMuchLonger() {
    long first = nextPause();
    isTooMuchAfter(0);
    rest(10 * first);
    assertThat(nextPause()).as("remembered").isEqualTo(2 * first);
    isTooMuchAfter(0);
    rest(40 * first);
    assertThat(nextPause()).as("forgotten").isEqualTo(first);
  }
}
