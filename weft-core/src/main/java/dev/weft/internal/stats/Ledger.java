package dev.weft.internal.stats;

import dev.weft.CallStats;
import dev.weft.Stats;
import dev.weft.TrafficStats;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The statistics of one client or server, apart from what its connections count for themselves.
 *
 * <p>What counting costs a call: its time is the difference of two clock readings that are there
 * anyway (the call's deadline was computed from its beginning; a client's reader looks at the clock
 * once for each read, a server's outbox once for each block), and goes into {@link MethodTimes} of
 * its connection, which has one writer: some nanoseconds. What many threads count at once
 * (failures, one-way messages, dials) is either rare or a {@link
 * java.util.concurrent.atomic.LongAdder}. All adding up is done by whoever asks.
 *
 * <p>A reset stops nothing: it remembers the numbers, and subtracts them from then on.
 *
 * <p>Any thread.
 */
public final class Ledger {

  private final Collection<MethodCounts> methods = new ConcurrentLinkedQueue<>();
  private final AtomicLong dials = new AtomicLong();
  private final AtomicLong dialErrors = new AtomicLong();
  private final AtomicLong accepts = new AtomicLong();
  private final AtomicLong acceptErrors = new AtomicLong();
  private volatile @Nullable Stats baseline;

  /** Nothing counted yet. */
  public Ledger() {}

  /** Has a method counted. */
  public void add(MethodCounts counts) {
    methods.add(counts);
  }

  /** A client begins to connect. */
  public void dialed() {
    dials.incrementAndGet();
  }

  /** Connecting or the handshake has failed. */
  public void dialFailed() {
    dialErrors.incrementAndGet();
  }

  /** A server has accepted a connection. */
  public void accepted() {
    accepts.incrementAndGet();
  }

  /** Accepting has failed, or the handshake of what was accepted. */
  public void acceptFailed() {
    acceptErrors.incrementAndGet();
  }

  /**
   * All numbers since the beginning, or the last reset.
   *
   * @param answered the answered calls of all connections, by method; taken
   * @param traffic what all connections have carried
   */
  public Stats stats(
      int openCalls,
      int queuedCalls,
      int connections,
      Map<String, CallSum> answered,
      TrafficStats traffic) {
    Stats now = sum(openCalls, queuedCalls, connections, answered, traffic);
    Stats before = baseline;
    return before == null ? now : now.since(before);
  }

  /** From now on, counts from here. Takes the same as {@link #stats}. */
  public void reset(Map<String, CallSum> answered, TrafficStats traffic) {
    baseline = sum(0, 0, 0, answered, traffic);
  }

  private Stats sum(
      int openCalls,
      int queuedCalls,
      int connections,
      Map<String, CallSum> byMethod,
      TrafficStats traffic) {
    for (MethodCounts counts : methods) {
      if (counts.isUsed()) {
        counts.addTo(byMethod.computeIfAbsent(counts.label(), label -> new CallSum()));
      }
    }
    CallSum all = new CallSum();
    Map<String, CallStats> stats = new TreeMap<>();
    byMethod.forEach((label, sum) -> {
      all.add(sum);
      stats.put(label, sum.toStats());
    });
    return new Stats(
        openCalls,
        queuedCalls,
        connections,
        all.toStats(),
        stats,
        traffic,
        dials.get(),
        dialErrors.get(),
        accepts.get(),
        acceptErrors.get());
  }
}
