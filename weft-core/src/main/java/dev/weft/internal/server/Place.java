package dev.weft.internal.server;

import org.jspecify.annotations.Nullable;

/**
 * A call that waits in front of a closed {@link Gate}, or has waited. What changes in it is guarded
 * by the lock of {@link WaitingCalls}.
 */
final class Place {

  final Waiter call;
  final Gate[] gates;

  /** The gates that it has passed. */
  int passed;

  /** Whether it stands in the queue of the gate that it passes next. */
  boolean queued;

  /** Since when it stands in that queue. */
  long sinceNanos;

  /** Whether it has ended. */
  boolean left;

  /** Whether it has passed all gates, and waits no more. Any thread may look. */
  volatile boolean through;

  /** When it had passed all gates; whoever has seen that it has. */
  long startedNanos;

  /** For a call that has passed only so many of its gates. */
  Place(Waiter call, Gate[] gates, int passed) {
    this.call = call;
    this.gates = gates;
    this.passed = passed;
  }

  /** The gate that it waits at. */
  Gate gate() {
    return gates[passed];
  }

  /**
   * A call that must go, and is told so when the lock is free.
   *
   * @param limit why; {@code null}: its time is over
   */
  record Refused(Waiter call, @Nullable String limit) {

    void tell() {
      if (limit == null) {
        call.expire();
      } else {
        call.overloaded(limit);
      }
    }
  }
}
