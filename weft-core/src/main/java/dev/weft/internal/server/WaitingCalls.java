package dev.weft.internal.server;

import dev.weft.internal.server.Place.Refused;
import dev.weft.spi.TimeSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A server's calls that wait in front of a closed {@link Gate}, bounded in number and bytes; a
 * {@link GateQueue} knows whose turn it is. A server whose gates are open never comes here.
 *
 * <p>What cannot end in time is not begun: neither let in, when too many are before it, nor let go
 * on, when what is left of its time is less than its like takes.
 *
 * <p>All that waits is guarded by one lock, under which no call is run or answered. Any thread.
 */
final class WaitingCalls {

  /** Among the oldest of so many gates, one is looked for that has to make room. */
  private static final int GATES_LOOKED_AT = 16;

  private final int callsMax;
  private final long bytesMax;
  private final TimeSource time;
  private final ReentrantLock lock = new ReentrantLock();
  private int calls; // guarded by lock
  private long bytes; // guarded by lock
  private final Set<Gate> closed = new LinkedHashSet<>(); // those with a queue; guarded by lock

  WaitingCalls(int callsMax, long bytesMax, TimeSource time) {
    this.callsMax = callsMax;
    this.bytesMax = bytesMax;
    this.time = time;
  }

  /**
   * Has a call wait until it can go on. When there is no room, those make some whose time is over,
   * or who have had more than their share.
   *
   * @return the limit that stands against it, or {@code null}
   */
  @Nullable String add(Place place) {
    Gate gate = place.gate();
    List<Refused> refused = new ArrayList<>(0);
    String limit = null;
    lock.lock();
    try {
      long now = time.nanoTime();
      dropOverdue(gate, now, refused);
      if (!place.left) { // else it was cancelled before it came here
        limit = limitAgainst(place, now, refused);
        if (limit == null) {
          queue(place, now);
        }
      }
    } finally {
      lock.unlock();
    }
    promote(gate);
    refused.forEach(Refused::tell);
    return limit == null ? null : gate.describe() + limit;
  }

  /** Nobody waits longer than is good for him. */
  private void dropOverdue(Gate gate, long now, List<Refused> refused) {
    GateQueue queue = gate.queue();
    for (Place late = queue.overdue(now); late != null; late = queue.overdue(now)) {
      long waitedMillis = (now - late.sinceNanos) / 1_000_000;
      unqueue(late);
      refused.add(
          new Refused(
              late.call,
              gate.describe()
                  + ", more come than go, and it has waited for "
                  + waitedMillis
                  + " ms: newer ones go first"));
    }
  }

  private @Nullable String limitAgainst(Place place, long now, List<Refused> refused) {
    GateQueue queue = place.gate().queue();
    if (queue.isTooLongFor(place.call, now)) {
      return ", and " + queue.size() + " wait: it would not have ended in time";
    }
    if (!hasRoom(place)) {
      makeRoom(place, now, refused);
    }
    return hasRoom(place) ? null : calls >= callsMax ? describeCalls() : describeBytes();
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

  private void makeRoom(Place place, long now, List<Refused> refused) {
    removeExpired(place.gate(), now, refused);
    if (hasRoom(place)) {
      return;
    }
    Place victim = victimFor(place, now);
    if (victim != null
        && bytes - victim.call.requestBytes() + place.call.requestBytes() <= bytesMax) {
      String limit = calls >= callsMax ? describeCalls() : describeBytes();
      String why = victim.gate().describe() + limit + ": another one was given its place";
      unqueue(victim);
      refused.add(new Refused(victim.call, why));
    }
  }

  /** With equal timeouts, the oldest are the first whose time is over. */
  private void removeExpired(Gate gate, long now, List<Refused> refused) {
    GateQueue queue = gate.queue();
    for (Place old = queue.oldest(); old != null && isExpired(old, now); old = queue.oldest()) {
      unqueue(old);
      refused.add(new Refused(old.call, null));
    }
  }

  private static boolean isExpired(Place place, long now) {
    return place.call.deadlineNanos() - now <= 0;
  }

  /** Whoever fills one gate's queue must not keep others from another's. */
  private @Nullable Place victimFor(Place place, long now) {
    Place victim = place.gate().queue().victimFor(place.call, now);
    int looks = 0;
    for (Gate gate : closed) {
      if (victim != null || ++looks > GATES_LOOKED_AT) {
        break;
      }
      victim = gate.queue().victimFor(place.call, now);
    }
    return victim;
  }

  private void queue(Place place, long now) {
    place.queued = true;
    calls++;
    bytes += place.call.requestBytes();
    append(place, now);
  }

  private void append(Place place, long now) {
    place.gate().add(place, now);
    closed.add(place.gate());
  }

  /** It waits no more, and will not run. */
  private void unqueue(Place place) {
    place.gate().remove(place);
    closeIfEmpty(place.gate());
    uncount(place);
  }

  private void uncount(Place place) {
    place.queued = false;
    calls--;
    bytes -= place.call.requestBytes();
  }

  private void closeIfEmpty(Gate gate) {
    if (!gate.hasWaiting()) {
      closed.remove(gate);
    }
  }

  /** Lets those go on that can: this gate may have opened. */
  void promote(Gate gate) {
    while (gate.hasWaiting() && gate.tryTake()) {
      List<Refused> refused = new ArrayList<>(0);
      Place place;
      lock.lock();
      try {
        long now = time.nanoTime();
        dropOverdue(gate, now, refused);
        place = nextInTime(gate, now, refused);
        if (place != null) {
          advance(place, now);
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
      refused.forEach(Refused::tell);
    }
  }

  /** Whose turn it is and who can still be served in his time. */
  private @Nullable Place nextInTime(Gate gate, long now, List<Refused> refused) {
    Place next = gate.queue().next(now);
    while (next != null && !canEndInTime(next.call, now)) {
      unqueue(next);
      refused.add(new Refused(next.call, null));
      next = gate.queue().next(now);
    }
    return next;
  }

  private static boolean canEndInTime(Waiter call, long now) {
    return call.deadlineNanos() - now > call.shortestRun().nanos(now);
  }

  /** It passes the gate in whose queue it stands, and perhaps further ones. */
  private void advance(Place place, long now) {
    place.gate().passOn(place, now);
    closeIfEmpty(place.gate());
    place.passed++;
    while (place.passed < place.gates.length
        && !place.gate().hasWaiting()
        && place.gate().tryTake()) {
      place.passed++;
    }
    if (place.passed < place.gates.length) {
      append(place, now);
    } else {
      uncount(place);
      place.startedNanos = now;
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
    lock.lock();
    try {
      if (place.through) {
        long now = time.nanoTime();
        place.call.shortestRun().ran(now - place.startedNanos, now);
      } else {
        if (place.queued) {
          unqueue(place);
        }
        place.left = true;
        passed = place.passed;
        place.passed = 0;
      }
    } finally {
      lock.unlock();
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
  List<Waiter> all() {
    lock.lock();
    try {
      List<Waiter> all = new ArrayList<>(calls);
      for (Gate gate : closed) {
        gate.queue().all().forEach(place -> all.add(place.call));
      }
      return all;
    } finally {
      lock.unlock();
    }
  }
}
