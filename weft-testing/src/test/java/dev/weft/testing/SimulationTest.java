package dev.weft.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class SimulationTest {

  /** The order in which three threads go on that yield. */
  private static String orderOf(long seed) throws Exception {
    StringBuilder order = new StringBuilder();
    Simulation simulation = new Simulation(seed);
    simulation.run(inside -> {
      CountDownLatch end = new CountDownLatch(3);
      for (String name : List.of("a", "b", "c")) {
        inside.start(
            name,
            any -> {
              for (int i = 0; i < 4; i++) {
                order.append(name);
                Thread.yield();
              }
              end.countDown();
            });
      }
      end.await();
    });
    return order + " " + simulation.traceHash();
  }

  @Test
  void aSeedIsAnOrder() throws Exception {
    Set<String> orders = new HashSet<>();
    for (long seed = 0; seed < 50; seed++) {
      String order = orderOf(seed);
      assertThat(orderOf(seed)).isEqualTo(order);
      orders.add(order);
    }
    assertThat(orders).hasSizeGreaterThan(20);
  }

  @Test
  void anHourCostsNothingAndPassesInOrder() throws Exception {
    List<String> seen = new ArrayList<>();
    Simulation simulation = new Simulation(1);
    simulation.run(inside -> {
      TimeSource time = inside.time();
      long begin = time.nanoTime();
      time.schedule(
          Duration.ofMinutes(10).toNanos(),
          () -> seen.add("ten after " + Duration.ofNanos(time.nanoTime() - begin)));
      Thread other =
          inside.start(
              "other",
              any -> {
                any.sleep(Duration.ofMinutes(30));
                seen.add("half");
              });
      inside.sleep(Duration.ofHours(1));
      seen.add("hour");
      assertThat(other.isAlive()).isFalse();
    });
    assertThat(seen).containsExactly("ten after PT10M", "half", "hour");
    assertThat(simulation.elapsed()).isEqualTo(Duration.ofHours(1));
    assertThat(simulation.waitingTasks()).isZero();
    assertThat(simulation.threads()).isEmpty();
  }

  @Test
  void threadsThatAThreadStartsAreInsideToo() throws Exception {
    Simulation simulation = new Simulation(2);
    AtomicReference<Thread> carried = new AtomicReference<>();
    simulation.run(inside -> {
      Thread.ofVirtual()
          .name("child")
          .start(() -> {
            carried.set(Thread.currentThread());
            LockSupport.park();
          });
      inside.sleep(Duration.ofNanos(1));
      assertThat(inside.threads()).extracting(Thread::getName).containsExactly("main", "child");
      LockSupport.unpark(carried.get());
      inside.sleep(Duration.ofNanos(1));
      assertThat(inside.threads()).extracting(Thread::getName).containsExactly("main");
    });
  }

  @Test
  void sleepIsInterruptible() throws Exception {
    new Simulation(3)
        .run(inside -> {
          Thread sleeper =
              inside.start(
                  "sleeper",
                  any ->
                      assertThatThrownBy(() -> any.sleep(Duration.ofDays(1)))
                          .isInstanceOf(InterruptedException.class));
          inside.sleep(Duration.ofSeconds(1));
          sleeper.interrupt();
          sleeper.join();
          assertThat(inside.elapsed()).isEqualTo(Duration.ofSeconds(1));
        });
  }

  @Test
  void pauseIsByItsClockAndLeavesAnInterruptionAlone() throws Exception {
    new Simulation(4)
        .run(inside -> {
          Thread.currentThread().interrupt();
          inside.time().pause(500_000);
          assertThat(inside.elapsed()).isEqualTo(Duration.ofNanos(500_000));
          assertThat(Thread.interrupted()).isTrue();
        });
  }

  @Test
  void waitingForTheMachinesTimeIsFound() {
    assertThatThrownBy(() -> new Simulation(5).run(inside -> Thread.sleep(1000)))
        .hasMessageContaining("the machine's time")
        .hasMessageContaining("\"main\"")
        .hasMessageContaining("SimulationTest");
  }

  @Test
  void waitingForWhatNeverHappensIsFound() {
    assertThatThrownBy(() -> new Simulation(6).run(inside -> new CountDownLatch(1).await()))
        .hasMessageContaining("nothing can happen any more")
        .hasMessageContaining("SimulationTest");
  }

  @Test
  void failureOfAnyThreadIsTheSimulations() {
    assertThatThrownBy(() ->
            new Simulation(7)
                .run(inside -> {
                  inside.start(
                      "other",
                      any -> {
                        throw new IllegalArgumentException("mine");
                      });
                  inside.sleep(Duration.ofDays(1));
                }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("mine");
    assertThatThrownBy(() ->
            new Simulation(8)
                .run(inside -> {
                  Thread.startVirtualThread(() -> {
                    throw new AssertionError("nobody's");
                  });
                  inside.sleep(Duration.ofDays(1));
                }))
        .isInstanceOf(AssertionError.class)
        .hasMessage("nobody's");
  }

  @Test
  void beingWokenFromOutsideIsFound() {
    assertThatThrownBy(() ->
            new Simulation(9)
                .run(inside -> {
                  Thread waiting = inside.start("waiting", any -> new CountDownLatch(1).await());
                  inside.sleep(Duration.ofSeconds(1));
                  Thread outside = Thread.ofPlatform().unstarted(waiting::interrupt);
                  outside.start();
                  while (outside.isAlive()) {
                    Thread.yield();
                  }
                }))
        .hasMessageContaining("not of the simulation");
  }

  @Test
  void whoHoldsAMonitorOutsideMakesNoDifference() throws Exception {
    Object monitor = new Object();
    long[] hashes = new long[2];
    for (int i = 0; i < hashes.length; i++) {
      CountDownLatch held = new CountDownLatch(1);
      AtomicReference<Thread> inMonitor = new AtomicReference<>();
      Simulation simulation = new Simulation(12);
      Thread outside =
          Thread.ofPlatform()
              .unstarted(() -> {
                synchronized (monitor) {
                  held.countDown();
                  while (inMonitor.get() == null
                      || inMonitor.get().getState() != Thread.State.BLOCKED) {
                    Thread.onSpinWait();
                  }
                }
              });
      if (i == 1) {
        outside.start();
        held.await();
      }
      simulation.run(inside -> {
        inside.start("other", any -> Thread.yield());
        inMonitor.set(Thread.currentThread());
        synchronized (monitor) {
          Thread.yield();
        }
        Thread.yield();
      });
      hashes[i] = simulation.traceHash();
    }
    assertThat(hashes[1]).isEqualTo(hashes[0]);
  }

  @Test
  void isRunOnceAndOnAPlatformThread() throws Exception {
    Simulation simulation = new Simulation(10);
    simulation.run(inside -> {});
    assertThatThrownBy(() -> simulation.run(inside -> {})).hasMessageContaining("once");
    Thread virtual =
        Thread.startVirtualThread(() ->
            assertThatThrownBy(() -> new Simulation(11).run(inside -> {}))
                .hasMessageContaining("platform thread"));
    assertThatCode(virtual::join).doesNotThrowAnyException();
  }
}
