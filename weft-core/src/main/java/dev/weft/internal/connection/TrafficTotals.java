package dev.weft.internal.connection;

import dev.weft.ConnectionStats;
import dev.weft.TrafficStats;
import dev.weft.internal.stats.CallSum;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
  private final Map<String, CallSum> endedCalls = new HashMap<>(); // guarded by lock

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
        traffic.calls().addTo(endedCalls);
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

  /**
   * What all connections have carried.
   *
   * @param calls their answered calls are added to it, by method
   */
  public TrafficStats sum(Map<String, CallSum> calls) {
    lock.lock();
    try {
      endedCalls.forEach(
          (label, sum) -> calls.computeIfAbsent(label, any -> new CallSum()).add(sum));
      live.forEach(traffic -> traffic.calls().addTo(calls));
      return Traffic.named(sum());
    } finally {
      lock.unlock();
    }
  }

  /** Each connection that there is. */
  public List<ConnectionStats> connections() {
    return live.stream().map(Traffic::stats).toList();
  }
}
