package dev.weft.reliability.failure;

import dev.weft.RpcClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * What a {@link NetworkScenario} does inside of its namespace; its output says how far it is, and
 * what came of it.
 */
final class NetworkMain {

  static final String ROUND = "begins round ";
  static final String FIGURES = "figures ";

  private static final Duration INTERVAL = Duration.ofMillis(400);
  private static final Duration TIMEOUT = Duration.ofMillis(400);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int OPEN_CALLS = 200;
  private static final int CALLS_MAX = 60_000;
  private static final int CUT_MILLIS_MAX = 3_000;
  private static final int LOSSY_MILLIS = 3_000;
  private static final double SLACK_MILLIS = 200;

  /** A connection attempt may have lost its first packet, which is sent again after a second. */
  private static final double BACK_MILLIS_MAX = 4_000;

  private static final String LOSSY = "delay 20ms 5ms loss 2%";

  private final Stage stage;
  private final Ledger ledger;
  private final RandomGenerator random;
  private final Misses misses;
  private final Spread found = new Spread();
  private final Spread back = new Spread();
  private final Spread lossy = new Spread();

  private NetworkMain(Stage stage, Ledger ledger) {
    this.stage = stage;
    this.misses = stage.misses();
    this.ledger = ledger;
    this.random = stage.random();
  }

  /**
   * Runs it.
   *
   * @param args the folder, the rounds, the seed, whether there is netem, and whether times count
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Stage stage =
        new Stage(
            Integer.parseInt(args[1]),
            1,
            Duration.ZERO,
            1,
            Boolean.parseBoolean(args[4]),
            Long.parseLong(args[2]),
            Path.of(args[0]),
            Stage.Progress.NONE);
    sh("ip link set lo up");
    long capacity = stage.rounds() * (long) CALLS_MAX;
    try (Ledger ledger = Ledger.open(stage, "network", capacity)) {
      new NetworkMain(stage, ledger).run(Boolean.parseBoolean(args[3]));
    }
    System.exit(0);
  }

  private void run(boolean netem) throws IOException, InterruptedException {
    try (Target target = Target.start(stage, ledger.begun(), Target.freePort());
        RpcClient client =
            RpcClient.builder()
                .heartbeat(INTERVAL, TIMEOUT)
                .connectTimeout(Duration.ofSeconds(1))
                .timeout(PATIENCE)
                .connect(target.address())) {
      Calls calls = ledger.calls(client);
      calls.call(0);
      for (int round = 0; round < stage.rounds(); round++) {
        System.out.println(ROUND + round);
        misses.round(round);
        if (netem) {
          callThroughLoss(calls);
        }
        cutTheCable(calls);
      }
      misses.expectAtMost("patient calls that failed unsent", calls.patientNotRun(), 0);
    }
    Audit audit = ledger.audit();
    misses.addAll(audit.violations());
    System.out.println(
        FIGURES
            + String.format(
                Locale.ROOT,
                "%d rounds; %s; cut found after %s, back %s after the mending%s",
                stage.rounds(),
                audit.figures(),
                found,
                back,
                netem ? "; longest call with " + LOSSY + ": " + lossy : ""));
    misses.all().forEach(System.out::println);
  }

  /** It is slower, and that is all. */
  private void callThroughLoss(Calls calls) throws IOException, InterruptedException {
    long failed = calls.failed();
    calls.takeLongestNanos();
    sh("tc qdisc add dev lo root netem " + LOSSY);
    try (Load load = Load.start(calls, random.nextLong(), 32, 0, 2)) {
      Thread.sleep(LOSSY_MILLIS);
    }
    sh("tc qdisc del dev lo root");
    lossy.add(calls.takeLongestNanos());
    misses.expectAtMost("failed calls with loss and delay", calls.failed() - failed, 0);
  }

  private void cutTheCable(Calls calls) throws IOException, InterruptedException {
    HeldCalls held = HeldCalls.make(ledger, calls, OPEN_CALLS, misses);
    try (Load load = Load.start(calls, random.nextLong(), 8, 0, 1)) {
      Thread.sleep(INTERVAL.toMillis() / 2);
      long cut = System.nanoTime();
      sh("ip link set lo down");
      long nanos = held.awaitLastEnd() - cut;
      found.add(nanos);
      misses.expectMillis(
          "cut found", nanos / 1e6, StopScenario.foundMillisMax(INTERVAL, TIMEOUT) + SLACK_MILLIS);
      Thread.sleep(random.nextInt(CUT_MILLIS_MAX));
      CompletableFuture<Long> first = calls.callAsync(0);
      long mended = System.nanoTime();
      sh("ip link set lo up");
      first.handle((answer, failure) -> answer).join();
      back.add(System.nanoTime() - mended);
      misses.expectMillis("back", (System.nanoTime() - mended) / 1e6, BACK_MILLIS_MAX);
    }
  }

  private static void sh(String command) throws IOException, InterruptedException {
    List<String> all = List.of(command.split(" "));
    int status = new ProcessBuilder(all).redirectErrorStream(true).inheritIO().start().waitFor();
    if (status != 0) {
      throw new IOException(command + " has failed with status " + status);
    }
  }
}
