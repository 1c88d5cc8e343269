package dev.weft.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.benchmarks.Case.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RaceTest {

  private static final List<Case> CASES = Case.named(List.of("sync-1", "async-20"), List.of());

  /** One of each kind, small. */
  private static final List<Case> KINDS =
      List.of(
          new Case(Kind.SYNC, 1),
          new Case(Kind.PLATFORM, 2),
          new Case(Kind.ASYNC, 20),
          new Case(Kind.ONEWAY, 2),
          new Case(Kind.BATCH, 1, 10),
          new Case(Kind.BYTES, 3, 64 * 1024),
          new Case(Kind.BYTES, 2, 1 << 20),
          new Case(Kind.CONNECTIONS, 5),
          Case.rate(1000));

  static Iterable<String> names() {
    return Peers.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyPeerRunsWhatItSupports(String name) throws Exception {
    Recorder recorder = new Recorder();
    new Race(Peers.named(List.of(name)), KINDS, Duration.ZERO, Duration.ofMillis(10), 1)
        .run(recorder);

    Peer peer = Peers.named(List.of(name)).getFirst();
    assertThat(recorder.results)
        .extracting(Result::load)
        .containsExactlyElementsOf(KINDS.stream().filter(peer::supports).toList());
    assertThat(recorder.skipped)
        .containsExactlyElementsOf(KINDS.stream().filter(load -> !peer.supports(load)).toList());
    assertThat(recorder.results)
        .isNotEmpty()
        .allSatisfy(result -> assertThat(result.peer()).isEqualTo(name))
        .allSatisfy(result -> assertThat(result.measurement().opsPerSecond()).isPositive());
  }

  @ParameterizedTest
  @ValueSource(strings = {"grpc", "floor-windowed"})
  void peersRunInTwoProcesses(String name) throws Exception {
    Recorder recorder = new Recorder();

    new Race(Peers.named(List.of(name)), CASES, Duration.ZERO, Duration.ofMillis(10), 2)
        .run(recorder);

    assertThat(recorder.results)
        .isNotEmpty()
        .allSatisfy(result -> assertThat(result.measurement().opsPerSecond()).isPositive());
  }

  @Test
  void weftCountsItsTrafficInOneProcessAndInTwo() throws Exception {
    for (int processes = 1; processes <= 2; processes++) {
      Recorder recorder = new Recorder();
      List<Case> one = Case.named(List.of("sync-1"), List.of());

      // Long enough for many calls, as one may be counted with the round before.
      new Race(Peers.named(List.of("weft")), one, Duration.ZERO, Duration.ofMillis(200), processes)
          .run(recorder);

      Measurement measurement = recorder.results.getFirst().measurement();
      assertThat(measurement.writesPerOp()).as("a request and a response").isBetween(1.8, 2.2);
      assertThat(measurement.readsPerOp()).isBetween(1.8, 2.2);
      assertThat(measurement.wireBytesPerOp()).isBetween(60.0, 400.0);
      assertThat(measurement.allocatedBytesPerOp()).isPositive();
    }
  }

  @Test
  void peerThatFailsIsToldByNameAndTheRaceGoesOn() throws Exception {
    FakePeer broken =
        new FakePeer(number -> {
          if (number == 99) {
            throw new IllegalStateException("out of order");
          }
          return number;
        });
    FakePeer sound = new FakePeer(number -> number);
    Recorder recorder = new Recorder();

    boolean passed =
        new Race(List.of(broken, sound), CASES, Duration.ZERO, Duration.ofMillis(20), 1)
            .run(recorder);

    assertThat(passed).isFalse();
    assertThat(recorder.failed)
        .hasSize(CASES.size())
        .first()
        .isEqualTo("fake, sync-1: java.lang.IllegalStateException: out of order");
    assertThat(recorder.results).hasSize(CASES.size());
  }

  @Test
  void peerThatCannotBeginIsToldOnce() throws Exception {
    FakePeer broken =
        new FakePeer(number -> {
          throw new IllegalStateException("out of order");
        });
    Recorder recorder = new Recorder();

    assertThat(
            new Race(List.of(broken), CASES, Duration.ZERO, Duration.ofMillis(20), 1).run(recorder))
        .isFalse();
    assertThat(recorder.failed)
        .containsExactly("fake, start: java.lang.IllegalStateException: out of order");
  }

  @Test
  void lengthCountsWarmUpsAndNotWhatIsSkipped() {
    List<Case> cases = Case.named(List.of("sync-1", "oneway"), List.of());
    Race race =
        new Race(
            Peers.named(List.of("weft", "grpc")),
            cases,
            Duration.ofSeconds(5),
            Duration.ofSeconds(3),
            1);

    assertThat(race.length())
        .as("weft has two cases, grpc one; the first of each has a longer warm-up")
        .isEqualTo(Duration.ofSeconds((5 + 3 * 3) + (3 + 3 * 3) + (5 + 3 * 3)));
  }

  @Test
  void onlyTheFirstCaseOfAPeerHasALongWarmUp() throws Exception {
    List<Duration> lengths = new ArrayList<>();
    FakePeer sound = new FakePeer(number -> number);
    Recorder recorder =
        new Recorder() {
          @Override
          public void begins(String peer, Case load, Duration length) {
            lengths.add(length);
          }
        };
    Duration round = Duration.ofMillis(1);
    new Race(List.of(sound, sound), CASES, Duration.ofMillis(50), round, 1).run(recorder);

    int each = CASES.size();
    assertThat(lengths).hasSize(2 * each).startsWith(Duration.ofMillis(53), Duration.ofMillis(4));
    assertThat(lengths.get(each)).isEqualTo(Duration.ofMillis(53));
    assertThat(lengths.get(each + 1)).isEqualTo(Duration.ofMillis(4));
  }

  @Test
  void thereAreOneOrTwoProcesses() {
    assertThatThrownBy(
            () -> new Race(List.of(), List.of(), Duration.ZERO, Duration.ofSeconds(3), 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("3 processes: there can be 1 or 2");
  }

  private static class Recorder implements Race.Listener {

    final List<Result> results = new ArrayList<>();
    final List<Case> skipped = new ArrayList<>();
    final List<String> failed = new ArrayList<>();

    @Override
    public void ended(Result result) {
      results.add(result);
    }

    @Override
    public void failed(String peer, String doing, Exception reason) {
      failed.add(peer + ", " + doing + ": " + reason);
    }

    @Override
    public void skipped(String peer, Case load) {
      skipped.add(load);
    }
  }
}
