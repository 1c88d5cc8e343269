package dev.weft.internal.server;

import java.util.concurrent.atomic.AtomicInteger;

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
  private volatile int max;
  private final AtomicInteger running = new AtomicInteger();

  /** How many wait here. Written by whoever holds the lock of {@link WaitingCalls}. */
  private volatile int waiting;

  private final GateQueue queue = new GateQueue(); // guarded by that lock

  /**
   * @param limit the setting, for messages
   * @param max how many may run
   */
  Gate(String limit, int max) {
    this.limit = limit;
    this.max = max;
  }

  /**
   * From now on so many may run; when they are less than run already, those go on. When they are
   * more, {@link WaitingCalls#promote} must follow.
   */
  void max(int newMax) {
    max = newMax;
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

  /** Those that wait here, to be looked at. Whoever holds the lock of {@link WaitingCalls}. */
  GateQueue queue() {
    return queue;
  }

  /** Whoever holds the lock of {@link WaitingCalls}. */
  void add(Place place, long nowNanos) {
    queue.add(place, nowNanos);
    waiting = queue.size();
  }

  /** It waits no more, and goes not on. Whoever holds the lock of {@link WaitingCalls}. */
  void remove(Place place) {
    queue.remove(place);
    waiting = queue.size();
  }

  /** It waits here no more, but goes on. Whoever holds the lock of {@link WaitingCalls}. */
  void passOn(Place place, long nowNanos) {
    queue.leaves(place, nowNanos, max);
    waiting = queue.size();
  }
}
