package dev.weft.internal.connection;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What all connections of a client or server have carried, those that ended included. Any thread.
 */
public final class TrafficTotals {

  private final Set<Traffic> live = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final long[] ended = new long[Traffic.NUMBERS]; // guarded by lock

  /** A connection has begun. */
  public void add(Traffic traffic) {
    live.add(traffic);
  }

  /** A connection has ended. */
  public void retire(Traffic traffic) {
    lock.lock();
    try {
      if (live.remove(traffic)) {
        traffic.addTo(ended);
      }
    } finally {
      lock.unlock();
    }
  }

  /** The numbers of {@link Traffic#addTo}, added up. */
  public long[] sum() {
    lock.lock();
    try {
      long[] sums = ended.clone();
      live.forEach(traffic -> traffic.addTo(sums));
      return sums;
    } finally {
      lock.unlock();
    }
  }
}
