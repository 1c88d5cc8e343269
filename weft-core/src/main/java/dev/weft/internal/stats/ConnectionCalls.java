package dev.weft.internal.stats;

import dev.weft.FailureKind;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one connection, by their methods.
 *
 * <p>The reader thread makes room for a method; any thread may read.
 */
public final class ConnectionCalls {

  private volatile @Nullable MethodTimes[] methods = {};
  private final FailureCounts failures = new FailureCounts();

  /** Of a new connection. */
  public ConnectionCalls() {}

  /**
   * Where the answered calls of a method are counted. Reader thread only.
   *
   * @param index the method's number, small
   * @param label its name in statistics
   */
  public MethodTimes method(int index, String label) {
    @Nullable MethodTimes[] now = methods;
    MethodTimes times = index < now.length ? now[index] : null;
    return times == null ? add(index, label) : times;
  }

  private MethodTimes add(int index, String label) {
    MethodTimes times = new MethodTimes(label);
    @Nullable MethodTimes[] now = methods;
    int length = Math.max(now.length, Math.max(4, Integer.highestOneBit(index) * 2));
    @Nullable MethodTimes[] more = Arrays.copyOf(now, length);
    more[index] = times;
    methods = more;
    return times;
  }

  /** A call has failed that this connection had to do with. Any thread. */
  public void failed(FailureKind kind) {
    failures.add(kind);
  }

  /** All methods together, for this connection's own statistics. */
  public CallSum sum() {
    CallSum sum = new CallSum();
    for (MethodTimes times : methods) {
      if (times != null) {
        times.addTo(sum);
      }
    }
    failures.addTo(sum.failures);
    return sum;
  }

  /** Adds the answered calls of each method; failures are counted by their methods elsewhere. */
  public void addTo(Map<String, CallSum> sums) {
    for (MethodTimes times : methods) {
      if (times != null) {
        times.addTo(sums.computeIfAbsent(times.label(), label -> new CallSum()));
      }
    }
  }
}
