package dev.weft.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.benchmarks.Case.Kind;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RoundTest {

  private static final Duration LENGTH = Duration.ofMillis(30);

  /** Much longer than any test takes: whoever waits for the end of such a round fails. */
  private static final Duration ENDLESS = Duration.ofSeconds(10);

  @ParameterizedTest
  @EnumSource(Kind.class)
  void callsAreCountedAndTimed(Kind kind) throws Exception {
    Measurement measurement = round(kind, 200, number -> number).run(LENGTH);

    assertThat(measurement.opsPerSecond()).isPositive();
    assertThat(measurement.micros(50)).isPositive();
    assertThat(measurement.micros(99)).isGreaterThanOrEqualTo(measurement.micros(50));
    assertThat(measurement.cpuMicrosPerOp()).isPositive().isFinite();
    assertThat(measurement.allocatedBytesPerOp()).isPositive().isFinite();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void wrongAnswerEndsTheRound(Kind kind) {
    Round round = round(kind, 10, number -> number == 5 || number == 100 ? number - 1 : number);

    assertThatThrownBy(() -> round.run(ENDLESS))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageMatching("call (5|100) got the answer of call (4|99)");
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
    Round round =
        new Round(List.of(client), load(kind, 2), RoundTest::meter, Duration.ofMillis(10));

    assertThatThrownBy(() -> round.run(LENGTH))
        .isInstanceOf(TimeoutException.class)
        .hasMessageContaining("callers still wait for an answer");
    never.countDown();
  }

  private static Round round(Kind kind, int callers, IntUnaryOperator answer) {
    return new Round(List.of(new FakePeer(answer).client()), load(kind, callers), RoundTest::meter);
  }

  private static Usage meter() {
    return Usage.ofThisProcess(Traffic.UNKNOWN);
  }

  private static Case load(Kind kind, int callers) {
    return switch (kind) {
      case BATCH -> new Case(kind, callers, 10);
      case BYTES -> new Case(kind, callers, 100);
      case RATE -> Case.rate(10_000);
      default -> new Case(kind, callers);
    };
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
