package dev.weft.reliability.failure;

import dev.weft.RpcClient;
import dev.weft.RpcSupplier;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * Clients that are closed in the middle of their traffic: every call ends, and nothing of the
 * connection is left on either side.
 */
final class CloseScenario implements Scenario {

  /** It takes milliseconds, and what it looks for is rare. */
  private static final int CLOSES_PER_ROUND = 10;

  private static final int CALLS_MAX = 20_000;
  private static final int LOAD_MILLIS_MAX = 20;
  private static final double END_MILLIS_MAX = 1_000;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @Override
  public String name() {
    return "close";
  }

  @Override
  public String summary() {
    return "clients closed in the middle of traffic, ten each round";
  }

  @Override
  public Result run(Stage stage) throws IOException, InterruptedException {
    int port = Target.freePort();
    Misses misses = stage.misses();
    Spread closing = new Spread();
    long calls = 0;
    int left = 0;
    try (Journal begun = stage.journal("close-begun", CALLS_MAX);
        Target target = Target.start(stage, begun, port);
        RpcClient watcher = RpcClient.connect(target.address())) {
      RpcSupplier<Usage> usage = watcher.function(TargetMain.USAGE, Usage.class);
      Usage before = usage.call();
      RandomGenerator random = stage.random();
      for (int round = 0; round < stage.rounds(); round++) {
        stage.round(round);
        misses.round(round);
        for (int i = 0; i < CLOSES_PER_ROUND; i++) {
          AtomicLong numbers = new AtomicLong();
          try (Journal ends = stage.journal("close-ends", CALLS_MAX)) {
            closeInTraffic(target, ends, numbers, random, closing);
            checkEnds(misses, ends, numbers.get());
          }
          calls += numbers.get();
          if (!Patience.until(PATIENCE, () -> ends(port) == 2)) { // the watcher's
            left += ends(port) - 2;
            misses.add(ends(port) - 2 + " ends of closed connections are still established");
          }
        }
      }
      // A socket is gone a moment before its connection is counted out.
      Patience.until(PATIENCE, () -> usage.call().connections() <= before.connections());
      Usage after = usage.call();
      misses.expectMillis("longest close", closing.maxMillis(), END_MILLIS_MAX);
      misses.expectAtMost("connections of the server", after.connections(), before.connections());
      misses.expectAtMost("descriptors of the server", after.descriptors(), before.descriptors());
      misses.expectAtMost("calls of the server", after.calls(), before.calls());
      return Result.of(
          name(),
          String.format(
              Locale.ROOT,
              "%,d clients closed, %,d calls; closed and all calls ended after %s; %d ends of"
                  + " sockets left%s; server's descriptors %d > %d",
              stage.rounds() * CLOSES_PER_ROUND,
              calls,
              closing,
              left,
              Sockets.areListed() ? "" : " (not listed here)",
              before.descriptors(),
              after.descriptors()),
          misses.all());
    }
  }

  private static void closeInTraffic(
      Target target, Journal ends, AtomicLong numbers, RandomGenerator random, Spread closing)
      throws InterruptedException {
    RpcClient client = RpcClient.connect(target.address());
    Load load = Load.eager(new Calls(client, ends, numbers), 20);
    Thread.sleep(1 + random.nextInt(LOAD_MILLIS_MAX));
    long begin = System.nanoTime();
    client.close();
    load.close();
    closing.add(System.nanoTime() - begin);
  }

  private static void checkEnds(Misses misses, Journal ends, long calls) {
    for (long call = 0; call < calls; call++) {
      int noted = ends.get(call);
      if (noted == End.OPEN.code() || noted >= End.AGAIN || noted == End.WRONG.code()) {
        misses.add("call " + call + " ended as " + End.first(noted) + ", noted " + noted);
      }
    }
  }

  private static int ends(int port) {
    return Sockets.areListed() ? Sockets.established(port) : 2;
  }
}
