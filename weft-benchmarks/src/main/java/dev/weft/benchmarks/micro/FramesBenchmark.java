package dev.weft.benchmarks.micro;

import dev.weft.internal.wire.Block;
import dev.weft.internal.wire.FrameHandler;
import dev.weft.internal.wire.FrameReader;
import dev.weft.internal.wire.FrameWriter;
import dev.weft.spi.Payload;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Responses into a block, and out of one. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class FramesBenchmark {

  private static final int FRAMES = 500;
  private static final int MESSAGE_BYTES_MAX = 1 << 20;

  private final Payload payload = Payload.of(new byte[60]);
  private final ByteBuffer block =
      ByteBuffer.allocateDirect(Block.HEADER_BYTES_MAX + Block.BYTES_MAX)
          .order(ByteOrder.LITTLE_ENDIAN);
  private final FrameWriter writer = new FrameWriter(block);
  private final Counter counter = new Counter();
  private final FrameReader reader = new FrameReader(counter, MESSAGE_BYTES_MAX);
  private final ByteBuffer written =
      ByteBuffer.allocateDirect(Block.BYTES_MAX).order(ByteOrder.LITTLE_ENDIAN);

  /** JMH makes it. */
  public FramesBenchmark() {}

  /** What there is to read. */
  @Setup
  public void fill() {
    int bytes = write();
    written.clear().put(block.flip()).limit(bytes);
  }

  /** Each of them. */
  @Benchmark
  @OperationsPerInvocation(FRAMES)
  public int write() {
    block.clear();
    for (int i = 0; i < FRAMES; i++) {
      writer.response(i, payload);
    }
    return block.position();
  }

  /** Each of them. */
  @Benchmark
  @OperationsPerInvocation(FRAMES)
  public long read() {
    reader.read(written.position(0));
    return counter.sum;
  }

  /** Looks at what it is given, so that it must be there. */
  private static final class Counter implements FrameHandler {

    private long sum;

    @Override
    public void response(long callId, ByteBuffer payload) {
      sum += callId + payload.remaining();
    }

    @Override
    public void ping(long token) {
      throw new AssertionError("nobody pings");
    }
  }
}
