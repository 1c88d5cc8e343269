package dev.weft.reliability.failure;

import dev.weft.RpcClient;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * A server is asked to end while its clients call, and its successor takes over the port as soon as
 * it can be had: a rolling restart. No call may fail, none may be run twice, and no one-way message
 * may be lost.
 */
final class RestartScenario implements Scenario {

  private static final int LOAD_MILLIS_MAX = 300;
  private static final int CALLS_MAX = 40_000;
  private static final int END_SECONDS_MAX = 12;

  @Override
  public String name() {
    return "restart";
  }

  @Override
  public String summary() {
    return "SIGTERM under load, and a successor that takes over the port: no call may fail";
  }

  @Override
  public Result run(Stage stage) throws IOException, InterruptedException {
    long capacity = (stage.rounds() + 1L) * CALLS_MAX;
    try (Ledger ledger = Ledger.open(stage, "restart", capacity)) {
      return new Run(stage, ledger).run();
    }
  }

  private static final class Run {

    private final Stage stage;
    private final Ledger ledger;
    private final int port;
    private final RandomGenerator random;
    private final Misses misses;
    private final Spread longest = new Spread();
    private final Spread takeOver = new Spread();

    Run(Stage stage, Ledger ledger) throws IOException {
      this.stage = stage;
      this.misses = stage.misses();
      this.ledger = ledger;
      this.port = Target.freePort();
      this.random = stage.random();
    }

    Result run() throws IOException, InterruptedException {
      Target target = Target.start(stage, ledger.begun(), port);
      try (RpcClient one = RpcClient.connect(target.address());
          RpcClient several = RpcClient.builder().connections(3).connect(target.address())) {
        List<Calls> calls = List.of(ledger.calls(one), ledger.calls(several));
        for (int round = 0; round < stage.rounds(); round++) {
          stage.round(round);
          misses.round(round);
          target = round(calls, target);
        }
        Audit audit = ledger.audit();
        misses.addAll(audit.violations());
        misses.expectAtMost("failed calls", audit.failed(), 0);
        misses.expectAtMost("lost one-way messages", audit.oneWaysLost(), 0);
        calls.forEach(each -> misses.addAll(each.reasons()));
        return Result.of("restart", figures(audit), misses.all());
      } finally {
        target.close();
      }
    }

    private Target round(List<Calls> calls, Target target)
        throws IOException, InterruptedException {
      Target next = Target.prepare(stage, ledger.begun(), port);
      try (target) {
        next.awaitReady();
        calls.forEach(Calls::takeLongestNanos);
        try (Load first = load(calls.get(0));
            Load second = load(calls.get(1))) {
          next.listen(); // which it cannot yet
          Thread.sleep(random.nextInt(LOAD_MILLIS_MAX));
          long asked = System.currentTimeMillis();
          target.terminate();
          takeOver.add((next.awaitListening() - asked) * 1_000_000);
          if (!target.awaitEnd(END_SECONDS_MAX)) {
            misses.add("the server has not ended well");
          }
          Thread.sleep(random.nextInt(LOAD_MILLIS_MAX));
        }
        calls.forEach(each -> longest.add(each.takeLongestNanos()));
        return next;
      } catch (IOException | RuntimeException | InterruptedException e) {
        next.close();
        throw e;
      }
    }

    /** Those that fail at once without a server are not here: for a moment, there is none. */
    private Load load(Calls calls) {
      return Load.start(calls, random.nextLong(), 16, 0, 2);
    }

    private String figures(Audit audit) {
      return String.format(
          Locale.ROOT,
          "%d rounds; %s; %d failed, %d one-way messages lost; longest call of a round %s;"
              + " successor listens %s after the signal",
          stage.rounds(),
          audit.figures(),
          audit.failed(),
          audit.oneWaysLost(),
          longest,
          takeOver);
    }
  }
}
