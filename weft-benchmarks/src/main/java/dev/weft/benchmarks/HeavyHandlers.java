package dev.weft.benchmarks;

import dev.weft.Execution;
import dev.weft.RpcClient;
import dev.weft.RpcFunction;
import dev.weft.RpcServer;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/**
 * What a tiny call has to suffer from others, on the same connection, whose handlers compute for
 * milliseconds on an executor with a thread for each processor.
 */
public final class HeavyHandlers {

  /** What a heavy handler computes. */
  private static final long HEAVY_NANOS = 2_000_000;

  private static final int LATENCY_DIGITS = 2;

  private final int heavyCallers;
  private final Duration length;

  /**
   * @param heavyCallers how many make heavy calls, one after the other
   */
  public HeavyHandlers(int heavyCallers, Duration length) {
    this.heavyCallers = heavyCallers;
    this.length = length;
  }

  /** Measures, and prints a line without heavy calls and one with them. */
  public void run(PrintWriter out) throws InterruptedException {
    int processors = Runtime.getRuntime().availableProcessors();
    try (ExecutorService executor = Executors.newFixedThreadPool(processors);
        RpcServer server =
            RpcServer.builder()
                .function("tiny", Integer.class, Integer.class, number -> number)
                .function(
                    "heavy",
                    Integer.class,
                    Integer.class,
                    HeavyHandlers::compute,
                    Execution.on(executor))
                .listen("tcp://127.0.0.1:0")
                .start();
        RpcClient client = RpcClient.connect(server.address())) {
      out.printf(
          "%-12s %10s %10s %10s %10s %10s%n",
          "heavy calls", "heavy/s", "tiny/s", "p50 us", "p99 us", "max us");
      measure(client, 0, length); // a warm-up
      print(out, measure(client, 0, length));
      print(out, measure(client, heavyCallers, length));
    }
  }

  private static Integer compute(Integer number) {
    long end = System.nanoTime() + HEAVY_NANOS;
    int result = number;
    while (System.nanoTime() < end) {
      result = result * 31 + 7;
    }
    return result;
  }

  private record Figures(int callers, double heavyPerSecond, double perSecond, Histogram tiny) {}

  private static Figures measure(RpcClient client, int callers, Duration length)
      throws InterruptedException {
    RpcFunction<Integer, Integer> tiny = client.function("tiny", Integer.class, Integer.class);
    RpcFunction<Integer, Integer> heavy = client.function("heavy", Integer.class, Integer.class);
    AtomicBoolean over = new AtomicBoolean();
    AtomicLong heavyCalls = new AtomicLong();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      threads.add(
          Thread.startVirtualThread(() -> {
            while (!over.get()) {
              heavy.call(1);
              heavyCalls.incrementAndGet();
            }
          }));
    }
    Histogram latencies = new Histogram(Caller.LATENCY_NANOS_MAX, LATENCY_DIGITS);
    threads.add(
        Thread.startVirtualThread(() -> {
          for (int i = 0; !over.get(); i++) {
            long begin = System.nanoTime();
            Turn.checkAnswer(tiny.call(i), i);
            latencies.recordValue(System.nanoTime() - begin);
          }
        }));
    Thread.sleep(length);
    over.set(true);
    for (Thread thread : threads) {
      thread.join();
    }
    double seconds = length.toNanos() / 1e9;
    return new Figures(
        callers, heavyCalls.get() / seconds, latencies.getTotalCount() / seconds, latencies);
  }

  private static void print(PrintWriter out, Figures figures) {
    Histogram tiny = figures.tiny;
    out.printf(
        Locale.ROOT,
        "%-12d %10.0f %10.0f %10.1f %10.1f %10.1f%n",
        figures.callers,
        figures.heavyPerSecond,
        figures.perSecond,
        tiny.getValueAtPercentile(50) / 1e3,
        tiny.getValueAtPercentile(99) / 1e3,
        tiny.getMaxValue() / 1e3);
    out.flush();
  }
}
