package dev.weft.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.benchmarks.Case.Kind;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RoundTest {

  private static final Duration LENGTH = Duration.ofMillis(30);

  /** Longer than any test may take: whoever waits for the end of such a round fails. */
  private static final Duration ENDLESS = Duration.ofHours(1);

  @ParameterizedTest
  @EnumSource(Kind.class)
  void callsAreCountedAndTimed(Kind kind) throws Exception {
    Measurement measurement = round(kind, 200, number -> number).run(LENGTH);

    assertThat(measurement.opsPerSecond()).isPositive();
    assertThat(measurement.p50Micros()).isPositive();
    assertThat(measurement.p99Micros()).isGreaterThanOrEqualTo(measurement.p50Micros());
    assertThat(measurement.cpuMicrosPerOp()).isPositive().isFinite();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void wrongAnswerEndsTheRound(Kind kind) {
    Round round = round(kind, 10, number -> number == 5 ? 4 : number);

    assertThatThrownBy(() -> round.run(ENDLESS))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("call 5 got the answer of call 4");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void failedCallEndsTheRound(Kind kind) {
    Round round =
        round(
            kind,
            10,
            number -> {
              if (number == 3) {
                throw new UnsupportedOperationException("no threes");
              }
              return number;
            });

    assertThatThrownBy(() -> round.run(ENDLESS))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("no threes");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void callWithoutAnswerIsNotWaitedForForever(Kind kind) {
    CountDownLatch never = new CountDownLatch(1);
    Peer.Client client =
        new FakePeer(
                number -> {
                  if (number == 7) {
                    awaitQuietly(never);
                  }
                  return number;
                })
            .client();
    Round round = new Round(client, new Case(kind, 2), Duration.ofMillis(10));

    assertThatThrownBy(() -> round.run(LENGTH))
        .isInstanceOf(TimeoutException.class)
        .hasMessageStartingWith("1 of 2 callers still wait for an answer");
    never.countDown();
  }

  private static Round round(Kind kind, int callers, IntUnaryOperator answer) {
    return new Round(new FakePeer(answer).client(), new Case(kind, callers));
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
