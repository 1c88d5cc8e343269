package dev.weft.internal.server;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A server's calls that wait in front of a closed {@link Gate}, bounded in number and bytes, the
 * oldest first. A server whose gates are open never comes here.
 *
 * <p>All that waits is guarded by one lock, under which no call is run or answered. Any thread.
 */
final class WaitingCalls {

  /** A call that waits, or has waited. */
  static final class Place {

    final ServerCall call;
    final Gate[] gates;

    /** The gates that it has passed. Guarded by the lock, once it is queued. */
    private int passed;

    /** Whether it stands in the queue of the gate that it passes next. Guarded by the lock. */
    private boolean queued;

    /** Whether it has ended. Guarded by the lock. */
    private boolean left;

    /** Whether it has passed all gates, and waits no more. */
    private volatile boolean through;

    @Nullable Place before;
    @Nullable Place after;

    /** For a call that has passed only so many of its gates. */
    Place(ServerCall call, Gate[] gates, int passed) {
      this.call = call;
      this.gates = gates;
      this.passed = passed;
    }

    private Gate gate() {
      return gates[passed];
    }
  }

  private final int callsMax;
  private final long bytesMax;
  private final ReentrantLock lock = new ReentrantLock();
  private int calls; // guarded by lock
  private long bytes; // guarded by lock
  private final Set<Gate> closed = new LinkedHashSet<>(); // those with a queue; guarded by lock

  WaitingCalls(int callsMax, long bytesMax) {
    this.callsMax = callsMax;
    this.bytesMax = bytesMax;
  }

  /**
   * Has a call wait until it can go on. When there is no room, those make some whose time is over.
   *
   * @return the limit that stands against it, or {@code null}
   */
  @Nullable String add(Place place, long nowNanos) {
    Gate gate = place.gates[place.passed];
    List<ServerCall> expired = List.of();
    String refusal = null;
    lock.lock();
    try {
      if (!hasRoom(place)) {
        expired = removeExpired(gate, nowNanos);
      }
      if (place.left) {
        // It was cancelled before it came here.
      } else if (hasRoom(place)) {
        queue(place);
      } else {
        refusal = calls >= callsMax ? describeCalls() : describeBytes();
      }
    } finally {
      lock.unlock();
    }
    promote(gate);
    for (ServerCall call : expired) {
      call.expire();
    }
    return refusal == null ? null : gate.describe() + refusal;
  }

  private boolean hasRoom(Place place) {
    return calls < callsMax && bytes + place.call.requestBytes() <= bytesMax;
  }

  private String describeCalls() {
    return callsMax == 0 ? "" : ", and " + callsMax + " wait (waitingCallsMax)";
  }

  private String describeBytes() {
    return ", and those that wait hold " + bytes + " bytes (waitingBytesMax)";
  }

  /** With equal timeouts, the oldest are the first whose time is over. */
  private List<ServerCall> removeExpired(Gate gate, long nowNanos) {
    List<ServerCall> expired = new ArrayList<>();
    Place oldest = gate.oldest();
    while (oldest != null && oldest.call.isExpired(nowNanos)) {
      unqueue(oldest);
      expired.add(oldest.call);
      oldest = gate.oldest();
    }
    return expired;
  }

  private void queue(Place place) {
    place.queued = true;
    calls++;
    bytes += place.call.requestBytes();
    append(place);
  }

  private void append(Place place) {
    place.gate().append(place);
    closed.add(place.gate());
  }

  private void unqueue(Place place) {
    place.queued = false;
    calls--;
    bytes -= place.call.requestBytes();
    remove(place);
  }

  private void remove(Place place) {
    Gate gate = place.gate();
    gate.remove(place);
    if (!gate.hasWaiting()) {
      closed.remove(gate);
    }
  }

  /** Lets those go on that can: this gate may have opened. */
  void promote(Gate gate) {
    while (gate.hasWaiting() && gate.tryTake()) {
      Place place;
      lock.lock();
      try {
        place = gate.oldest();
        if (place != null) {
          advance(place);
        }
      } finally {
        lock.unlock();
      }
      if (place == null) {
        gate.leave(); // and look again: somebody may have found it closed just for this
      } else if (place.through) {
        place.call.start();
      } else {
        promoteNext(place);
      }
    }
  }

  /** It has passed the gate in whose queue it stands, and perhaps further ones. */
  private void advance(Place place) {
    remove(place);
    place.passed++;
    while (place.passed < place.gates.length
        && !place.gate().hasWaiting()
        && place.gate().tryTake()) {
      place.passed++;
    }
    if (place.passed < place.gates.length) {
      append(place);
    } else {
      place.queued = false;
      calls--;
      bytes -= place.call.requestBytes();
      place.through = true;
    }
  }

  /** The gate where it waits now may have opened before it came there. */
  private void promoteNext(Place place) {
    Gate next = null;
    lock.lock();
    try {
      if (place.queued) {
        next = place.gate();
      }
    } finally {
      lock.unlock();
    }
    if (next != null) {
      promote(next);
    }
  }

  /** A call that was here has ended, waiting or not. */
  void leave(Place place) {
    int passed = place.gates.length;
    if (!place.through) {
      lock.lock();
      try {
        if (place.queued) {
          unqueue(place);
        }
        place.left = true;
        passed = place.passed;
        place.passed = 0;
      } finally {
        lock.unlock();
      }
    }
    leave(place.gates, passed);
  }

  /** A call has ended that had passed so many of these gates. */
  void leave(Gate[] gates, int passed) {
    for (int i = passed - 1; i >= 0; i--) {
      if (gates[i].leave()) {
        promote(gates[i]);
      }
    }
  }

  /** How many wait. */
  int size() {
    lock.lock();
    try {
      return calls;
    } finally {
      lock.unlock();
    }
  }

  /** All that wait, now. */
  List<ServerCall> all() {
    lock.lock();
    try {
      List<ServerCall> all = new ArrayList<>(calls);
      for (Gate gate : closed) {
        for (Place place = gate.oldest(); place != null; place = place.after) {
          all.add(place.call);
        }
      }
      return all;
    } finally {
      lock.unlock();
    }
  }
}
