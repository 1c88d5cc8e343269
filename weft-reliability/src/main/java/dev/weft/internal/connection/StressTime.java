package dev.weft.internal.connection;

import dev.weft.spi.TimeSource;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** A clock that the test sets, and whose tasks it runs: on an actor, to race with another. */
public final class StressTime implements TimeSource {

  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private volatile long nanos;

  /** At zero. */
  public StressTime() {}

  /** It is so late now. */
  public void set(long newNanos) {
    nanos = newNanos;
  }

  @Override
  public long nanoTime() {
    return nanos;
  }

  @Override
  public Scheduled schedule(long delayNanos, Runnable task) {
    tasks.add(task);
    return () -> tasks.remove(task);
  }

  /** Takes the task that was scheduled first. */
  public Runnable next() {
    return tasks.remove();
  }

  /** The same, if there is one. */
  public @Nullable Runnable poll() {
    return tasks.poll();
  }

  /** Whether there is one. */
  public boolean hasTasks() {
    return !tasks.isEmpty();
  }
}
