package dev.weft.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import dev.weft.benchmarks.Case.Kind;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * One round of one case: lets all callers go, stops them when the time is over, waits for the calls
 * that are open still, and counts.
 *
 * <p>Latencies are those of a sample of at most {@link #SAMPLED_CALLERS_MAX} callers, spread evenly
 * over all: each has a histogram of its own (30 KB), so recording needs no synchronization and
 * little cache.
 */
final class Round {

  private static final int SAMPLED_CALLERS_MAX = 64;
  private static final long LATENCY_NANOS_MAX = TimeUnit.MINUTES.toNanos(2);
  private static final int LATENCY_DIGITS = 2;

  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private final Peer.Client client;
  private final Case load;
  private final Duration patience;
  private final List<Caller> callers = new ArrayList<>();
  private final CountDownLatch gate = new CountDownLatch(1);
  private final CountDownLatch running;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  private volatile boolean over;

  Round(Peer.Client client, Case load) {
    this(client, load, Duration.ofSeconds(30));
  }

  /**
   * @param patience how long to wait for open calls at the end
   */
  Round(Peer.Client client, Case load, Duration patience) {
    this.client = client;
    this.load = load;
    this.patience = patience;
    this.running = new CountDownLatch(load.callers());
  }

  /** The number that came back, if it is the one that was sent. */
  static void checkAnswer(int number, int expected) {
    if (number != expected) {
      throw new IllegalStateException("call " + expected + " got the answer of call " + number);
    }
  }

  /**
   * Runs it, once.
   *
   * @throws Exception what the first caller that failed threw
   */
  Measurement run(Duration length) throws Exception {
    prepareCallers();
    long cpuBefore = SYSTEM.getProcessCpuTime();
    long begin = System.nanoTime();
    open();
    awaitEnd(begin, length);
    long nanos = System.nanoTime() - begin;
    long cpuNanos = SYSTEM.getProcessCpuTime() - cpuBefore;
    rethrowFailure();
    return measurement(nanos, cpuNanos);
  }

  private void prepareCallers() {
    int every = Math.ceilDiv(load.callers(), SAMPLED_CALLERS_MAX);
    for (int i = 0; i < load.callers(); i++) {
      Histogram latencies =
          i % every == 0 ? new Histogram(LATENCY_NANOS_MAX, LATENCY_DIGITS) : null;
      // Far apart, so that an answer that got lost to another caller is noticed.
      int firstNumber = i << 15;
      if (load.kind() == Kind.SYNC) {
        SyncCaller caller = new SyncCaller(firstNumber, latencies);
        callers.add(caller);
        Thread.ofVirtual().start(caller);
      } else {
        callers.add(new AsyncCaller(firstNumber, latencies));
      }
    }
  }

  private void open() {
    gate.countDown();
    for (Caller caller : callers) {
      if (caller instanceof AsyncCaller async) {
        async.next();
      }
    }
  }

  private void awaitEnd(long begin, Duration length) throws InterruptedException, TimeoutException {
    long untilEnd = length.toNanos() - (System.nanoTime() - begin);
    // Callers end before their time only when one has failed.
    if (!running.await(untilEnd, TimeUnit.NANOSECONDS)) {
      over = true;
      if (!running.await(patience.toNanos(), TimeUnit.NANOSECONDS) && failure.get() == null) {
        throw new TimeoutException(
            running.getCount()
                + " of "
                + load.callers()
                + " callers still wait for an answer "
                + patience.toSeconds()
                + " s after the end of the round");
      }
    }
  }

  private void rethrowFailure() throws Exception {
    Throwable first = failure.get();
    if (first instanceof Exception exception) {
      throw exception;
    }
    if (first != null) {
      throw new IllegalStateException(first.toString(), first);
    }
  }

  private Measurement measurement(long nanos, long cpuNanos) {
    long calls = 0;
    Histogram latencies = new Histogram(LATENCY_NANOS_MAX, LATENCY_DIGITS);
    for (Caller caller : callers) {
      calls += caller.calls;
      if (caller.latencies != null) {
        latencies.add(caller.latencies);
      }
    }
    if (calls == 0) {
      throw new IllegalStateException("no call ended in a round of " + nanos / 1_000_000 + " ms");
    }
    return new Measurement(
        calls * 1e9 / nanos,
        latencies.getValueAtPercentile(50) / 1e3,
        latencies.getValueAtPercentile(99) / 1e3,
        cpuNanos / 1e3 / calls);
  }

  /** What both kinds of caller count. Only the thread that has its call's answer. */
  private abstract class Caller {

    private final @Nullable Histogram latencies;
    private long calls;
    private long begin;

    /** The number of the call that is open. */
    int number;

    Caller(int firstNumber, @Nullable Histogram latencies) {
      this.number = firstNumber;
      this.latencies = latencies;
    }

    /** Notes when the first call begins; each other begins when the one before has ended. */
    final void begin() {
      if (latencies != null) {
        begin = System.nanoTime();
      }
    }

    /** A call has ended. */
    final void count(int answer) {
      checkAnswer(answer, number);
      calls++;
      if (latencies != null) {
        long end = System.nanoTime();
        latencies.recordValue(Math.min(end - begin, LATENCY_NANOS_MAX));
        begin = end;
      }
    }

    /** Ends the round for everybody. */
    final void fail(Throwable reason) {
      failure.compareAndSet(null, reason);
      over = true;
      running.countDown();
    }
  }

  /** A virtual thread that calls, waits, and calls again. */
  private final class SyncCaller extends Caller implements Runnable {

    SyncCaller(int firstNumber, @Nullable Histogram latencies) {
      super(firstNumber, latencies);
    }

    @Override
    public void run() {
      try {
        gate.await();
        begin();
        while (!over) {
          number++;
          count(client.call(number));
        }
        running.countDown();
      } catch (Throwable e) {
        fail(e);
      }
    }
  }

  /** A chain of calls, each made by the completion of the one before. */
  private final class AsyncCaller extends Caller implements Peer.Completion {

    private boolean begun;

    AsyncCaller(int firstNumber, @Nullable Histogram latencies) {
      super(firstNumber, latencies);
    }

    void next() {
      if (over) {
        running.countDown();
        return;
      }
      if (!begun) {
        begun = true;
        begin();
      }
      number++;
      try {
        client.callAsync(number, this);
      } catch (Throwable e) {
        fail(e);
      }
    }

    @Override
    public void completed(int answer) {
      try {
        count(answer);
      } catch (Throwable e) {
        fail(e);
        return;
      }
      next();
    }

    @Override
    public void failed(Throwable reason) {
      fail(reason);
    }
  }
}
