package dev.weft.internal.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.PriorityQueue;
import org.junit.jupiter.api.Test;

/** The limit of a server whose calls wait for each other, all the time as many as may run. */
final class AdaptiveLimitTest {

  private static final long MS = 1_000_000;
  private static final int MOST = 1000;

  private final Gate gate = new Gate("runningCallsMax", MOST);
  private long now = Long.MAX_VALUE - 100 * MS;
  private final AdaptiveLimit limit = new AdaptiveLimit(gate, 2, MOST, now);

  /** Ends of the calls that run. */
  private record Call(long begun, long end) {}

  private final PriorityQueue<Call> running =
      new PriorityQueue<>((one, other) -> Long.signum(one.end() - other.end()));

  /**
   * A server that can do so many calls at a time in 10 ms each; if more run, all of them take
   * longer.
   *
   * @param wanted how many run if they may
   */
  private void serve(long millis, int atATime, int wanted) {
    long end = now + millis * MS;
    while (now - end < 0) {
      while (running.size() < wanted && gate.tryTake()) {
        long slower = Math.max(1, (running.size() + 1) / atATime);
        running.add(new Call(now, now + 10 * MS * slower));
      }
      Call call = running.remove();
      now = call.end();
      limit.ended(call.begun(), now);
      gate.leave();
    }
  }

  private int limitNow() {
    int before = gate.running();
    int taken = 0;
    while (gate.tryTake()) {
      taken++;
    }
    for (int i = 0; i < taken; i++) {
      gate.leave();
    }
    return before + taken;
  }

  @Test
  void itBeginsLow() {
    assertThat(limitNow()).isEqualTo(AdaptiveLimit.FIRST * 2);
  }

  @Test
  void itGrowsUpToItsCapWhileMoreDoNoHarm() {
    serve(10_000, MOST, MOST);
    assertThat(limitNow()).isEqualTo(MOST);
  }

  @Test
  void itStaysWhereMoreWouldOnlyWaitForEachOther() {
    serve(1_000, 100, 20); // a quiet time, to learn from
    serve(20_000, 100, MOST);
    assertThat(limitNow()).isBetween(100, 260);
  }

  @Test
  void itDoesNotGrowWhenNobodyNeedsMore() {
    serve(5_000, MOST, 10);
    assertThat(limitNow()).isBetween(11, 30);
  }

  @Test
  void itFollowsAServerThatGetsSlowerForGood() {
    serve(1_000, 100, 20);
    serve(20_000, 100, MOST);
    serve(60_000, 20, MOST);
    assertThat(limitNow()).isBetween(20, 60);
  }

  @Test
  void itLearnsTheQuietLatencyAnewNowAndThen() {
    serve(1_000, 100, 20);
    serve(100_000, 100, MOST);
    assertThat(limitNow()).as("it has not drifted with the latency").isBetween(100, 260);
  }
}
