package dev.weft.internal.stats;

import dev.weft.FailureKind;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Failed calls by their kind. Any thread. */
final class FailureCounts {

  private final Map<FailureKind, LongAdder> counts = new EnumMap<>(FailureKind.class);

  FailureCounts() {
    for (FailureKind kind : FailureKind.values()) {
      counts.put(kind, new LongAdder());
    }
  }

  void add(FailureKind kind) {
    LongAdder count = counts.get(kind);
    if (count != null) {
      count.increment();
    }
  }

  void addTo(Map<FailureKind, Long> sums) {
    counts.forEach((kind, count) -> {
      long number = count.sum();
      if (number > 0) {
        sums.merge(kind, number, Long::sum);
      }
    });
  }

  boolean isEmpty() {
    return counts.values().stream().allMatch(count -> count.sum() == 0);
  }
}
