package dev.weft.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.spi.TimeSource.Scheduled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ManualTimeTest {

  private final ManualTime time = new ManualTime();
  private final List<String> ran = new ArrayList<>();

  private Scheduled in(long nanos, String name) {
    return time.schedule(nanos, () -> ran.add(name + " at " + time.nanoTime()));
  }

  @Test
  void timeStandsStillUntilItIsAdvanced() {
    assertThat(time.nanoTime()).isZero();
    time.advance(Duration.ofNanos(5));
    assertThat(time.nanoTime()).isEqualTo(5);
    assertThat(time.elapsed()).isEqualTo(Duration.ofNanos(5));
    assertThat(new ManualTime(-7).nanoTime()).isEqualTo(-7);
  }

  @Test
  void nextTaskIsReachedAtOnceAndWithItThoseOfItsTime() {
    assertThat(time.advanceToNext()).isFalse();
    in(30, "third");
    in(10, "first");
    in(10, "second");
    assertThat(time.advanceToNext()).isTrue();
    assertThat(ran).containsExactly("first at 10", "second at 10");
    assertThat(time.elapsed()).isEqualTo(Duration.ofNanos(10));
    assertThat(time.advanceToNext()).isTrue();
    assertThat(time.advanceToNext()).isFalse();
    assertThat(time.elapsed()).isEqualTo(Duration.ofNanos(30));
  }

  @Test
  void tasksRunInTheOrderOfTheirTimesAndEachAtItsOwn() {
    in(30, "third");
    in(10, "first");
    in(20, "second");
    in(20, "second again");
    time.advance(Duration.ofNanos(25));
    assertThat(ran).containsExactly("first at 10", "second at 20", "second again at 20");
    assertThat(time.nanoTime()).isEqualTo(25);
    assertThat(time.waitingTasks()).isEqualTo(1);
    time.advance(Duration.ofNanos(5));
    assertThat(ran).last().isEqualTo("third at 30");
  }

  @Test
  void taskWithoutADelayWaitsForTheNextAdvance() {
    in(0, "now");
    in(-5, "past");
    assertThat(ran).isEmpty();
    time.advance(Duration.ZERO);
    assertThat(ran).containsExactly("now at 0", "past at 0");
  }

  @Test
  void taskThatATaskSchedulesRunsInTheSameAdvanceIfItIsDue() {
    time.schedule(10, () -> in(10, "soon"));
    time.schedule(10, () -> in(100, "later"));
    time.advance(Duration.ofNanos(50));
    assertThat(ran).containsExactly("soon at 20");
    time.advance(Duration.ofNanos(60));
    assertThat(ran).containsExactly("soon at 20", "later at 110");
  }

  @Test
  void cancelledTaskDoesNotRun() {
    Scheduled task = in(10, "cancelled");
    in(10, "kept");
    task.cancel();
    task.cancel();
    time.advance(Duration.ofNanos(10));
    assertThat(ran).containsExactly("kept at 10");
    task.cancel();
  }

  @Test
  void failureOfATaskIsTheAdvancersAndTheRestIsKept() {
    time.schedule(
        10,
        () -> {
          throw new IllegalStateException("task");
        });
    in(20, "next");
    assertThatThrownBy(() -> time.advance(Duration.ofNanos(50))).hasMessage("task");
    assertThat(time.nanoTime()).isEqualTo(10);
    time.advance(Duration.ofNanos(10));
    assertThat(ran).containsExactly("next at 20");
  }

  @Test
  void timeNeitherGoesBackNorIsAdvancedByItsTasks() {
    assertThatThrownBy(() -> time.advance(Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    time.schedule(1, () -> time.advance(Duration.ofNanos(1)));
    assertThatThrownBy(() -> time.advance(Duration.ofNanos(5)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void manyThreadsMayScheduleAndAdvance() throws InterruptedException {
    AtomicInteger count = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 8; t++) {
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                for (int i = 0; i < 500; i++) {
                  time.schedule(i % 7, count::incrementAndGet);
                  time.advance(Duration.ofNanos(1));
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    time.advance(Duration.ofNanos(7));
    assertThat(count.get()).isEqualTo(4_000);
    assertThat(time.nanoTime()).isEqualTo(4_007);
  }
}
