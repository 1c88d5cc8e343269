package dev.weft.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RaceTest {

  private static final List<Case> CASES = Case.standard(List.of(1, 20));

  static Iterable<String> names() {
    return Peers.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyPeerRuns(String name) throws Exception {
    List<Result> results = new ArrayList<>();

    new Race(Peers.named(List.of(name)), CASES, Duration.ofMillis(10)).run(results::add);

    assertThat(results)
        .extracting(result -> result.peer() + " " + result.load().label())
        .containsExactly(name + " sync-1", name + " sync-20", name + " async-1000");
    assertThat(results)
        .allSatisfy(result -> assertThat(result.measurement().opsPerSecond()).isPositive());
  }

  @Test
  void failingPeerFailsTheRaceByName() {
    FakePeer peer =
        new FakePeer(number -> {
          if (number == 99) {
            throw new IllegalStateException("out of order");
          }
          return number;
        });

    assertThatThrownBy(
            () -> new Race(List.of(peer), CASES, Duration.ofSeconds(10)).run(result -> {}))
        .isInstanceOf(RaceException.class)
        .hasMessage("fake, sync-1: java.lang.IllegalStateException: out of order");
  }

  @Test
  void lengthCountsWarmUps() {
    Race race = new Race(Peers.named(List.of("weft", "grpc")), CASES, Duration.ofSeconds(3));

    assertThat(race.length()).isEqualTo(Duration.ofSeconds(2 * 3 * 4 * 3));
  }
}
