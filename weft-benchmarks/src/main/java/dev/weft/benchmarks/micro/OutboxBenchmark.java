package dev.weft.benchmarks.micro;

import dev.weft.internal.connection.Connection;
import dev.weft.internal.connection.Outbox;
import dev.weft.internal.connection.Outgoing;
import dev.weft.internal.connection.SystemTime;
import dev.weft.internal.wire.FrameWriter;
import dev.weft.spi.Payload;
import dev.weft.spi.TransportChannel;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
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

/** A message is offered and drained into a block, which a channel takes that does nothing. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class OutboxBenchmark {

  private static final Payload PAYLOAD = Payload.of(new byte[60]);

  private final Outbox outbox = new Connection(new Hole(), SystemTime.INSTANCE).outbox();

  /** JMH makes it. */
  public OutboxBenchmark() {}

  /** By one thread. */
  @Benchmark
  public void alone() {
    outbox.offer(new Message());
  }

  /** By several, of which one drains. */
  @Benchmark
  @Threads(4)
  public void contended() {
    outbox.offer(new Message());
  }

  private static final class Message extends Outgoing {

    @Override
    public long frameBytesMax() {
      return FrameWriter.frameBytesMax(PAYLOAD.length(), 0);
    }

    @Override
    public boolean writeTo(FrameWriter out, long nowNanos) {
      out.response(1, PAYLOAD);
      return true;
    }

    @Override
    public void unsent(Throwable reason) {
      throw new AssertionError(reason);
    }
  }

  /** Takes everything at once. */
  private static final class Hole implements TransportChannel {

    @Override
    public String peer() {
      return "nobody";
    }

    @Override
    public int read(ByteBuffer target) {
      return -1;
    }

    @Override
    public int write(ByteBuffer source) {
      int bytes = source.remaining();
      source.position(source.limit());
      return bytes;
    }

    @Override
    public boolean canWriteNow() {
      return true;
    }

    @Override
    public int writeNow(ByteBuffer source) {
      return write(source);
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }
}
