package dev.weft.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

final class TurnTest extends OutboxFixture {

  private final ManualTime time = new ManualTime(5);
  private final AtomicInteger freeToSpin = new AtomicInteger(1);
  private final SpinPermit permit = new SpinPermit(freeToSpin);
  private final Turn turn = new Turn(outbox, time, permit);

  @Test
  void whatWasSentBeforeATurnIsWrittenInIt() {
    openOnAnotherThread();
    outbox.readerAwakes();
    Message first = offer(10);
    Message second = offer(10);
    assertThat(channel.written()).isEmpty();
    turn.pass();
    assertThat(channel.frames()).isEqualTo(frames(first, second));
    assertThat(channel.writers()).hasSize(1);
  }

  @Test
  void itsTimeIsThatOfItsBeginning() {
    openOnAnotherThread();
    assertThat(turn.nanoTime()).isEqualTo(5);
    time.advance(Duration.ofNanos(10));
    assertThat(turn.nanoTime()).isEqualTo(5);
    turn.begin();
    time.advance(Duration.ofNanos(10));
    assertThat(turn.nanoTime()).isEqualTo(25);
    time.advance(Duration.ofNanos(10));
    turn.woke();
    turn.pass();
    assertThat(turn.nanoTime()).as("others have run").isEqualTo(35);
  }

  @Test
  void whoPausesDoesNotKeepThePermitToSpin() {
    openOnAnotherThread();
    assertThat(permit.acquire()).isTrue();
    AtomicInteger looks = new AtomicInteger();
    turn.pauseWhile(() -> {
      assertThat(freeToSpin).hasValue(1);
      looks.incrementAndGet();
      return false;
    });
    assertThat(looks).hasValue(1);
  }

  /** As often as a reader does. */
  private void lookFor(long nanos) {
    for (long passed = 0; passed < nanos; passed += 10_000) {
      time.advance(Duration.ofNanos(10_000));
      turn.share();
    }
  }

  @Test
  void aPeerThatSendsOnlyWhatIsOfNoUseIsNotListenedToForAMoment() {
    openOnAnotherThread();
    outbox.readerAwakes();
    assertThat(permit.acquire()).isTrue();
    Thread reader =
        Thread.ofVirtual()
            .start(() -> {
              turn.share();
              turn.useful();
              lookFor(150_000); // goes on at once
              lookFor(150_000);
            });
    Eventually.that("it rests", () -> time.scheduled() == 1);
    assertThat(freeToSpin).as("without the permit to spin").hasValue(1);
    Message message = offer(10);
    assertThat(channel.frames()).as("others write meanwhile").isEqualTo(frames(message));
    time.advance(Duration.ofMillis(1));
    Eventually.ended(reader);
  }

  @Test
  void thoseWhoWereWokenRunBeforeManyMoreAre() {
    openOnAnotherThread();
    turn.begin();
    assertThat(turn.nanoTime()).isEqualTo(5);
    time.advance(Duration.ofNanos(10));
    int woken = 0;
    while (turn.nanoTime() == 5) { // nobody else has run since
      turn.woke();
      woken++;
      assertThat(woken).isLessThan(100);
    }
    assertThat(woken).isGreaterThan(8);
  }

  @Test
  void whatTheySendDoesNotWaitLongForMore() {
    openOnAnotherThread();
    outbox.readerAwakes();
    turn.begin();
    offer(10);
    wakeMany();
    time.advance(Duration.ofNanos(200_000));
    wakeMany();
    assertThat(channel.frames()).isEmpty();
    time.advance(Duration.ofNanos(1));
    wakeMany();
    assertThat(channel.frames()).hasSize(1);
  }

  /** As many as are woken before they run. */
  private void wakeMany() {
    for (int i = 0; i < 32; i++) {
      turn.woke();
    }
  }

  @Test
  void thoseWhoWereWokenRun() throws InterruptedException {
    openOnAnotherThread();
    outbox.readerAwakes();
    int count = 200;
    AtomicInteger ran = new AtomicInteger();
    CountDownLatch parked = new CountDownLatch(count);
    Thread[] threads = new Thread[count];
    for (int i = 0; i < count; i++) {
      threads[i] =
          Thread.ofVirtual()
              .start(() -> {
                parked.countDown();
                LockSupport.park();
                ran.incrementAndGet();
              });
    }
    parked.await();
    Thread reader =
        Thread.ofVirtual()
            .start(() -> {
              for (Thread thread : threads) {
                LockSupport.unpark(thread);
                turn.woke();
              }
              turn.pass();
            });
    Eventually.ended(reader);
    Eventually.that("all have run", () -> ran.get() == count);
  }
}
