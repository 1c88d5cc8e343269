package dev.weft.reliability.simulation;

import dev.weft.CallContext;
import dev.weft.testing.Simulation;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/**
 * What the handlers of a {@link Host} do: as they are asked. They count how many of them run, for
 * the server's limits.
 *
 * <p>Threads of the simulation.
 */
final class Handlers implements Answers {

  private final Simulation simulation;
  private final CallBook book;
  private final Plan.ServerPlan limits;
  private final String where;
  private final Map<String, Integer> byPeer = new HashMap<>();
  private int running;
  private int runningPlain;

  /** Those that began before are none of the server's that runs now. */
  private int incarnation;

  private boolean stopping;

  Handlers(Simulation simulation, CallBook book, Plan.ServerPlan limits, String where) {
    this.simulation = simulation;
    this.book = book;
    this.limits = limits;
    this.where = where;
  }

  /** A new server begins. */
  void restarted() {
    incarnation++;
    running = 0;
    runningPlain = 0;
    byPeer.clear();
    stopping = false;
  }

  /** The server ends: it leaves handlers alone that do not end, and counts them no more. */
  void stops() {
    stopping = true;
  }

  int running() {
    return running;
  }

  /** One that runs. */
  private final class Run {

    private final int begunIn = incarnation;
    private final String peer = CallContext.current().peer();
    private final boolean plain = CallContext.current().method().equals("plain");
    private boolean over;

    Run(Ask ask) {
      book.runs(ask, where);
      running++;
      runningPlain += plain ? 1 : 0;
      int ofPeer = byPeer.merge(peer, 1, Integer::sum);
      if (!stopping
          && (running > limits.runningCallsMax()
              || runningPlain > limits.runningCallsOfPlainMax()
              || ofPeer > limits.runningCallsPerConnectionMax())) {
        book.violated(
            running
                + " handlers run at "
                + where
                + ", "
                + runningPlain
                + " of \"plain\", "
                + ofPeer
                + " of "
                + peer);
      }
    }

    void ends() {
      if (!over && begunIn == incarnation) {
        over = true;
        running--;
        runningPlain -= plain ? 1 : 0;
        byPeer.merge(peer, -1, Integer::sum);
      }
    }
  }

  /** On a thread of its own. */
  Reply answer(Ask ask) throws InterruptedException {
    Run run = new Run(ask);
    try {
      return reply(ask);
    } finally {
      run.ends();
    }
  }

  /** On the reader's thread, where it must not block. */
  Reply answerInline(Ask ask) throws InterruptedException {
    boolean blocks =
        switch (ask.manner()) {
          case SLOW, DEAF, NEVER, POLITE -> true;
          default -> false;
        };
    return answer(
        blocks ? new Ask(ask.call(), Ask.Manner.PROMPT, 0, ask.bytes(), ask.answerBytes()) : ask);
  }

  @Override
  public Reply ask(Ask ask) throws DeclinedException {
    if (ask.manner() != Ask.Manner.DECLINES) {
      try {
        return answer(ask);
      } catch (InterruptedException e) {
        throw new IllegalStateException("interrupted", e);
      }
    }
    new Run(ask).ends();
    throw new DeclinedException(ask.call());
  }

  @Override
  public CompletableFuture<Reply> later(Ask ask) {
    Run run = new Run(ask);
    CompletableFuture<Reply> answer =
        new CompletableFuture<>() {
          @Override
          public boolean cancel(boolean mayInterruptIfRunning) {
            run.ends();
            return super.cancel(mayInterruptIfRunning);
          }
        };
    if (ask.manner() == Ask.Manner.NEVER) {
      return answer;
    }
    if (ask.manner() == Ask.Manner.PROMPT) {
      run.ends();
      answer.complete(new Reply(ask.call(), ask.answerBytes()));
      return answer;
    }
    simulation.start(
        "later " + ask.call(),
        inside -> {
          try {
            Reply reply = reply(ask);
            run.ends();
            answer.complete(reply);
          } catch (IllegalStateException e) {
            run.ends();
            answer.completeExceptionally(e);
          }
        });
    return answer;
  }

  private Reply reply(Ask ask) throws InterruptedException {
    switch (ask.manner()) {
      case POLITE -> {
        for (int i = 0; i < 3; i++) {
          Thread.yield();
        }
      }
      case SLOW -> simulation.sleep(Duration.ofNanos(ask.nanos()));
      case DEAF -> sleepDeaf(Duration.ofNanos(ask.nanos()));
      case NEVER -> new CountDownLatch(1).await();
      case THROWS, DECLINES ->
          throw new IllegalStateException("call " + ask.call() + " is to fail");
      case HUGE -> {
        return new Reply(ask.call(), Plan.MESSAGE_BYTES_MAX + 1);
      }
      case UNSENDABLE -> {
        return new Reply(ask.call(), -1);
      }
      case PROMPT -> {
        // At once.
      }
    }
    return new Reply(ask.call(), ask.answerBytes());
  }

  private void sleepDeaf(Duration duration) {
    Duration until = simulation.elapsed().plus(duration);
    while (simulation.elapsed().compareTo(until) < 0) {
      try {
        simulation.sleep(until.minus(simulation.elapsed()));
      } catch (InterruptedException e) {
        simulation.point(); // deaf
      }
    }
  }
}
