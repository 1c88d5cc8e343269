package dev.weft.internal.client;

import dev.weft.internal.client.OpenCalls.Limit;
import dev.weft.spi.TimeSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Threads that wait for room among the open calls, first come, first served. Whoever makes room
 * lets the first ones in, and wakes them; while nobody waits, making room costs one look.
 *
 * <p>A waiter counts itself before it tries; room is made before the count is looked at; so one of
 * the two sees the other. Any thread.
 */
final class WaitingCallers {

  private static final class Waiter {
    final List<ClientCall> calls;
    final Thread thread = Thread.currentThread();
    volatile boolean admitted;

    Waiter(List<ClientCall> calls) {
      this.calls = calls;
    }
  }

  private final OpenCalls open;
  private final ReentrantLock lock = new ReentrantLock();
  private final Queue<Waiter> waiters = new ArrayDeque<>(); // guarded by lock
  private volatile int count;
  private volatile boolean closed;

  WaitingCallers(OpenCalls open) {
    this.open = open;
  }

  /** Whether somebody waits: whoever comes later waits behind him. */
  boolean any() {
    return count > 0;
  }

  /**
   * Waits until there is room for all of these calls.
   *
   * @return whether they are in; not, when their deadline is over, the thread is interrupted (its
   *     status says so) or the client is closed
   */
  boolean await(List<ClientCall> calls, TimeSource time) {
    Waiter waiter = new Waiter(calls);
    lock.lock();
    try {
      waiters.add(waiter);
      count = waiters.size();
    } finally {
      lock.unlock();
    }
    roomCame();
    long deadlineNanos = calls.get(0).deadlineNanos();
    long remaining = deadlineNanos - time.nanoTime();
    TimeSource.Scheduled alarm = time.schedule(remaining, () -> LockSupport.unpark(waiter.thread));
    while (!waiter.admitted
        && !closed
        && !waiter.thread.isInterrupted()
        && deadlineNanos - time.nanoTime() > 0) {
      LockSupport.park(this);
    }
    alarm.cancel();
    leave(waiter);
    return waiter.admitted;
  }

  private void leave(Waiter waiter) {
    lock.lock();
    try {
      if (waiters.remove(waiter)) {
        count = waiters.size();
      }
    } finally {
      lock.unlock();
    }
    roomCame(); // for those behind it, who may need less
  }

  /** A call has left. */
  void roomCame() {
    if (count > 0) {
      admit();
    }
  }

  private void admit() {
    lock.lock();
    try {
      for (Waiter first = waiters.peek(); first != null; first = waiters.peek()) {
        @Nullable Limit limit = open.enterWaiting(first.calls);
        if (limit != null) {
          return;
        }
        waiters.remove();
        count = waiters.size();
        first.admitted = true;
        LockSupport.unpark(first.thread);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Nobody waits any more. */
  void close() {
    closed = true;
    lock.lock();
    try {
      waiters.forEach(waiter -> LockSupport.unpark(waiter.thread));
    } finally {
      lock.unlock();
    }
  }
}
