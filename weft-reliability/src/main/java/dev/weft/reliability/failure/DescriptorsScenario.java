package dev.weft.reliability.failure;

import dev.weft.CallOptions;
import dev.weft.Executed;
import dev.weft.RpcClient;
import dev.weft.RpcConnectionException;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/**
 * File descriptors are used up, first the server's, by strangers that connect and say nothing, then
 * the client's, by its own process. Whoever has a connection keeps it, whoever wants one is told
 * why not, nobody spins, and all is well when there are descriptors again.
 */
final class DescriptorsScenario implements Scenario {

  /** A JVM has about ninety before it begins. */
  private static final int DESCRIPTORS_MAX = 160;

  private static final int STRANGERS = 200;
  private static final int CALLS_MAX = 20_000;
  private static final Duration CONNECT_TIMEOUT = Duration.ofMillis(500);
  private static final Duration WATCHED = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Of a processor, by a server with nothing to do but fail to accept. */
  private static final long IDLE_PERCENT_MAX = 30;

  static final double BACK_MILLIS_MAX = 2_000;

  @Override
  public String name() {
    return "descriptors";
  }

  @Override
  public String summary() {
    return "no file descriptors left, at the server and at the client";
  }

  @Override
  public Result run(Stage stage) throws IOException, InterruptedException {
    int port = Target.freePort();
    long capacity = (stage.rounds() + 1L) * CALLS_MAX;
    try (Ledger ledger = Ledger.open(stage, "descriptors", capacity);
        Target target =
            Target.start(
                stage, ledger.begun(), port, new Target.Setting(List.of(), DESCRIPTORS_MAX));
        RpcClient client = RpcClient.connect(target.address())) {
      return new Run(stage, ledger, target, client).run();
    }
  }

  private static final class Run {

    private final Stage stage;
    private final Ledger ledger;
    private final Target target;
    private final RpcClient client;
    private final Calls calls;
    private final Misses misses;
    private final Spread serverBack = new Spread();
    private final Spread clientBack = new Spread();
    private long percentMax;

    Run(Stage stage, Ledger ledger, Target target, RpcClient client) {
      this.stage = stage;
      this.misses = stage.misses();
      this.ledger = ledger;
      this.target = target;
      this.client = client;
      this.calls = ledger.calls(client);
    }

    Result run() throws IOException, InterruptedException {
      Usage before = usage();
      for (int round = 0; round < stage.rounds(); round++) {
        stage.round(round);
        misses.round(round);
        useUpTheServers(round);
      }
      if (!Patience.until(PATIENCE, () -> usage().descriptors() <= before.descriptors())) {
        misses.expectAtMost(
            "descriptors of the server", usage().descriptors(), before.descriptors());
      }
      misses.expectAtMost("failed calls of who was connected", calls.failed(), 0);
      if (!Files.readString(Target.log(stage)).contains("Too many open files")) {
        misses.add("the server's log does not say \"Too many open files\"");
      }
      useUpTheClients();
      Audit audit = ledger.audit();
      misses.addAll(audit.violations());
      return Result.of(
          "descriptors",
          String.format(
              Locale.ROOT,
              "%d rounds; server: %s, at most %d %% of a processor, back %s; client: back %s;"
                  + " server's descriptors %d > %d",
              stage.rounds(),
              audit.figures(),
              percentMax,
              serverBack,
              clientBack,
              before.descriptors(),
              usage().descriptors()),
          misses.all());
    }

    private Usage usage() {
      return client.function(TargetMain.USAGE, Usage.class).call();
    }

    private void useUpTheServers(int round) throws IOException, InterruptedException {
      long failures = acceptFailures();
      List<SocketChannel> strangers = connectStrangers();
      try (RpcClient late =
          RpcClient.builder().connectTimeout(CONNECT_TIMEOUT).connect(target.address())) {
        if (!Patience.until(PATIENCE, () -> acceptFailures() > failures)) {
          misses.add("the server has accepted all");
        }
        expectClearError(late);
        watchIdleServer();
        Load load = Load.start(calls, stage.seed() + round, 8, 4, 1);
        Thread.sleep(WATCHED.toMillis());
        CompletableFuture<Long> first =
            ledger.calls(late).callAsync(0); // it waits for a connection
        long freed = System.nanoTime();
        close(strangers);
        first.handle((answer, failure) -> answer).join();
        serverBack.add(System.nanoTime() - freed);
        misses.expectMillis("server back", (System.nanoTime() - freed) / 1e6, BACK_MILLIS_MAX);
        load.close();
      } finally {
        close(strangers);
      }
    }

    private long acceptFailures() {
      return client.function(TargetMain.ACCEPT_FAILURES, Long.class).call();
    }

    private List<SocketChannel> connectStrangers() throws IOException {
      List<SocketChannel> strangers = new ArrayList<>();
      try {
        InetSocketAddress address =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), target.port());
        for (int i = 0; i < STRANGERS; i++) {
          strangers.add(SocketChannel.open(address));
        }
        return strangers;
      } catch (IOException e) {
        close(strangers);
        throw e;
      }
    }

    private static void close(List<SocketChannel> strangers) throws IOException {
      for (SocketChannel stranger : strangers) {
        stranger.close();
      }
    }

    /** The system accepts for the server, so there is a connection, but nobody says hello. */
    private void expectClearError(RpcClient late) {
      try {
        late.function(TargetMain.TASK, Task.class, Long.class)
            .withOptions(CallOptions.DEFAULT.withFailFast())
            .call(Task.of(TargetMain.UNCOUNTED, 0));
        misses.add("a server without descriptors has answered a newcomer");
      } catch (RpcConnectionException e) {
        if (e.executed() != Executed.NO
            || !String.valueOf(e.getMessage()).contains("did not say hello in time")) {
          misses.add("a newcomer was told " + e.executed() + " " + e.getMessage());
        }
      }
    }

    private void watchIdleServer() throws InterruptedException {
      Duration before = target.processorTime();
      Thread.sleep(WATCHED.toMillis());
      long percent = 100 * target.processorTime().minus(before).toMillis() / WATCHED.toMillis();
      percentMax = Math.max(percentMax, percent);
      misses.expectAtMost("percent of a processor while idle", percent, IDLE_PERCENT_MAX);
    }

    /** In a process of its own: there is no way to give a limit to this one alone. */
    private void useUpTheClients() throws IOException, InterruptedException {
      Process process =
          ChildProcess.start(
              ExhaustedClientMain.class,
              List.of(target.address(), Integer.toString(stage.rounds())),
              List.of(),
              DESCRIPTORS_MAX,
              Redirect.appendTo(Target.log(stage).toFile()));
      try (BufferedReader output = process.inputReader()) {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
          String[] words = line.split(" ", 2);
          if (words[0].equals(ExhaustedClientMain.BACK)) {
            long nanos = Long.parseLong(words[1]);
            clientBack.add(nanos);
            misses.expectMillis("client back", nanos / 1e6, BACK_MILLIS_MAX);
          } else {
            misses.add("client: " + line);
          }
        }
        if (process.waitFor() != 0) {
          misses.add("the client's process has ended with status " + process.exitValue());
        }
      } finally {
        process.destroyForcibly();
      }
    }
  }
}
