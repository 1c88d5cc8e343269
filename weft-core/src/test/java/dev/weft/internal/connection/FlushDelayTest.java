package dev.weft.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class FlushDelayTest extends OutboxFixture {

  private final ManualTime clock = new ManualTime(0);

  private void open() {
    outbox.flushDelay(new FlushDelay(outbox, clock, 1_000_000));
    openOnAnotherThread();
  }

  @Test
  void messagesThatComeWithinTheDelayGoOutTogether() {
    open();
    Message first = offer(10);
    clock.advance(Duration.ofNanos(500_000));
    Message second = offer(20);
    Message third = offer(30);
    assertThat(clock.scheduled()).as("one timer for all").isEqualTo(1);
    clock.advance(Duration.ofNanos(499_999));
    assertThat(channel.written()).isEmpty();
    clock.advance(Duration.ofNanos(1));
    Eventually.that("they are written", () -> messagesWritten() == 3);
    assertThat(channel.frames()).isEqualTo(frames(first, second, third));
    assertThat(channel.writers()).hasSize(1);
    assertThat(clock.scheduled()).isZero();
    Message fourth = offer(10);
    assertThat(fourth.written).hasValue(0);
    clock.advance(Duration.ofMillis(1));
    Eventually.that("it is written, too", () -> messagesWritten() == 4);
  }

  @Test
  void whatFillsABlockDoesNotWait() {
    open();
    offer(40_000);
    assertThat(channel.written()).isEmpty();
    offer(40_000);
    Eventually.that("both are written", () -> messagesWritten() == 2);
    for (int i = 0; i < 1024; i++) {
      offer(1);
    }
    Eventually.that("all are written", () -> messagesWritten() == 1026);
  }

  @Test
  void whatComesAfterTheEndIsToldSoAtOnce() {
    open();
    outbox.close(new java.io.IOException("over"));
    // By this thread, or by the writer thread, which is just about to end.
    Message late = offer(10);
    Eventually.that("it is told so, without the clock", () -> late.unsent.get() == 1);
  }
}
