package dev.weft.reliability.failure;

import dev.weft.RpcClient;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Handlers use up a server's heap, so that any of its threads may fail at any allocation: calls of
 * others may fail, too, but each of them ends, and the server is well again when the memory is
 * given back.
 *
 * <p>Unless one of the JDK's own threads has ended meanwhile that virtual threads depend on, which
 * it says on the standard error: that server is replaced, and counted.
 */
final class HeapScenario implements Scenario {

  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final double LATE_MILLIS_MAX = 1_000;
  private static final double WELL_MILLIS_MAX = 1_000;

  /**
   * What the JVM says of a thread of the JDK's that has ended: it serves all sockets, or timers.
   */
  private static final Pattern LOST_THREAD =
      Pattern.compile(
          "in thread \"(MasterPoller|Read-Poller|Write-Poller|VirtualThread-|ForkJoin)");

  private static final int HOGS = 3;
  private static final int CALLS_MAX = 100_000;

  @Override
  public String name() {
    return "heap";
  }

  @Override
  public String summary() {
    return "handlers that use up the heap, down to the last byte";
  }

  @Override
  public Result run(Stage stage) throws IOException, InterruptedException {
    int port = Target.freePort();
    long capacity = (long) stage.rounds() * CALLS_MAX;
    try (Ledger ledger = Ledger.open(stage, "heap", capacity);
        RpcClient client =
            RpcClient.builder().timeout(TIMEOUT).connect("tcp://127.0.0.1:" + port)) {
      return new Run(stage, ledger, port, client).run();
    }
  }

  private static final class Run {

    private final Stage stage;
    private final Ledger ledger;
    private final int port;
    private final RpcClient client;
    private final Calls faulty;
    private final Calls others;
    private final Misses misses;
    private final Spread well = new Spread();
    private long hogs;
    private long replaced;
    private long lostThreads;

    Run(Stage stage, Ledger ledger, int port, RpcClient client) {
      this.stage = stage;
      this.misses = stage.misses();
      this.ledger = ledger;
      this.port = port;
      this.client = client;
      this.faulty = ledger.calls(client);
      this.others = ledger.calls(client);
    }

    Result run() throws IOException, InterruptedException {
      Target target = start();
      try {
        others.call(0);
        Usage before = usage();
        for (int round = 0; round < stage.rounds(); round++) {
          stage.round(round);
          misses.round(round);
          useUpTheHeap(round);
          if (hasLostThreadOfTheJdk()) {
            replaced++;
            target.close();
            target = start();
          } else {
            checkWell(target);
            checkLeaks(before);
          }
        }
      } finally {
        target.close();
      }
      Audit audit = ledger.audit();
      misses.addAll(audit.violations());
      return Result.of("heap", figures(audit), misses.all());
    }

    private Target start() throws IOException, InterruptedException {
      return Target.start(stage, ledger.begun(), port, new Target.Setting(List.of("-Xmx40m"), 0));
    }

    private long connections() {
      return client.stats().dials() - client.stats().dialErrors();
    }

    private boolean hasLostThreadOfTheJdk() throws IOException {
      long now = LOST_THREAD.matcher(Files.readString(Target.log(stage))).results().count();
      boolean more = now > lostThreads;
      lostThreads = now;
      return more;
    }

    private Usage usage() {
      return client.function(TargetMain.USAGE, Usage.class).call();
    }

    /** Others call meanwhile; their calls may fail, but must end. */
    private void useUpTheHeap(int round) throws InterruptedException {
      others.takeLongestNanos();
      try (Load load = Load.start(others, stage.seed() + round, 48, 4, 4)) {
        List<CompletableFuture<@Nullable Throwable>> taken = new ArrayList<>();
        for (int i = 0; i < HOGS; i++) {
          hogs++;
          taken.add(
              CompletableFuture.supplyAsync(
                  () -> faulty.call(Task.Fault.HOG, false), Thread::startVirtualThread));
        }
        for (CompletableFuture<@Nullable Throwable> hog : taken) {
          if (hog.join() == null) {
            misses.add("a handler that uses up the heap was answered");
          }
        }
      }
      misses.expectMillis(
          "longest call", others.takeLongestNanos() / 1e6, TIMEOUT.toMillis() + LATE_MILLIS_MAX);
    }

    private void checkWell(Target target) throws InterruptedException {
      if (!target.isAlive()) {
        misses.add("the server's process has ended");
      }
      long begin = System.nanoTime();
      if (!Patience.until(TIMEOUT.multipliedBy(2), () -> others.call(0))) {
        misses.add("the server does not serve any more");
      }
      well.add(System.nanoTime() - begin);
      misses.expectMillis("well again", (System.nanoTime() - begin) / 1e6, WELL_MILLIS_MAX);
    }

    private void checkLeaks(Usage before) throws InterruptedException {
      Usage[] after = {before};
      Patience.until(
          TIMEOUT,
          () -> {
            after[0] = usage();
            return after[0].calls() <= before.calls()
                && after[0].connections() <= before.connections()
                && after[0].descriptors() <= before.descriptors();
          });
      misses.expectAtMost("calls of the server", after[0].calls(), before.calls());
      misses.expectAtMost("its connections", after[0].connections(), before.connections());
      misses.expectAtMost("its descriptors", after[0].descriptors(), before.descriptors());
    }

    private String figures(Audit audit) {
      return String.format(
          Locale.ROOT,
          "%,d times used up by %,d handlers; the JDK lost a thread, and the server was replaced, %d"
              + " times; %d connections in all; %s; well again after %s",
          stage.rounds(),
          hogs,
          replaced,
          connections(),
          audit.figures(),
          well);
    }
  }
}
