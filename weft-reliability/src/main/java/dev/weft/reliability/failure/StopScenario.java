package dev.weft.reliability.failure;

import dev.weft.RpcClient;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * A server stands still for a moment, which nobody may notice but by waiting, and then for good:
 * its connections stay up, and only the heartbeat can find out. In the end it goes on.
 */
final class StopScenario implements Scenario {

  private static final Duration INTERVAL = Duration.ofMillis(400);
  private static final Duration TIMEOUT = Duration.ofMillis(400);
  private static final int SHORT_MILLIS = 300;
  private static final int OPEN_CALLS = 200;

  /** What a busy machine may add. */
  private static final double SLACK_MILLIS = 200;

  private static final double BACK_MILLIS_MAX = 1_000;
  private static final int CALLS_MAX = 60_000;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** It looks four times in an interval. */
  static double foundMillisMax(Duration interval, Duration timeout) {
    return 1.25 * interval.toMillis() + timeout.toMillis();
  }

  @Override
  public String name() {
    return "stop";
  }

  @Override
  public String summary() {
    return "SIGSTOP of a server, which the heartbeat must find, and SIGCONT";
  }

  @Override
  public Result run(Stage stage) throws IOException, InterruptedException {
    long capacity = stage.rounds() * (long) CALLS_MAX;
    int port = Target.freePort();
    try (Journal begun = stage.journal("stop-begun", capacity);
        Journal ends = stage.journal("stop-ends", capacity);
        Target target = Target.start(stage, begun, port);
        RpcClient client =
            RpcClient.builder().heartbeat(INTERVAL, TIMEOUT).connect(target.address())) {
      return new Run(stage, begun, ends, target, client).run();
    }
  }

  private static final class Run {

    private final Stage stage;
    private final Journal begun;
    private final Journal ends;
    private final Target target;
    private final RpcClient client;
    private final Calls calls;
    private final RandomGenerator random;
    private final AtomicLong numbers = new AtomicLong();
    private final Misses misses;
    private final Spread found = new Spread();
    private final Spread back = new Spread();

    Run(Stage stage, Journal begun, Journal ends, Target target, RpcClient client) {
      this.stage = stage;
      this.misses = stage.misses();
      this.begun = begun;
      this.ends = ends;
      this.target = target;
      this.client = client;
      this.calls = new Calls(client, ends, numbers);
      this.random = stage.random();
    }

    Result run() throws InterruptedException {
      calls.call(0);
      ClientUsage usage = new ClientUsage(client, target.port());
      for (int round = 0; round < stage.rounds(); round++) {
        stage.round(round);
        misses.round(round);
        stopForAMoment();
        stopForGood();
        usage.check(misses);
      }
      Audit audit = Audit.of(numbers.get(), ends, begun);
      misses.addAll(audit.violations());
      misses.expectAtMost("patient calls that failed unsent", calls.patientNotRun(), 0);
      for (String reason : calls.reasons()) {
        if (!reason.contains("the server is stuck")) {
          misses.add("a call was told " + reason);
        }
      }
      return Result.of(
          "stop",
          String.format(
              Locale.ROOT,
              "%d rounds; %s; heartbeat of %d + %d ms, found after %s; back %s after the end of the"
                  + " stop; %s",
              stage.rounds(),
              audit.figures(),
              INTERVAL.toMillis(),
              TIMEOUT.toMillis(),
              found,
              back,
              usage),
          misses.all());
    }

    private void stopForAMoment() throws InterruptedException {
      long failed = calls.failed();
      try (Load load = Load.start(calls, random.nextLong(), 8, 0, 1)) {
        target.stop();
        Thread.sleep(SHORT_MILLIS);
        target.resume();
      }
      misses.expectAtMost("failures of a short stop", calls.failed() - failed, 0);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the journal has what became of it
    private void stopForGood() throws InterruptedException {
      AtomicInteger open = new AtomicInteger(OPEN_CALLS);
      AtomicLong lastEnd = new AtomicLong();
      long from = numbers.get();
      for (int i = 0; i < OPEN_CALLS; i++) {
        calls
            .callAsync(Task.HOLD)
            .whenComplete((answer, failure) -> {
              lastEnd.set(System.nanoTime());
              open.decrementAndGet();
            });
      }
      if (!Patience.until(PATIENCE, () -> begun.count(from, OPEN_CALLS) == OPEN_CALLS)) {
        misses.add("not all calls were begun in " + PATIENCE);
      }
      try (Load load = Load.start(calls, random.nextLong(), 8, 0, 1)) {
        Thread.sleep(random.nextInt((int) INTERVAL.toMillis()));
        long stopped = System.nanoTime();
        target.stop();
        if (!Patience.until(PATIENCE, () -> open.get() == 0)) {
          misses.add(open.get() + " calls have not ended " + PATIENCE + " after the stop");
        }
        found.add(lastEnd.get() - stopped);
        misses.expectMillis(
            "found",
            (lastEnd.get() - stopped) / 1e6,
            foundMillisMax(INTERVAL, TIMEOUT) + SLACK_MILLIS);
        Thread.sleep(random.nextInt((int) PATIENCE.toMillis() / 10));
        CompletableFuture<Long> first = calls.callAsync(0);
        long resumed = System.nanoTime();
        target.resume();
        first.handle((answer, failure) -> answer).join();
        back.add(System.nanoTime() - resumed);
        misses.expectMillis("back", (System.nanoTime() - resumed) / 1e6, BACK_MILLIS_MAX);
      }
    }
  }
}
