package dev.weft.reliability.attack;

import dev.weft.RpcClient;
import dev.weft.RpcException;
import dev.weft.RpcFunction;
import dev.weft.reliability.attack.AttackRun.Calls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SynchronizedHistogram;

/** Calls as one should, from a few threads, with a little pause after each call. */
final class GoodClient implements AutoCloseable {

  private static final int CALLERS = 4;
  private static final long PAUSE_NANOS = 500_000;
  private static final long NANOS_MAX = Duration.ofSeconds(30).toNanos();
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final RpcClient client;
  private final RpcFunction<String, String> echo;

  GoodClient(String address) {
    client = RpcClient.connect(address);
    echo = client.function(AttackedServer.ECHO, String.class, String.class);
  }

  /** Calls until then. */
  Calls callUntil(long endNanos) throws InterruptedException {
    Histogram nanos = new SynchronizedHistogram(NANOS_MAX, 3);
    AtomicLong failed = new AtomicLong();
    AtomicReference<String> failure = new AtomicReference<>("");
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      callers.add(
          Thread.startVirtualThread(() -> {
            while (System.nanoTime() - endNanos < 0) {
              long begin = System.nanoTime();
              try {
                if (!echo.call("hello", TIMEOUT).equals("hello")) {
                  throw new IllegalStateException("somebody else's answer");
                }
              } catch (RpcException | IllegalStateException e) {
                failed.incrementAndGet();
                failure.compareAndSet("", e.toString());
              }
              nanos.recordValue(Math.min(NANOS_MAX, System.nanoTime() - begin));
              LockSupport.parkNanos(PAUSE_NANOS);
            }
          }));
    }
    for (Thread caller : callers) {
      caller.join();
    }
    return new Calls(
        nanos.getTotalCount(),
        failed.get(),
        failure.get(),
        nanos.getValueAtPercentile(50) / 1e3,
        nanos.getValueAtPercentile(99) / 1e3);
  }

  @Override
  public void close() {
    client.close();
  }
}
