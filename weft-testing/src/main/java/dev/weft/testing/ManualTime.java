package dev.weft.testing;

import dev.weft.spi.TimeSource;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A clock that stands still until a test moves it. Whatever waits for the time (deadlines,
 * reconnecting, a {@link FaultyChannel}'s delay) happens when the test says so, on the test's
 * thread, in the order of the due times.
 *
 * <p>Any thread.
 */
public final class ManualTime implements TimeSource {

  private final ReentrantLock lock = new ReentrantLock();
  private final ReentrantLock advancing = new ReentrantLock();
  private final PriorityQueue<Task> tasks = new PriorityQueue<>(Task.ORDER); // guarded by lock
  private long scheduled; // guarded by lock
  private volatile long elapsedNanos;
  private final long startNanos;

  /** A clock that begins at zero. */
  public ManualTime() {
    this(0);
  }

  /**
   * A clock that begins somewhere else.
   *
   * @param startNanos what {@link #nanoTime} says at first; near {@link Long#MAX_VALUE}, say, to
   *     see whether code compares times by their differences
   */
  public ManualTime(long startNanos) {
    this.startNanos = startNanos;
  }

  @Override
  public long nanoTime() {
    return startNanos + elapsedNanos;
  }

  /** What the clock was advanced by so far. */
  public Duration elapsed() {
    return Duration.ofNanos(elapsedNanos);
  }

  /**
   * Has the task run by the {@link #advance} that reaches its time. Even a task without a delay
   * waits for the next one, which may be of zero.
   */
  @Override
  public Scheduled schedule(long delayNanos, Runnable task) {
    lock.lock();
    try {
      Task entry = new Task(elapsedNanos + Math.max(0, delayNanos), scheduled++, task);
      tasks.add(entry);
      return () -> cancel(entry);
    } finally {
      lock.unlock();
    }
  }

  private void cancel(Task task) {
    lock.lock();
    try {
      tasks.remove(task);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Moves the clock, and runs what becomes due meanwhile on the calling thread: one task after the
   * other, each at its own time, those that are scheduled by others included. Other threads that
   * advance the clock wait for their turn.
   *
   * @throws IllegalArgumentException when the duration is negative
   * @throws IllegalStateException when a task tries it
   */
  public void advance(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("time goes forward only, not by " + duration);
    }
    if (advancing.isHeldByCurrentThread()) {
      throw new IllegalStateException("a task must not advance the clock that runs it");
    }
    advancing.lock();
    try {
      long end = elapsedNanos + duration.toNanos();
      for (Task task = nextUntil(end); task != null; task = nextUntil(end)) {
        task.action.run();
      }
    } finally {
      advancing.unlock();
    }
  }

  /** The next task that is due until then, at whose time the clock stands now. */
  private @Nullable Task nextUntil(long end) {
    lock.lock();
    try {
      Task first = tasks.peek();
      if (first == null || first.dueNanos > end) {
        elapsedNanos = end;
        return null;
      }
      elapsedNanos = Math.max(elapsedNanos, first.dueNanos);
      return tasks.poll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Moves the clock to the time of the next task that waits, and runs what is due then, as {@link
   * #advance}.
   *
   * @return whether there was one
   */
  public boolean advanceToNext() {
    long next;
    lock.lock();
    try {
      Task first = tasks.peek();
      if (first == null) {
        return false;
      }
      next = Math.max(0, first.dueNanos - elapsedNanos);
    } finally {
      lock.unlock();
    }
    advance(Duration.ofNanos(next));
    return true;
  }

  /** How many tasks wait for their time. */
  public int waitingTasks() {
    lock.lock();
    try {
      return tasks.size();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String toString() {
    return "ManualTime at " + elapsed();
  }

  /** By identity: two tasks are never the same. */
  private static final class Task {

    static final Comparator<Task> ORDER =
        Comparator.<Task>comparingLong(task -> task.dueNanos)
            .thenComparingLong(task -> task.number);

    final long dueNanos;
    final long number;
    final Runnable action;

    Task(long dueNanos, long number, Runnable action) {
      this.dueNanos = dueNanos;
      this.number = number;
      this.action = action;
    }
  }
}
