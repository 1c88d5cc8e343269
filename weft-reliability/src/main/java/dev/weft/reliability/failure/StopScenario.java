package dev.weft.reliability.failure;

import dev.weft.RpcClient;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * A server stands still for a moment, which nobody may notice but by waiting, and then for good:
 * its connections stay up, and only the heartbeat can find out. In the end it goes on.
 */
final class StopScenario implements Scenario {

  private static final Duration INTERVAL = Duration.ofMillis(400);
  private static final Duration TIMEOUT = Duration.ofMillis(400);
  private static final int SHORT_MILLIS = 300;
  private static final int STOP_MILLIS_MAX = 2_000;
  private static final int OPEN_CALLS = 200;

  /** What a busy machine may add. */
  private static final double SLACK_MILLIS = 200;

  private static final double BACK_MILLIS_MAX = 1_000;
  private static final int CALLS_MAX = 60_000;

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
    try (Ledger ledger = Ledger.open(stage, "stop", capacity);
        Target target = Target.start(stage, ledger.begun(), port);
        RpcClient client =
            RpcClient.builder().heartbeat(INTERVAL, TIMEOUT).connect(target.address())) {
      return new Run(stage, ledger, target, client).run();
    }
  }

  private static final class Run {

    private final Stage stage;
    private final Ledger ledger;
    private final Target target;
    private final RpcClient client;
    private final Calls calls;
    private final RandomGenerator random;
    private final Misses misses;
    private final Spread found = new Spread();
    private final Spread back = new Spread();

    Run(Stage stage, Ledger ledger, Target target, RpcClient client) {
      this.stage = stage;
      this.misses = stage.misses();
      this.ledger = ledger;
      this.target = target;
      this.client = client;
      this.calls = ledger.calls(client);
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
      Audit audit = ledger.audit();
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

    private void stopForGood() throws InterruptedException {
      HeldCalls held = HeldCalls.make(ledger, calls, OPEN_CALLS, misses);
      try (Load load = Load.start(calls, random.nextLong(), 8, 0, 1)) {
        Thread.sleep(random.nextInt((int) INTERVAL.toMillis()));
        long stopped = System.nanoTime();
        target.stop();
        long nanos = held.awaitLastEnd() - stopped;
        found.add(nanos);
        misses.expectMillis("found", nanos / 1e6, foundMillisMax(INTERVAL, TIMEOUT) + SLACK_MILLIS);
        Thread.sleep(random.nextInt(STOP_MILLIS_MAX));
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
