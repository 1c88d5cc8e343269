package dev.weft.reliability.failure;

import dev.weft.RpcClient;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * A server is killed while thousands of calls are open in its handlers, and others come and go; a
 * while later, another one listens at its port.
 */
final class KillScenario implements Scenario {

  private static final double END_MILLIS_MAX = 1_000;
  private static final double BACK_MILLIS_MAX = 1_000;
  private static final int AWAY_MILLIS_MAX = 1_500;

  /** How long others call before the kill. */
  private static final int LOAD_MILLIS_MAX = 100;

  private static final int CALLS_BESIDE_MAX = 20_000;

  @Override
  public String name() {
    return "kill";
  }

  @Override
  public String summary() {
    return "kill -9 of a server with open calls, and another one in its place";
  }

  @Override
  public Result run(Stage stage) throws IOException, InterruptedException {
    long capacity = (stage.rounds() + 1L) * (stage.openCalls() + CALLS_BESIDE_MAX);
    try (Ledger ledger = Ledger.open(stage, "kill", capacity)) {
      return new Run(stage, ledger).run();
    }
  }

  private static final class Run {

    private final Stage stage;
    private final Ledger ledger;
    private final int port;
    private final RandomGenerator random;
    private final Misses misses;
    private final Spread lost = new Spread();
    private final Spread back = new Spread();

    Run(Stage stage, Ledger ledger) throws IOException {
      this.stage = stage;
      this.misses = stage.misses();
      this.ledger = ledger;
      this.port = Target.freePort();
      this.random = stage.random();
    }

    Result run() throws IOException, InterruptedException {
      Target target = Target.start(stage, ledger.begun(), port);
      try (RpcClient client = RpcClient.connect(target.address())) {
        Calls calls = ledger.calls(client);
        target = round(calls, target); // what the first round alone needs is no leak
        ClientUsage usage = new ClientUsage(client, port);
        for (int round = 0; round < stage.rounds(); round++) {
          stage.round(round);
          misses.round(round);
          target = round(calls, target);
          usage.check(misses);
        }
        Audit audit = ledger.audit();
        misses.addAll(audit.violations());
        misses.expectAtMost("patient calls that failed unsent", calls.patientNotRun(), 0);
        return Result.of("kill", figures(audit, usage), misses.all());
      } finally {
        target.close();
      }
    }

    private Target round(Calls calls, Target target) throws IOException, InterruptedException {
      Target next = Target.prepare(stage, ledger.begun(), port);
      try (target) {
        next.awaitReady();
        HeldCalls held = HeldCalls.make(ledger, calls, stage.openCalls(), misses);
        try (Load load = Load.start(calls, random.nextLong(), 8, 8, 2)) {
          kill(target, held);
          Thread.sleep(random.nextInt(AWAY_MILLIS_MAX));
          CompletableFuture<Long> first = calls.callAsync(0);
          next.listen();
          long since = next.awaitListening();
          first.handle((answer, failure) -> answer).join();
          long millis = System.currentTimeMillis() - since;
          back.add(millis * 1_000_000);
          misses.expectMillis("back", (double) millis, BACK_MILLIS_MAX);
        }
        return next;
      } catch (IOException | RuntimeException | InterruptedException e) {
        next.close();
        throw e;
      }
    }

    private void kill(Target target, HeldCalls held) throws InterruptedException {
      Thread.sleep(random.nextInt(LOAD_MILLIS_MAX));
      long killed = System.nanoTime();
      target.kill();
      long nanos = held.awaitLastEnd() - killed;
      lost.add(nanos);
      misses.expectMillis("last end", nanos / 1e6, END_MILLIS_MAX);
    }

    private String figures(Audit audit, ClientUsage usage) {
      return String.format(
          Locale.ROOT,
          "%d rounds, %,d open calls each; %s; last end %s after the kill; back %s after the return;"
              + " %s",
          stage.rounds(),
          stage.openCalls(),
          audit.figures(),
          lost,
          back,
          usage);
    }
  }
}
