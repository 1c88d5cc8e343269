package dev.weft.internal.stats;

import dev.weft.CallStats;
import dev.weft.FailureKind;
import dev.weft.Latency;
import java.util.EnumMap;
import java.util.Map;

/** Numbers of calls, to be added up. Not for several threads. */
public final class CallSum {

  final long[] buckets = new long[Buckets.COUNT];
  final Map<FailureKind, Long> failures = new EnumMap<>(FailureKind.class);
  long nanos;
  long succeeded;
  long oneWays;

  /** Nothing. */
  public CallSum() {}

  /** Adds the other's. */
  public void add(CallSum other) {
    for (int i = 0; i < buckets.length; i++) {
      buckets[i] += other.buckets[i];
    }
    other.failures.forEach((kind, count) -> failures.merge(kind, count, Long::sum));
    nanos += other.nanos;
    succeeded += other.succeeded;
    oneWays += other.oneWays;
  }

  /** As users see it. */
  public CallStats toStats() {
    return new CallStats(succeeded, oneWays, failures, new Latency(buckets, nanos));
  }
}
