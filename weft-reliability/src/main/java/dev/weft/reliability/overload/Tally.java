package dev.weft.reliability.overload;

import dev.weft.Executed;
import dev.weft.reliability.overload.Target.End;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the calls of one step. A call's time begins when it was due, not when it was
 * made. Any thread.
 */
final class Tally {

  private static final long NANOS_MAX = 120_000_000_000L;

  private final int first;
  private final long deadlineNanos;
  private final Histogram answered = new ConcurrentHistogram(NANOS_MAX, 3);
  private final Histogram refused = new ConcurrentHistogram(NANOS_MAX, 3);
  private final Map<End, LongAdder> ends = new EnumMap<>(End.class);
  private final Map<Executed, LongAdder> flags = new EnumMap<>(Executed.class);
  private final LongAdder good = new LongAdder();
  private final LongAdder begun = new LongAdder();
  private final LongAdder lies = new LongAdder();
  private final AtomicLong ended = new AtomicLong();
  private final AtomicIntegerArray hasBegun;
  private final Slots slots;

  /**
   * @param first the number of the first call
   * @param callsMax how many calls there may be
   */
  Tally(Duration deadline, int first, int callsMax, Slots slots) {
    this.first = first;
    this.deadlineNanos = deadline.toNanos();
    this.hasBegun = new AtomicIntegerArray(callsMax);
    this.slots = slots;
    for (End end : End.values()) {
      ends.put(end, new LongAdder());
    }
    for (Executed executed : Executed.values()) {
      flags.put(executed, new LongAdder());
    }
  }

  /** The number of its first call. */
  int first() {
    return first;
  }

  int callsMax() {
    return hasBegun.length();
  }

  /** A handler begins. */
  void begins(int number) {
    begun.increment();
    hasBegun.set(number - first, 1);
  }

  /** A call has ended. */
  void ends(int number, long dueNanos, long tookNanos, End end, @Nullable Executed executed) {
    long took = Math.clamp(tookNanos, 0, NANOS_MAX);
    count(ends, end);
    boolean isGood = end == End.ANSWERED && took <= deadlineNanos;
    if (isGood) {
      good.increment();
    }
    if (end == End.ANSWERED) {
      answered.recordValue(took);
    } else if (end == End.REFUSED) {
      refused.recordValue(took);
    }
    if (executed != null) {
      count(flags, executed);
      if (executed == Executed.NO && hasBegun.get(number - first) != 0) {
        lies.increment();
      }
    }
    slots.ended(dueNanos, took, isGood);
    ended.incrementAndGet();
  }

  private static <K> void count(Map<K, LongAdder> counts, K key) {
    LongAdder adder = counts.get(key);
    if (adder != null) {
      adder.increment();
    }
  }

  long ended() {
    return ended.get();
  }

  /** What there is by now. */
  Step step(double load, long made, Duration length) {
    return new Step(
        load,
        length,
        made,
        good.sum(),
        sum(ends, End.REFUSED),
        sum(ends, End.EXPIRED),
        sum(ends, End.FAILED),
        begun.sum(),
        sum(flags, Executed.NO),
        sum(flags, Executed.MAYBE),
        sum(flags, Executed.YES),
        lies.sum(),
        millis(answered, 50),
        millis(answered, 99),
        millis(refused, 99));
  }

  private static <K> long sum(Map<K, LongAdder> counts, K key) {
    LongAdder adder = counts.get(key);
    return adder == null ? 0 : adder.sum();
  }

  private static double millis(Histogram histogram, double percentile) {
    return histogram.getTotalCount() == 0
        ? Double.NaN
        : histogram.getValueAtPercentile(percentile) / 1e6;
  }
}
