package dev.weft.benchmarks.micro;

import dev.weft.Execution;
import dev.weft.RpcClient;
import dev.weft.RpcFunction;
import dev.weft.RpcServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A thousand calls at once to inline handlers, through a stub and through a function: what the stub
 * adds is the difference.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-opens=java.base/java.lang.invoke=ALL-UNNAMED")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class StubBenchmark {

  private static final int CALLS = 1000;

  /** The service. */
  public interface Echo {

    /** Its argument. */
    CompletableFuture<Integer> echo(Integer number);
  }

  private final RpcServer server =
      RpcServer.builder()
          .service(Echo.class, CompletableFuture::completedFuture, Execution.inline())
          .function("echo", Integer.class, Integer.class, number -> number, Execution.inline())
          .listen("tcp://127.0.0.1:0")
          .start();
  private final RpcClient client = RpcClient.connect(server.address());
  private final Echo stub = client.service(Echo.class);
  private final RpcFunction<Integer, Integer> function =
      client.function("echo", Integer.class, Integer.class);

  /** JMH makes it. */
  public StubBenchmark() {}

  /** Closes both ends. */
  @TearDown
  public void close() {
    client.close();
    server.close();
  }

  /** Each of them. */
  @Benchmark
  @OperationsPerInvocation(CALLS)
  public int stub() {
    return callAll(stub::echo);
  }

  /** Each of them. */
  @Benchmark
  @OperationsPerInvocation(CALLS)
  public int function() {
    return callAll(function::callAsync);
  }

  private static int callAll(IntFunction<CompletableFuture<Integer>> call) {
    List<CompletableFuture<Integer>> answers = new ArrayList<>(CALLS);
    for (int i = 0; i < CALLS; i++) {
      answers.add(call.apply(i));
    }
    int sum = 0;
    for (CompletableFuture<Integer> answer : answers) {
      sum += answer.join();
    }
    return sum;
  }
}
