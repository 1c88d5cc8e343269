package dev.weft.reliability.simulation;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Runs many seeds, one after the other on each of some threads, and adds up what came of them.
 *
 * <p>One thread; the listener is called on others, one at a time.
 */
public final class Seeds {

  /** What simulated clients and servers complain of is meant to be. */
  private static final Logger LOGGER = Logger.getLogger("dev.weft");

  private final long first;
  private final long count;
  private final boolean fine;
  private final Consumer<SeedRun> listener;
  private final AtomicLong next = new AtomicLong();
  private final ReentrantLock lock = new ReentrantLock();
  private Sum sum = new Sum(0, 0, 0, 0, 0, 0); // guarded by lock

  /**
   * What came of some seeds.
   *
   * @param answered as {@link SeedRun#answered}
   * @param steps how often a thread has gone on
   * @param failed how many seeds have found something
   */
  public record Sum(long seeds, long calls, long answered, long faults, long steps, long failed) {

    private Sum plus(SeedRun run) {
      return new Sum(
          seeds + 1,
          calls + run.calls(),
          answered + run.answered(),
          faults + run.faults(),
          steps + run.steps(),
          failed + (run.violations().isEmpty() ? 0 : 1));
    }
  }

  private Seeds(long first, long count, boolean fine, Consumer<SeedRun> listener) {
    this.first = first;
    this.count = count;
    this.fine = fine;
    this.listener = listener;
  }

  /**
   * Runs the seeds from the first on.
   *
   * @param threads how many at a time
   * @param fine whether threads are switched before each access to what they share, too; slower
   * @param listener is told of each, one at a time, in any order
   */
  public static Sum run(
      long first, long count, int threads, boolean fine, Consumer<SeedRun> listener)
      throws InterruptedException {
    return new Seeds(first, count, fine, listener).runOn(threads);
  }

  private Sum runOn(int threads) throws InterruptedException {
    Level level = LOGGER.getLevel();
    LOGGER.setLevel(Level.OFF);
    try {
      CountDownLatch ended = new CountDownLatch(threads);
      for (int i = 0; i < threads; i++) {
        Thread.ofPlatform()
            .daemon()
            .name("simulation " + i)
            .start(() -> {
              try {
                runNext();
              } finally {
                ended.countDown();
              }
            });
      }
      ended.await();
      return sum;
    } finally {
      LOGGER.setLevel(level);
    }
  }

  private void runNext() {
    FineWorld world = fine ? new FineWorld() : null;
    for (long i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
      long seed = first + i;
      SeedRun run = world == null ? SeedRun.of(seed) : world.run(seed, null);
      lock.lock();
      try {
        sum = sum.plus(run);
        listener.accept(run);
      } finally {
        lock.unlock();
      }
    }
  }

  /** Runs one seed, and tells all that happens. */
  public static SeedRun replay(long seed, boolean fine, Consumer<String> reader) {
    Level level = LOGGER.getLevel();
    LOGGER.setLevel(Level.OFF);
    try {
      return fine ? new FineWorld().run(seed, reader) : SeedRun.of(seed, reader);
    } finally {
      LOGGER.setLevel(level);
    }
  }
}
