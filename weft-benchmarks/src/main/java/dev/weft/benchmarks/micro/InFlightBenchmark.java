package dev.weft.benchmarks.micro;

import dev.weft.internal.connection.InFlight;
import dev.weft.internal.connection.InFlight.Slot;
import dev.weft.internal.wire.Frame;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** A call enters the table of open calls, and its answer takes it out. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class InFlightBenchmark {

  private final InFlight<Call> calls = new InFlight<>(Frame.SLOTS_MAX);

  /** JMH makes it. */
  public InFlightBenchmark() {}

  /** By one thread. */
  @Benchmark
  public @Nullable Object alone() {
    return addAndTake();
  }

  /** By several. */
  @Benchmark
  @Threads(4)
  public @Nullable Object contended() {
    return addAndTake();
  }

  private @Nullable Object addAndTake() {
    Slot slot = calls.reserve();
    if (slot == null) {
      throw new AssertionError("the table is full");
    }
    Call call = new Call();
    calls.fill(slot, call);
    Call taken = calls.take(call.callId());
    calls.free(slot);
    return taken;
  }

  private static final class Call implements InFlight.Entry {

    private @Nullable Slot slot;
    private long id;

    @Override
    public void slot(Slot newSlot) {
      slot = newSlot;
      id = newSlot.callId(newSlot.generation());
    }

    @Override
    public @Nullable Slot slot() {
      return slot;
    }

    @Override
    public long callId() {
      return id;
    }
  }
}
