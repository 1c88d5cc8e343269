package dev.weft.internal.client;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds the calls that have waited longest to be sent. Looking through all that are open takes a
 * while, so it notes more than one at a time; what comes later is younger than all of them. It
 * keeps their ids and ages only, not the calls, which may have ended by the time they are asked
 * for.
 *
 * <p>Any thread.
 */
final class OldestUnsent {

  private static final int NOTED_MAX = 128;

  private final OpenCalls open;
  private final Predicate<ClientCall> eligible;
  private final ReentrantLock lock = new ReentrantLock();
  private final long[] ids = new long[NOTED_MAX]; // guarded by lock, as all below
  private final long[] births = new long[NOTED_MAX];
  private int from;
  private int to;

  /**
   * @param eligible which calls count
   */
  OldestUnsent(OpenCalls open, Predicate<ClientCall> eligible) {
    this.open = open;
    this.eligible = eligible;
  }

  /** The oldest that was not handed out before; {@code null} when all open calls are sent. */
  @Nullable ClientCall next() {
    lock.lock();
    try {
      ClientCall noted = nextNoted();
      if (noted == null) {
        note();
        noted = nextNoted();
      }
      return noted;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable ClientCall nextNoted() {
    while (from < to) {
      ClientCall call = open.get(ids[from]);
      long birth = births[from];
      from++;
      // The id may have become a younger call's.
      if (call != null && call.birthNanos() == birth && isCandidate(call)) {
        return call;
      }
    }
    return null;
  }

  private boolean isCandidate(ClientCall call) {
    return call.isDroppable() && eligible.test(call);
  }

  private void note() {
    Comparator<ClientCall> youngestFirst =
        (one, other) -> Long.signum(other.birthNanos() - one.birthNanos());
    PriorityQueue<ClientCall> oldest = new PriorityQueue<>(NOTED_MAX + 1, youngestFirst);
    open.forEach(call -> {
      if (isCandidate(call)) {
        oldest.add(call);
        if (oldest.size() > NOTED_MAX) {
          oldest.remove();
        }
      }
    });
    from = 0;
    to = oldest.size();
    for (int i = to - 1; i >= 0; i--) {
      ClientCall call = oldest.remove();
      ids[i] = call.callId();
      births[i] = call.birthNanos();
    }
  }
}
