package dev.weft.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.HdrHistogram.ConcurrentHistogram;
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
  private static final int LATENCY_DIGITS = 2;

  private final List<? extends Peer.Client> clients;
  private final Case load;
  private final Supplier<Usage> meter;
  private final Duration patience;
  private final List<Caller> callers = new ArrayList<>();
  private final Gate gate;

  /**
   * @param clients as many as the case needs connections
   * @param meter what is used so far
   */
  Round(List<? extends Peer.Client> clients, Case load, Supplier<Usage> meter) {
    this(clients, load, meter, Duration.ofSeconds(30));
  }

  /**
   * @param patience how long to wait for open calls at the end
   */
  Round(List<? extends Peer.Client> clients, Case load, Supplier<Usage> meter, Duration patience) {
    this.clients = clients;
    this.load = load;
    this.meter = meter;
    this.patience = patience;
    this.gate = new Gate(load.callers());
  }

  /**
   * Runs it, once.
   *
   * @throws Exception what the first caller that failed threw
   */
  Measurement run(Duration length) throws Exception {
    int every = Math.ceilDiv(load.callers(), SAMPLED_CALLERS_MAX);
    for (int i = 0; i < load.callers(); i++) {
      callers.add(caller(i, i % every == 0 ? newHistogram() : null));
    }
    Usage before = meter.get();
    long begin = System.nanoTime();
    gate.open();
    callers.forEach(Caller::start);
    awaitEnd(begin, length);
    long nanos = System.nanoTime() - begin;
    Usage usage = meter.get().minus(before);
    gate.rethrowFailure();
    return measurement(nanos, usage);
  }

  private Caller caller(int index, @Nullable Histogram latencies) {
    Peer.Client client = clients.get(index % clients.size());
    // Far apart, so that an answer that got lost to another caller is noticed.
    int firstNumber = index << 15;
    return switch (load.kind()) {
      case ASYNC -> new Caller.Chain(client, firstNumber, gate, latencies);
      case RATE -> {
        Histogram shared = new ConcurrentHistogram(Caller.LATENCY_NANOS_MAX, LATENCY_DIGITS);
        Caller.Paced paced = new Caller.Paced(client, load.size(), gate, shared);
        Thread.ofPlatform().daemon().start(paced);
        yield paced;
      }
      default -> {
        Caller.Waiting waiting =
            new Caller.Waiting(Turn.of(load, client), firstNumber, gate, latencies);
        if (load.kind() == Case.Kind.PLATFORM) {
          Thread.ofPlatform().daemon().start(waiting);
        } else {
          Thread.ofVirtual().start(waiting);
        }
        yield waiting;
      }
    };
  }

  private void awaitEnd(long begin, Duration length) throws InterruptedException, TimeoutException {
    long untilEnd = length.toNanos() - (System.nanoTime() - begin);
    // Callers end before their time only when one has failed.
    if (!gate.awaitAll(untilEnd)) {
      gate.over();
      if (!gate.awaitAll(patience.toNanos()) && !gate.hasFailed()) {
        throw new TimeoutException(
            gate.running()
                + " of "
                + load.callers()
                + " callers still wait for an answer "
                + patience.toSeconds()
                + " s after the end of the round");
      }
    }
  }

  private Measurement measurement(long nanos, Usage usage) {
    long calls = 0;
    Histogram latencies = newHistogram();
    for (Caller caller : callers) {
      calls += caller.calls();
      Histogram own = caller.latencies();
      if (own != null) {
        latencies.add(own);
      }
    }
    if (calls == 0) {
      throw new IllegalStateException("no call ended in a round of " + nanos / 1_000_000 + " ms");
    }
    return new Measurement(calls, nanos, latencies, usage);
  }

  private static Histogram newHistogram() {
    return new Histogram(Caller.LATENCY_NANOS_MAX, LATENCY_DIGITS);
  }
}
