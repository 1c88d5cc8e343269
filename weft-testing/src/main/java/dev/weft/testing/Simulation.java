package dev.weft.testing;

import static java.util.Objects.requireNonNull;

import dev.weft.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Runs clients, servers and their users in one thread, on a clock of its own, as a seed says: the
 * same seed, the same run, each time and on each machine.
 *
 * <p>All threads inside are virtual: those that Weft starts, too. Whenever one of them waits, ends
 * or {@linkplain Thread#yield yields}, chance decides which of those that can go on does so. When
 * none can, the clock moves to the next moment for which something is planned: an hour costs
 * nothing. So what takes luck to happen on a real machine happens here in some seed, and in each
 * run of that seed.
 *
 * <pre>{@code
 * new Simulation(seed).run(simulation -> {
 *   FaultyLink network = new FaultyLink(simulation);
 *   RpcServer server = RpcServer.builder().time(simulation.time()).random(simulation.random())
 *       .transport(network).listen("mem:words") ... .start();
 *   RpcClient client = RpcClient.builder().time(simulation.time()).random(simulation.random())
 *       .transport(network).connect("mem:words");
 *   ...
 * });
 * }</pre>
 *
 * <p>Who is inside must take time and randomness from here: {@link #sleep} instead of {@link
 * Thread#sleep}. Waiting for the machine's time is found, and fails the run; so does waiting for
 * what never happens. A thread that does neither wait nor yield is not interrupted by another: what
 * two threads do within an instant is for a stress test.
 *
 * <p>Needs the JVM flag {@code --add-opens java.base/java.lang=ALL-UNNAMED}.
 *
 * <p>Inside of {@link #run}, by any of its threads; one simulation can be run once.
 */
public final class Simulation {

  /** What runs inside. */
  @FunctionalInterface
  public interface Body {
    /** Does its work; an exception fails the simulation. */
    void run(Simulation simulation) throws Exception;
  }

  /** Who goes on so often has lost his way: some dozens of seconds of the machine's time. */
  private static final long STEPS_MAX = 50_000_000;

  /** Longer than any thread of the JVM's holds one. */
  private static final int MONITOR_SECONDS = 20;

  private static final int FRAMES_SHOWN = 12;
  private static final long HASH_FACTOR = 0x9e3779b97f4a7c15L;
  private static final SimulatedThreads THREADS = new SimulatedThreads();

  private final long seed;
  private final SplittableRandom seeds;
  private final SplittableRandom choices;
  private final Order order;
  private final int pointOdds;
  private final ManualTime clock;
  private final TimeSource time = new Clock();
  private final List<Runnable> runnable = new ArrayList<>();
  private final BlockingQueue<Runnable> unblocked = new LinkedBlockingQueue<>();
  private final Set<Thread> alive = new LinkedHashSet<>();
  private @Nullable Thread carrier;
  private @Nullable Thread running;
  private @Nullable Thread timer;
  private volatile @Nullable Throwable failure;
  private long steps;
  private long hash;

  /** Which of those goes on who can. Each finds other things. */
  private enum Order {
    ANY,
    MOSTLY_OLDEST,
    MOSTLY_NEWEST
  }

  /** Of this seed. */
  public Simulation(long seed) {
    this.seed = seed;
    this.seeds = new SplittableRandom(seed);
    this.choices = seeds.split();
    this.order = Order.values()[choices.nextInt(Order.values().length)];
    this.pointOdds = 1 << (2 * choices.nextInt(4)); // 1, 4, 16 or 64
    this.clock = new ManualTime(choices.nextLong());
  }

  /** What it was made of. */
  public long seed() {
    return seed;
  }

  /** The clock, for the builders. */
  public TimeSource time() {
    return time;
  }

  /** How far the clock has moved. */
  public Duration elapsed() {
    return clock.elapsed();
  }

  /** Randomness that depends on the seed only, for the builders and others: each time another. */
  public RandomGenerator random() {
    return seeds.split();
  }

  /**
   * Runs the body, and whatever it starts, until the body ends. On a platform thread.
   *
   * @throws IllegalStateException when the body waits for what never happens, somebody waits for
   *     the machine's time, or the JVM flag is missing
   * @throws Exception what the body, or another thread inside, has thrown
   */
  public void run(Body body) throws Exception {
    if (Thread.currentThread().isVirtual() || carrier != null) {
      throw new IllegalStateException("a simulation is run once, on a platform thread");
    }
    carrier = Thread.currentThread();
    Thread main = start("main", body);
    while (main.isAlive() && failure == null) {
      if (!runnable.isEmpty()) {
        step();
      } else if (!advance()) {
        throw new IllegalStateException("nothing can happen any more:" + describe(alive));
      }
    }
    Throwable thrown = failure;
    if (thrown instanceof Exception exception) {
      throw exception;
    }
    if (thrown instanceof Error error) {
      throw error;
    }
  }

  /** Starts another thread inside. */
  public Thread start(String name, Body body) {
    Thread thread =
        THREADS.unstarted(
            this::canGoOn,
            name,
            () -> {
              try {
                body.run(this);
              } catch (Throwable e) { // the thread's outer edge: the simulation has failed
                fail(e);
              }
            });
    thread.start();
    return thread;
  }

  /**
   * Has the calling thread wait by the simulation's clock.
   *
   * @throws InterruptedException when it is interrupted
   */
  public void sleep(Duration duration) throws InterruptedException {
    Thread sleeper = Thread.currentThread();
    long until = clock.nanoTime() + duration.toNanos();
    TimeSource.Scheduled alarm =
        clock.schedule(duration.toNanos(), () -> LockSupport.unpark(sleeper));
    try {
      while (until - clock.nanoTime() > 0) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        LockSupport.park(this);
      }
    } finally {
      alarm.cancel();
    }
  }

  /** Perhaps lets other threads go first, as the seed says. Looking at the clock does so, too. */
  public void point() {
    if (pointOdds > 1 && isInside() && choices.nextInt(pointOdds) == 0) {
      Thread.yield();
    }
  }

  /** Has the {@link #traceHash} depend on something. */
  public void trace(long event) {
    hash = (Long.rotateLeft(hash, 5) ^ event) * HASH_FACTOR;
  }

  /** A number made of all that has happened: another one means that something went differently. */
  public long traceHash() {
    return hash;
  }

  /** How often a thread has gone on. */
  public long steps() {
    return steps;
  }

  /** The threads inside that have begun and not ended, the oldest first. */
  public List<Thread> threads() {
    return List.copyOf(alive);
  }

  /** How many tasks wait for their time. */
  public int waitingTasks() {
    return clock.waitingTasks();
  }

  /** A thread can go on, or begin. */
  private void canGoOn(Runnable continuation) {
    Thread thread = THREADS.threadOf(continuation);
    if (THREADS.wasBlocked(thread)) {
      unblocked.add(continuation);
      return;
    }
    if (!isInside() && Thread.currentThread() != carrier) {
      fail(
          new IllegalStateException(
              thread
                  + " was woken by "
                  + Thread.currentThread()
                  + ", which is not of the simulation"));
      return;
    }
    runnable.add(continuation);
    if (alive.add(thread)) {
      thread.setUncaughtExceptionHandler((failed, thrown) -> fail(thrown));
    }
  }

  private boolean isInside() {
    return Thread.currentThread() == running;
  }

  private void fail(Throwable thrown) {
    if (failure == null) {
      failure = thrown;
    }
  }

  private void step() {
    int count = runnable.size();
    int index = choose(count);
    Runnable next = runnable.remove(index);
    Thread thread = THREADS.threadOf(next);
    running = thread;
    next.run();
    while (THREADS.isBlocked(thread)) {
      awaitMonitor(thread);
    }
    running = null;
    trace((long) count << Integer.SIZE | index);
    if (!thread.isAlive()) {
      alive.remove(thread);
    } else if (thread.getState() == Thread.State.TIMED_WAITING) {
      fail(new IllegalStateException("somebody waits for the machine's time: " + describe(thread)));
    }
    if (++steps > STEPS_MAX) {
      fail(new IllegalStateException("it does not come to an end:" + describe(alive)));
    }
  }

  /**
   * A thread outside, such as one of the JVM's own, holds a monitor for an instant: whether it does
   * so just now must make no difference.
   */
  private void awaitMonitor(Thread thread) {
    Runnable next;
    try {
      next = unblocked.poll(MONITOR_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted from outside", e);
    }
    if (next == null) {
      throw new IllegalStateException(
          "somebody waits while he holds a monitor: " + describe(thread) + describe(alive));
    }
    next.run();
  }

  private int choose(int count) {
    if (count == 1) {
      return 0;
    }
    return switch (order) {
      case ANY -> choices.nextInt(count);
      case MOSTLY_OLDEST -> choices.nextInt(8) > 0 ? 0 : choices.nextInt(count);
      case MOSTLY_NEWEST -> choices.nextInt(4) > 0 ? count - 1 : choices.nextInt(count);
    };
  }

  /** Nobody can go on: the time does. */
  private boolean advance() {
    Thread last = timer;
    if (clock.waitingTasks() == 0 || (last != null && last.isAlive())) {
      return false;
    }
    timer = start("timer", any -> clock.advanceToNext());
    trace(clock.elapsed().toNanos());
    return true;
  }

  private static String describe(Iterable<Thread> threads) {
    StringBuilder text = new StringBuilder();
    for (Thread thread : threads) {
      text.append('\n').append(describe(thread));
    }
    return text.toString();
  }

  private static String describe(Thread thread) {
    StringBuilder text = new StringBuilder("thread \"" + thread.getName() + "\" waits");
    StackTraceElement[] frames = thread.getStackTrace();
    for (int i = 0; i < Math.min(frames.length, FRAMES_SHOWN); i++) {
      text.append("\n    at ").append(frames[i]);
    }
    return text.toString();
  }

  @Override
  public String toString() {
    return "simulation of seed " + seed + " at " + elapsed();
  }

  /** The clock as those inside see it. */
  private final class Clock implements TimeSource {

    @Override
    public long nanoTime() {
      point();
      return clock.nanoTime();
    }

    @Override
    public Scheduled schedule(long delayNanos, Runnable task) {
      point();
      return clock.schedule(delayNanos, requireNonNull(task));
    }

    /** By this clock: the machine's plays no part. */
    @Override
    public void pause(long nanos) {
      boolean interrupted = Thread.interrupted();
      long until = clock.nanoTime() + nanos;
      while (until - clock.nanoTime() > 0) {
        try {
          sleep(Duration.ofNanos(until - clock.nanoTime()));
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
