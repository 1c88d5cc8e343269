package dev.weft.benchmarks.micro;

import dev.weft.benchmarks.Small;
import dev.weft.fory.ForyCodec;
import dev.weft.spi.Marshaller;
import dev.weft.spi.Payload;
import dev.weft.spi.ValueType;
import java.util.List;
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
import org.openjdk.jmh.annotations.Warmup;

/** The small record by the default codec. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-opens=java.base/java.lang.invoke=ALL-UNNAMED")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CodecBenchmark {

  private final Marshaller marshaller =
      new ForyCodec().bind(List.of(new ValueType("small", Small.class))).getFirst();
  private final Small small = Small.of(1);
  private final Payload target = new Payload();
  private final byte[] bytes = encoded(marshaller, small);

  /** JMH makes it. */
  public CodecBenchmark() {}

  private static byte[] encoded(Marshaller marshaller, Small small) {
    Payload payload = new Payload();
    marshaller.encode(small, payload, Marshaller.NO_LANE);
    return payload.toByteArray();
  }

  /** To bytes. */
  @Benchmark
  public Payload encode() {
    target.clear();
    marshaller.encode(small, target, Marshaller.NO_LANE);
    return target;
  }

  /** And back. */
  @Benchmark
  public @Nullable Object decode() {
    return marshaller.decode(bytes, 0, bytes.length, Marshaller.NO_LANE);
  }
}
