package dev.weft.internal.connection;

import dev.weft.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A clock that goes when it is told to, and runs its tasks on the thread that tells it. */
public final class ManualTime implements TimeSource {

  private static final class Task {
    final long dueNanos;
    final Runnable work;

    Task(long dueNanos, Runnable work) {
      this.dueNanos = dueNanos;
      this.work = work;
    }
  }

  /** Run by each thread that asks for the time, before it is told. */
  public volatile Runnable beforeLook = () -> {};

  private final List<Task> tasks = new ArrayList<>(); // guarded by this
  private long nowNanos;

  /** Begins anywhere: only differences count. */
  public ManualTime(long startNanos) {
    nowNanos = startNanos;
  }

  @Override
  public long nanoTime() {
    beforeLook.run();
    synchronized (this) {
      return nowNanos;
    }
  }

  @Override
  public synchronized Scheduled schedule(long delayNanos, Runnable work) {
    Task task = new Task(nowNanos + Math.max(0, delayNanos), work);
    tasks.add(task);
    return () -> remove(task);
  }

  private synchronized void remove(Task task) {
    tasks.remove(task);
  }

  /** How many tasks are to come. */
  public synchronized int scheduled() {
    return tasks.size();
  }

  /** Lets time pass, and the tasks run that are due meanwhile, each at its time. */
  public void advance(Duration duration) {
    long end = nanoTime() + duration.toNanos();
    for (Task next = nextUntil(end); next != null; next = nextUntil(end)) {
      next.work.run();
    }
    synchronized (this) {
      nowNanos = end;
    }
  }

  private synchronized Task nextUntil(long end) {
    Task next =
        tasks.stream()
            .filter(task -> task.dueNanos - end <= 0)
            .min(Comparator.comparingLong(task -> task.dueNanos - nowNanos))
            .orElse(null);
    if (next != null) {
      tasks.remove(next);
      if (next.dueNanos - nowNanos > 0) {
        nowNanos = next.dueNanos;
      }
    }
    return next;
  }
}
