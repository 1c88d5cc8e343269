package dev.weft.reliability.failure;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Callers that go on calling: those that wait for a server, those that do not, and those that do
 * not ask for an answer; of tasks that take from nothing to some milliseconds. One thread.
 */
final class Load implements AutoCloseable {

  private static final int MILLIS_MAX = 8;
  private static final int PAUSE_MILLIS_MAX = 3;

  private final Calls calls;
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean over;

  private Load(Calls calls) {
    this.calls = calls;
  }

  /** What a caller does. */
  private interface Habit {
    void call(int millis);
  }

  /**
   * Begins to call.
   *
   * @param patient how many wait for a server
   * @param failFast how many fail at once without one
   * @param oneWay how many do not ask for an answer
   */
  static Load start(Calls calls, long seed, int patient, int failFast, int oneWay) {
    Load load = new Load(calls);
    SplittableRandom random = new SplittableRandom(seed);
    load.start(patient, random, calls::call);
    load.start(failFast, random, calls::callFailFast);
    load.start(oneWay, random, millis -> calls.send());
    return load;
  }

  /** Callers without a pause, of tasks that take no time; each ends with its first failure. */
  static Load eager(Calls calls, int callers) {
    Load load = new Load(calls);
    for (int i = 0; i < callers; i++) {
      load.threads.add(
          Thread.ofVirtual()
              .name("caller")
              .start(() -> {
                while (calls.mayCall() && calls.call(0)) {
                  // The next.
                }
              }));
    }
    return load;
  }

  private void start(int count, SplittableRandom random, Habit habit) {
    for (int i = 0; i < count; i++) {
      SplittableRandom own = random.split();
      threads.add(Thread.ofVirtual().name("caller").start(() -> run(own, habit)));
    }
  }

  private void run(SplittableRandom random, Habit habit) {
    try {
      while (!over && calls.mayCall()) {
        habit.call(random.nextInt(MILLIS_MAX));
        Thread.sleep(random.nextInt(PAUSE_MILLIS_MAX + 1));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody does that; should somebody, it is its end
    }
  }

  /** Waits until the last call of each has ended. */
  @Override
  public void close() {
    over = true;
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
