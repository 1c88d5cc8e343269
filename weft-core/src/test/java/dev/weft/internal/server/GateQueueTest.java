package dev.weft.internal.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Whose turn it is at a gate, and who has to go. */
final class GateQueueTest {

  /** One handler at a time, which takes 1 ms, as the queue knows by now. */
  private static Waiting busy() {
    Waiting waiting = new Waiting(1, 1000);
    waiting.comes("first");
    waiting.keepsBusy(20, 1);
    assertThat(waiting.begun).hasSize(23);
    waiting.begun.clear();
    return waiting;
  }

  @Test
  void ofAClientsCallsTheOldestIsNextWhileTheQueueDrains() {
    Waiting waiting = busy();
    waiting.comes("a1");
    waiting.comes("a2");
    waiting.comes("a3");
    for (int i = 0; i < 3; i++) {
      waiting.pass(1);
      waiting.ends();
    }
    assertThat(waiting.begun).containsExactly("a1", "a2", "a3");
  }

  @Test
  void clientsTakeTurnsHoweverMuchOneAsksFor() {
    Waiting waiting = busy();
    for (int i = 1; i <= 20; i++) {
      waiting.comes("a" + i);
    }
    waiting.comes("b1");
    waiting.comes("c1");
    waiting.comes("b2");
    for (int i = 0; i < 6; i++) {
      waiting.ends();
    }
    assertThat(waiting.begun).containsExactly("a1", "b1", "c1", "a2", "b2", "a3");
  }

  @Test
  void whenTheQueueStandsTheNewestIsNextAndWhoHasWaitedTooLongHasToGo() {
    Waiting waiting = busy();
    int number = 0;
    for (int millis = 0; millis < 100; millis++) { // twice what it can do
      waiting.comes("a" + ++number);
      waiting.comes("a" + ++number);
      waiting.pass(1);
      waiting.ends();
    }
    waiting.begun.clear();
    assertThat(waiting.refused).isNotEmpty();
    assertThat(waiting.calls.size()).isLessThanOrEqualTo(6);
    waiting.comes("a-newest");
    waiting.ends();
    assertThat(waiting.begun).containsExactly("a-newest");
  }

  @Test
  void aBurstThatDrainsInAnEighthOfItsCallersTimeIsServedInItsOrder() {
    Waiting waiting = busy();
    waiting.callersTime = Duration.ofSeconds(4);
    for (int i = 0; i < 400; i++) {
      waiting.comes("a" + i);
    }
    for (int i = 0; i < 400; i++) {
      waiting.pass(1);
      waiting.ends();
    }
    assertThat(waiting.begun).hasSize(400).startsWith("a0", "a1", "a2").endsWith("a399");
    assertThat(waiting.refused).isEmpty();
  }

  @Test
  void aBurstThatCannotDrainInThatTimeStandsAtOnce() {
    Waiting waiting = busy();
    waiting.callersTime = Duration.ofSeconds(4);
    for (int i = 0; i < 600; i++) {
      waiting.comes("a" + i);
    }
    waiting.pass(1);
    waiting.ends();
    assertThat(waiting.begun).containsExactly("a599");
    waiting.pass(10);
    waiting.comes("b");
    assertThat(waiting.refused).hasSize(599);
  }

  @Test
  void onceNobodyHasWaitedTooLongForAWhileTheOldestIsNextAgain() {
    Waiting waiting = busy();
    for (int i = 0; i < 200; i++) {
      waiting.comes("a" + i);
      waiting.comes("a" + i);
      waiting.pass(1);
      waiting.ends();
    }
    assertThat(waiting.refused).isNotEmpty();
    while (waiting.calls.size() > 0) {
      waiting.pass(1);
      waiting.ends();
    }
    waiting.refused.clear();
    waiting.begun.clear();
    waiting.pass(60);
    for (int i = 1; i <= 3; i++) {
      waiting.comes("b" + i);
    }
    for (int i = 1; i <= 3; i++) {
      waiting.pass(1);
      waiting.ends();
    }
    assertThat(waiting.begun).containsExactly("b1", "b2", "b3");
  }

  @Test
  void handlersOfWhichNothingIsKnownMayHaveAQueueThatStands() {
    Waiting waiting = new Waiting(1, 1000);
    for (int i = 0; i < 5; i++) {
      waiting.comes("a" + i);
      waiting.pass(50);
    }
    for (int i = 0; i < 5; i++) {
      waiting.ends();
      waiting.pass(1);
    }
    assertThat(waiting.begun).containsExactly("a0", "a1", "a2", "a3", "a4");
  }

  @Test
  void howTheQueueDrainsIsKnownSoonWhenTheLimitWasLowered() {
    Waiting waiting = new Waiting(16 * 1024, 1000);
    waiting.gate.max(1);
    waiting.comes("first");
    waiting.keepsBusy(20, 1);
    for (int i = 0; i < 200; i++) {
      waiting.comes("a" + i);
      waiting.comes("a" + i);
      waiting.pass(1);
      waiting.ends();
    }
    assertThat(waiting.refused).isNotEmpty();
  }

  @Test
  void whoCannotEndInTimeDoesNotWait() {
    Waiting waiting = busy();
    for (int i = 0; i < 20; i++) {
      waiting.comes("a" + i);
    }
    waiting.callersTime = Duration.ofMillis(15);
    waiting.comes("a-late"); // 20 ms before it, and 1 ms of its own
    assertThat(waiting.refused).containsExactly("a-late");
    waiting.comes("b"); // it is another client's turn next
    assertThat(waiting.refused).hasSize(1);
  }

  @Test
  void whoHasLessTimeLeftThanItsLikeTakesIsNotBegun() {
    Waiting waiting = new Waiting(1, 1000);
    waiting.comes("first");
    waiting.keepsBusy(20, 4);
    waiting.begun.clear();
    waiting.callersTime = Duration.ofMillis(9);
    waiting.comes("a1"); // 4 ms of the one before, and 4 of its own
    waiting.pass(6); // that one takes longer
    waiting.ends();
    assertThat(waiting.begun).isEmpty();
    assertThat(waiting.expired).containsExactly("a1");
  }

  @Test
  void whatIsKnownOfTheHandlerIsForgottenWhenNoneHasRunLately() {
    Waiting waiting = new Waiting(1, 1000);
    waiting.comes("first");
    waiting.keepsBusy(20, 4);
    waiting.ends();
    waiting.pass(2_000);
    waiting.comes("second");
    waiting.begun.clear();
    waiting.callersTime = Duration.ofMillis(3);
    waiting.comes("a1");
    waiting.ends();
    assertThat(waiting.begun).containsExactly("a1");
  }

  @Test
  void whenThereIsNoRoomWhoeverHasTheMostMakesSome() {
    Waiting waiting = new Waiting(1, 4);
    waiting.comes("running");
    for (int i = 1; i <= 4; i++) {
      waiting.comes("a" + i);
    }
    waiting.comes("b1");
    assertThat(waiting.refused).containsExactly("a1");
    waiting.comes("b2");
    assertThat(waiting.refused).containsExactly("a1", "a2");
    waiting.comes("b3"); // both have two now
    assertThat(waiting.refused).containsExactly("a1", "a2", "b3");
    waiting.comes("a5");
    assertThat(waiting.refused).containsExactly("a1", "a2", "b3", "a5");
    assertThat(waiting.calls.size()).isEqualTo(4);
  }

  @Test
  void aCancelledCallLeavesNothingBehind() {
    Waiting waiting = new Waiting(1, 1000);
    waiting.comes("running");
    Waiting.Call first = waiting.comes("a1");
    waiting.comes("b1");
    first.cancel("");
    assertThat(waiting.calls.size()).isEqualTo(1);
    waiting.ends();
    assertThat(waiting.begun).containsExactly("running", "b1");
    waiting.ends();
    assertThat(waiting.gate.running()).isZero();
    assertThat(waiting.gate.hasWaiting()).isFalse();
  }
}
