package dev.weft.benchmarks;

import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Makes calls as long as a round runs.
 *
 * <p>What it counts belongs to the thread that has its call's answer, and to {@link Round} after
 * the end.
 */
sealed interface Caller {

  /** Longer ones count as so long. */
  long LATENCY_NANOS_MAX = 120_000_000_000L;

  /** Begins, when the round does. */
  void start();

  /** How many calls have ended. */
  long calls();

  /** How long they took, in nanoseconds; {@code null} if it does not note that. */
  @Nullable Histogram latencies();

  /** A thread that calls, waits, and calls again. */
  final class Waiting implements Caller, Runnable {

    private final Turn turn;
    private final Gate gate;
    private final @Nullable Histogram latencies;
    private int number;
    private long calls;

    Waiting(Turn turn, int firstNumber, Gate gate, @Nullable Histogram latencies) {
      this.turn = turn;
      this.number = firstNumber;
      this.gate = gate;
      this.latencies = latencies;
    }

    @Override
    public void run() {
      try {
        gate.await();
        Histogram histogram = latencies;
        long begin = histogram == null ? 0 : System.nanoTime();
        do {
          int done = turn.take(number + 1);
          number += done;
          calls += done;
          if (histogram != null) {
            long end = System.nanoTime();
            histogram.recordValue(Math.min(end - begin, LATENCY_NANOS_MAX));
            begin = end;
          }
        } while (!gate.isOver());
        gate.ended();
      } catch (Throwable e) {
        gate.failed(e);
      }
    }

    @Override
    public void start() {
      // It waits at the gate.
    }

    @Override
    public long calls() {
      return calls;
    }

    @Override
    public @Nullable Histogram latencies() {
      return latencies;
    }
  }

  /** A chain of calls, each made by the completion of the one before. */
  final class Chain implements Caller, Peer.Completion {

    private final Peer.Client client;
    private final Gate gate;
    private final @Nullable Histogram latencies;
    private int number;
    private long calls;
    private long begin;

    Chain(Peer.Client client, int firstNumber, Gate gate, @Nullable Histogram latencies) {
      this.client = client;
      this.number = firstNumber;
      this.gate = gate;
      this.latencies = latencies;
    }

    @Override
    public void start() {
      if (latencies != null) {
        begin = System.nanoTime();
      }
      call();
    }

    private void call() {
      number++;
      try {
        client.callAsync(number, this);
      } catch (Throwable e) {
        gate.failed(e);
      }
    }

    @Override
    public void completed(int answer) {
      try {
        Turn.checkAnswer(answer, number);
      } catch (IllegalStateException e) {
        gate.failed(e);
        return;
      }
      calls++;
      if (latencies != null) {
        long end = System.nanoTime();
        latencies.recordValue(Math.min(end - begin, LATENCY_NANOS_MAX));
        begin = end;
      }
      if (gate.isOver()) {
        gate.ended();
      } else {
        call();
      }
    }

    @Override
    public void failed(Throwable reason) {
      gate.failed(reason);
    }

    @Override
    public long calls() {
      return calls;
    }

    @Override
    public @Nullable Histogram latencies() {
      return latencies;
    }
  }

  /**
   * Makes calls at a fixed rate, whether answers come or not. A call's latency begins when it was
   * due, not when it was made: so a server that stalls is charged with every call that would have
   * been made meanwhile, not with one (no "coordinated omission").
   *
   * <p>The thread sleeps until the next call is due and wakes up some 50 us late, so that much is
   * in every latency. It does not spin instead: that would take a processor from the peer.
   */
  final class Paced implements Caller, Runnable {

    /** Beyond, the peer cannot keep up at all, and calls wait to be made. */
    private static final int OPEN_MAX = 50_000;

    private static final long PAUSE_NANOS = 50_000;

    private final Peer.Client client;
    private final int perSecond;
    private final Gate gate;
    private final Histogram latencies;
    private final LongAdder ended = new LongAdder();
    private long made;

    /**
     * @param latencies any thread may record there
     */
    Paced(Peer.Client client, int perSecond, Gate gate, Histogram latencies) {
      this.client = client;
      this.perSecond = perSecond;
      this.gate = gate;
      this.latencies = latencies;
    }

    @Override
    public void run() {
      try {
        gate.await();
        long begin = System.nanoTime();
        while (made == 0 || !gate.isOver()) {
          long due = begin + made * 1_000_000_000L / perSecond;
          long early = due - System.nanoTime();
          if (early > 0) {
            LockSupport.parkNanos(early);
          } else if (made - ended.sum() >= OPEN_MAX) {
            LockSupport.parkNanos(PAUSE_NANOS);
          } else {
            made++;
            client.callAsync((int) made, new Answer((int) made, due));
          }
        }
        while (ended.sum() < made && !gate.hasFailed()) {
          LockSupport.parkNanos(PAUSE_NANOS);
        }
        gate.ended();
      } catch (Throwable e) {
        gate.failed(e);
      }
    }

    @Override
    public void start() {
      // It waits at the gate.
    }

    @Override
    public long calls() {
      return ended.sum();
    }

    @Override
    public Histogram latencies() {
      return latencies;
    }

    private final class Answer implements Peer.Completion {

      private final int number;
      private final long due;

      Answer(int number, long due) {
        this.number = number;
        this.due = due;
      }

      @Override
      public void completed(int answer) {
        try {
          Turn.checkAnswer(answer, number);
          latencies.recordValue(Math.clamp(System.nanoTime() - due, 0, LATENCY_NANOS_MAX));
        } catch (RuntimeException e) {
          gate.failed(e);
        }
        ended.increment();
      }

      @Override
      public void failed(Throwable reason) {
        gate.failed(reason);
      }
    }
  }
}
