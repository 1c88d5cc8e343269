package dev.weft.internal.server;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Lets a limited number of calls run at a time: all those of a server, of a service or function, or
 * of a connection. A call passes one gate after the other, and waits in front of the first that is
 * closed; {@link WaitingCalls} has its queue.
 *
 * <p>Whoever wants in is counted in {@code waiting} before he looks at {@code running}, and whoever
 * leaves is taken from {@code running} before he looks at {@code waiting}; both are sequentially
 * consistent, so one of the two sees the other. Any thread.
 */
final class Gate {

  private final String limit;
  private final int max;
  private final AtomicInteger running = new AtomicInteger();

  /** How many wait here. Written by whoever holds the lock of {@link WaitingCalls}. */
  private volatile int waiting;

  private int queued; // the same, guarded by that lock

  // The queue, guarded by the lock of WaitingCalls.
  private WaitingCalls.@Nullable Place oldest;
  private WaitingCalls.@Nullable Place newest;

  /**
   * @param limit the setting, for messages
   * @param max how many may run
   */
  Gate(String limit, int max) {
    this.limit = limit;
    this.max = max;
  }

  /**
   * Passes as many as are open and have nobody waiting.
   *
   * @return how many were passed; less than all: {@link WaitingCalls#add} must follow
   */
  static int pass(Gate[] gates) {
    int passed = 0;
    while (passed < gates.length && gates[passed].tryPass()) {
      passed++;
    }
    return passed;
  }

  private boolean tryPass() {
    if (waiting != 0) {
      return false;
    }
    if (running.incrementAndGet() <= max) {
      return true;
    }
    running.decrementAndGet();
    return false;
  }

  /** Passes it, whoever waits, without a trace when it is closed. */
  boolean tryTake() {
    int now;
    do {
      now = running.get();
      if (now >= max) {
        return false;
      }
    } while (!running.compareAndSet(now, now + 1));
    return true;
  }

  /**
   * One call less runs.
   *
   * @return whether calls wait, so that {@link WaitingCalls#promote} must follow
   */
  boolean leave() {
    running.decrementAndGet();
    return waiting != 0;
  }

  boolean hasWaiting() {
    return waiting != 0;
  }

  int running() {
    return running.get();
  }

  /** Why calls wait here. */
  String describe() {
    return max + " calls are running already (" + limit + ")";
  }

  /** The one that waits longest. Whoever holds the lock of {@link WaitingCalls}. */
  WaitingCalls.@Nullable Place oldest() {
    return oldest;
  }

  /** Whoever holds the lock of {@link WaitingCalls}. */
  void append(WaitingCalls.Place place) {
    WaitingCalls.Place last = newest;
    place.before = last;
    if (last == null) {
      oldest = place;
    } else {
      last.after = place;
    }
    newest = place;
    waiting = ++queued;
  }

  /** Whoever holds the lock of {@link WaitingCalls}. */
  void remove(WaitingCalls.Place place) {
    WaitingCalls.Place before = place.before;
    WaitingCalls.Place after = place.after;
    if (before == null) {
      oldest = after;
    } else {
      before.after = after;
    }
    if (after == null) {
      newest = before;
    } else {
      after.before = before;
    }
    place.before = null;
    place.after = null;
    waiting = --queued;
  }
}
