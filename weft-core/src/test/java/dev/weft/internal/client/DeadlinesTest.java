package dev.weft.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.connection.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class DeadlinesTest {

  private static final long MILLI = 1_000_000;

  private final ManualTime time = new ManualTime(-5_000_000);
  private final TreeSet<Long> open = new TreeSet<>();
  private final List<Long> ended = new ArrayList<>();
  private int looks;
  private final Deadlines deadlines = new Deadlines(time, this::endDue);

  private long endDue(long nowNanos) {
    looks++;
    while (!open.isEmpty() && open.first() <= nowNanos) {
      ended.add(open.pollFirst());
    }
    return open.isEmpty() ? Long.MAX_VALUE : open.first() - nowNanos;
  }

  private long watch(long millis) {
    long deadline = time.nanoTime() + millis * MILLI;
    open.add(deadline);
    deadlines.watch(deadline);
    return deadline;
  }

  private void pass(long millis) {
    time.advance(Duration.ofMillis(millis));
  }

  @Test
  void withoutCallsNothingIsScheduled() {
    assertThat(time.scheduled()).isZero();
    watch(10);
    pass(20);
    assertThat(ended).hasSize(1);
    assertThat(time.scheduled()).isZero();
    pass(1_000_000);
    assertThat(looks).isEqualTo(1);
  }

  @Test
  void aCallEndsAtItsDeadline() {
    long deadline = watch(10);
    pass(9);
    assertThat(ended).isEmpty();
    pass(1);
    assertThat(ended).containsExactly(deadline);
  }

  @Test
  void theEarliestComesFirstWhateverTheOrder() {
    watch(50);
    long early = watch(10);
    watch(30);
    assertThat(time.scheduled()).isEqualTo(1);
    pass(10);
    assertThat(ended).containsExactly(early);
    pass(40);
    assertThat(ended).hasSize(3).isSorted();
    assertThat(time.scheduled()).isZero();
  }

  @Test
  void answeredCallsCostOneLookAtTheMost() {
    for (int i = 0; i < 1000; i++) {
      open.remove(watch(20_000));
    }
    assertThat(time.scheduled()).isEqualTo(1);
    pass(30_000);
    assertThat(looks).isEqualTo(1);
    assertThat(time.scheduled()).isZero();
  }

  @Test
  void callsThatAreDueNowEndSoon() {
    watch(0);
    watch(-5);
    pass(1);
    assertThat(ended).hasSize(2);
  }

  @Test
  void callsMadeWhileItLooksAreNotForgotten() {
    Deadlines[] self = new Deadlines[1];
    List<String> log = new ArrayList<>();
    long late = time.nanoTime() + 100 * MILLI;
    self[0] =
        new Deadlines(
            time,
            now -> {
              log.add("look at " + (now - late) / MILLI);
              if (log.size() == 1) {
                self[0].watch(late); // behind the back of the look, which has not seen it
              }
              return Long.MAX_VALUE;
            });
    self[0].watch(time.nanoTime() + 10 * MILLI);
    pass(200);
    assertThat(log).containsExactly("look at -90", "look at 0");
  }

  @Test
  void afterTheStopItLooksNoMore() {
    watch(10);
    deadlines.stop();
    assertThat(time.scheduled()).isZero();
    watch(5);
    assertThat(time.scheduled()).isZero();
    pass(100);
    assertThat(looks).isZero();
  }

  @Test
  void everyCallEndsWithinATickOfItsDeadline() {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 3000; i++) {
      if (random.nextInt(3) > 0) {
        watch(random.nextInt(1, 200));
      }
      if (random.nextInt(5) == 0 && !open.isEmpty()) {
        open.pollFirst(); // answered
      }
      pass(random.nextInt(5));
      assertThat(open.isEmpty() || open.first() > time.nanoTime() - MILLI).isTrue();
      assertThat(time.scheduled()).isLessThanOrEqualTo(1);
    }
    pass(1000);
    assertThat(open).isEmpty();
    assertThat(time.scheduled()).isZero();
  }
}
