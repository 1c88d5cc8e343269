package dev.weft.internal.server;

import java.util.concurrent.locks.ReentrantLock;

/**
 * Refuses calls that have waited too long for a thread to run on, where there is no limit that they
 * could wait at: because the processors are busy, or the user's executor is. Their queue is the
 * scheduler's, which goes by age, so without this an overloaded server would spend its time on
 * those whose callers are just giving up.
 *
 * <p>Too long is a sixteenth of the caller's time, and at least 5 ms, when all calls have waited so
 * long for twice that time or more. While calls begin soon, it costs a comparison each. Any thread.
 */
final class StartDelay {

  static final String LIMIT = "the server has no thread to run it on in time, and newer calls wait";

  private final ReentrantLock lock = new ReentrantLock();
  private final StandingQueue queue = new StandingQueue(); // guarded by lock
  private volatile boolean watched;
  private volatile boolean stands;

  /**
   * A call is about to begin.
   *
   * @param waitedNanos since it could have begun
   * @param callersNanos how long its caller waits altogether
   * @return whether it should not
   */
  boolean isTooLong(long waitedNanos, long callersNanos, long nowNanos) {
    boolean over =
        waitedNanos > StandingQueue.TARGET_NANOS_MIN
            && waitedNanos > StandingQueue.targetNanos(callersNanos);
    if (!over && !watched) {
      return false;
    }
    if (lock.tryLock()) { // one of many who see the same is enough
      try {
        long target = StandingQueue.targetNanos(callersNanos);
        queue.saw(waitedNanos, target, StandingQueue.burstNanos(callersNanos), nowNanos);
        stands = queue.stands(nowNanos);
        watched = queue.isWatched();
      } finally {
        lock.unlock();
      }
    }
    return over && stands;
  }
}
