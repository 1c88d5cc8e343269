package dev.weft.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A client's calls of one method, and what its server does with them. */
final class ThrottleTest {

  private static final long MS = 1_000_000;

  private final Throttle throttle = new Throttle();
  private long now = Long.MAX_VALUE - 100 * MS;

  /** What became of the calls of some time. */
  private record Outcome(int accepted, int refusedThere, int refusedHere) {}

  /** So many calls each millisecond, of which the server takes so many. */
  private Outcome calls(int millis, int made, int taken) {
    int accepted = 0;
    int refusedThere = 0;
    int refusedHere = 0;
    for (int i = 0; i < millis; i++) {
      now += MS;
      int left = taken;
      for (int call = 0; call < made; call++) {
        if (!throttle.admits(now)) {
          refusedHere++;
        } else if (left-- > 0) {
          accepted++;
          throttle.accepted(now);
        } else {
          refusedThere++;
          throttle.refused(now);
        }
      }
    }
    return new Outcome(accepted, refusedThere, refusedHere);
  }

  @Test
  void nothingIsRefusedHereWhileTheServerTakesAll() {
    assertThat(calls(1000, 10, 10)).isEqualTo(new Outcome(10_000, 0, 0));
  }

  @Test
  void aServerThatTakesHalfIsStillAsked() {
    Outcome outcome = calls(1000, 10, 5);
    assertThat(outcome.refusedHere()).as("those before the first refusal").isLessThan(50);
    assertThat(outcome.accepted()).isEqualTo(5_000);
  }

  @Test
  void aServerThatTakesLessIsAskedForTwiceWhatItTakes() {
    calls(300, 10, 2);
    Outcome outcome = calls(1000, 10, 2);
    assertThat(outcome.accepted()).as("it has enough to do").isGreaterThanOrEqualTo(1_900);
    assertThat(outcome.refusedThere()).isBetween(1_600, 2_400);
  }

  @Test
  void aServerThatTakesNothingIsAskedForATenth() {
    calls(300, 10, 0);
    assertThat(calls(1000, 10, 0).refusedThere()).isBetween(950, 1_050);
  }

  @Test
  void aFewRefusalsAreNoReason() {
    calls(1, 9, 0);
    assertThat(calls(200, 1, 1)).isEqualTo(new Outcome(200, 0, 0));
  }

  @Test
  void aBurstThatWasRefusedIsNoReasonEither() {
    calls(100, 10, 0);
    assertThat(calls(500, 2, 2)).isEqualTo(new Outcome(1_000, 0, 0));
  }

  @Test
  void whenTheLoadHasFallenItIsOverInAQuarterOfASecond() {
    calls(1000, 10, 2);
    calls(300, 1, 2);
    assertThat(calls(1000, 1, 2)).isEqualTo(new Outcome(1_000, 0, 0));
  }

  @Test
  void aServerThatHadRefusedAllIsInFullUseAgainWithinASecond() {
    calls(1000, 10, 0);
    calls(1000, 10, 10);
    assertThat(calls(1000, 10, 10)).isEqualTo(new Outcome(10_000, 0, 0));
  }

  @Test
  void whatWasLongAgoDoesNotCount() {
    calls(1000, 10, 0);
    now += 10_000 * MS;
    assertThat(throttle.admits(now)).isTrue();
    assertThat(calls(100, 10, 10)).isEqualTo(new Outcome(1_000, 0, 0));
  }
}
