package dev.weft.internal.stats;

import dev.weft.FailureKind;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What is counted of a method on all connections together: failures, which are rare, and one-way
 * messages, which are counted where many threads may meet.
 *
 * <p>Any thread.
 */
public final class MethodCounts {

  private final String label;
  private final FailureCounts failures = new FailureCounts();
  private final LongAdder oneWays = new LongAdder();
  private final AtomicLong unreadable = new AtomicLong();

  /**
   * @param label the method's name in statistics; overloads share theirs
   */
  public MethodCounts(String label) {
    this.label = label;
  }

  /** The method's name in statistics. */
  public String label() {
    return label;
  }

  /** A call has failed. */
  public void failed(FailureKind kind) {
    failures.add(kind);
  }

  /** A result has come, and was counted, that turned out not to be one. */
  public void unreadable() {
    unreadable.incrementAndGet();
    failed(FailureKind.PROTOCOL);
  }

  /** A one-way message was sent, or served. */
  public void oneWay() {
    oneWays.increment();
  }

  void addTo(CallSum sum) {
    failures.addTo(sum.failures);
    sum.oneWays += oneWays.sum();
    sum.succeeded -= unreadable.get();
  }

  boolean isUsed() {
    return oneWays.sum() > 0 || !failures.isEmpty();
  }
}
