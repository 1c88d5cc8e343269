package dev.weft.reliability.failure;

import dev.weft.RpcClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * A long time under a steady load, in which everything happens that may happen, at random: one
 * server is killed, restarted, stopped; another one lives all the time, with handlers that throw
 * errors, clients that come and go, and strangers. What it and the clients' process hold on to is
 * looked at again and again.
 */
final class SoakScenario implements Scenario {

  private static final Duration HEARTBEAT = Duration.ofSeconds(1);
  private static final Duration QUIET_MAX = Duration.ofSeconds(30);
  private static final int SAMPLES = 60;
  private static final int PAUSE_MILLIS_MAX = 4_000;
  private static final int AWAY_MILLIS_MAX = 2_000;
  private static final int STOP_MILLIS_MAX = 4_000;
  private static final int STRANGERS = 50;
  private static final int VISITOR_CALLERS = 20;
  private static final int VISITOR_MILLIS_MAX = 200;
  private static final int END_SECONDS_MAX = 12;
  private static final double ROOM = 1.2;
  private static final long CALLS_BESIDE_MAX = 100_000_000;

  /** Long runs are what compilers are for. */
  private static final Target.Setting SETTING =
      new Target.Setting(List.of("-XX:TieredStopAtLevel=4"), 0);

  private enum Event {
    KILL,
    RESTART,
    STOP,
    ERRORS,
    VISITOR,
    STRANGERS
  }

  private static final List<Event> EVENTS = List.of(Event.values());

  @Override
  public String name() {
    return "soak";
  }

  @Override
  public String summary() {
    return "all of it at random, for --hours at --rate";
  }

  @Override
  public Result run(Stage stage) throws IOException, InterruptedException {
    long capacity = (long) (ROOM * stage.rate() * stage.soak().toSeconds()) + CALLS_BESIDE_MAX;
    try (Ledger ledger = Ledger.open(stage, "soak", capacity);
        Target steady = Target.start(stage, ledger.begun(), Target.freePort(), SETTING)) {
      return new Run(stage, ledger, steady).run();
    }
  }

  private static final class Run {

    private final Stage stage;
    private final Ledger ledger;
    private final Target steady;
    private final RandomGenerator random;
    private final Misses misses;
    private final Map<Event, Integer> events = new EnumMap<>(Event.class);
    private final Samples own = new Samples("client");
    private final Samples servers = new Samples("server");

    Run(Stage stage, Ledger ledger, Target steady) {
      this.stage = stage;
      this.misses = stage.misses();
      this.ledger = ledger;
      this.steady = steady;
      this.random = stage.random();
    }

    Result run() throws IOException, InterruptedException {
      int port = Target.freePort();
      Target victim = Target.start(stage, ledger.begun(), port, SETTING);
      long patientNotRun;
      try (RpcClient one =
              RpcClient.builder().heartbeat(HEARTBEAT, HEARTBEAT).connect(steady.address());
          RpcClient other =
              RpcClient.builder().heartbeat(HEARTBEAT, HEARTBEAT).connect(victim.address())) {
        Calls toSteady = ledger.calls(one);
        Calls toVictim = ledger.calls(other);
        try (Pacer first = Pacer.start(toSteady, stage.rate() - stage.rate() / 2);
            Pacer second = Pacer.start(toVictim, stage.rate() / 2)) {
          long begin = System.nanoTime();
          for (int sample = 0; sample < SAMPLES; sample++) {
            long until = begin + stage.soak().toNanos() / SAMPLES * (sample + 1);
            while (System.nanoTime() - until < 0) {
              tell(begin);
              victim = happen(EVENTS.get(random.nextInt(EVENTS.size())), victim, toSteady);
              Thread.sleep(random.nextInt(PAUSE_MILLIS_MAX));
            }
            sample(one, other, first, second);
          }
        }
        misses.expectAtMost("failed calls of the steady server", toSteady.failed() - thrown(), 0);
        patientNotRun = toSteady.patientNotRun() + toVictim.patientNotRun();
      } finally {
        victim.close();
      }
      misses.expectAtMost("patient calls that failed unsent", patientNotRun, 0);
      Audit audit = ledger.audit();
      misses.addAll(audit.violations());
      misses.addAll(own.growth());
      misses.addAll(servers.growth());
      return Result.of("soak", figures(audit), misses.all());
    }

    private long thrown() {
      return events.getOrDefault(Event.ERRORS, 0) * 2L;
    }

    private void tell(long begin) {
      double share = (System.nanoTime() - begin) / (double) stage.soak().toNanos();
      stage
          .progress()
          .at(Math.min(1, share), String.format(Locale.ROOT, "%,d calls", ledger.made()));
    }

    private Target happen(Event event, Target victim, Calls toSteady)
        throws IOException, InterruptedException {
      events.merge(event, 1, Integer::sum);
      switch (event) {
        case KILL -> {
          return replace(victim, true);
        }
        case RESTART -> {
          return replace(victim, false);
        }
        case STOP -> {
          victim.stop();
          Thread.sleep(random.nextInt(STOP_MILLIS_MAX));
          victim.resume();
        }
        case ERRORS -> {
          toSteady.call(Task.Fault.THROWN_OUT_OF_MEMORY, false);
          toSteady.call(Task.Fault.DEEP, true);
        }
        case VISITOR -> visit();
        case STRANGERS -> disturb();
      }
      return victim;
    }

    private Target replace(Target victim, boolean killed) throws IOException, InterruptedException {
      Target next = Target.prepare(stage, ledger.begun(), victim.port(), SETTING);
      try (victim) {
        next.awaitReady();
        if (killed) {
          victim.kill();
          Thread.sleep(random.nextInt(AWAY_MILLIS_MAX));
          next.listen();
        } else {
          next.listen();
          victim.terminate();
          if (!victim.awaitEnd(END_SECONDS_MAX)) {
            misses.add("a server that was asked to end has not ended well");
          }
        }
        next.awaitListening();
        return next;
      } catch (IOException | InterruptedException e) {
        next.close();
        throw e;
      }
    }

    /** A client that is closed in the middle of its calls. */
    private void visit() throws InterruptedException {
      RpcClient client = RpcClient.connect(steady.address());
      try (Load load = Load.eager(ledger.calls(client), VISITOR_CALLERS)) {
        Thread.sleep(random.nextInt(VISITOR_MILLIS_MAX));
        client.close();
      }
    }

    /** Connections that say nothing, and go. */
    private void disturb() throws IOException, InterruptedException {
      List<SocketChannel> strangers = new ArrayList<>();
      try {
        InetSocketAddress address =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), steady.port());
        for (int i = 0; i < STRANGERS; i++) {
          strangers.add(SocketChannel.open(address));
        }
        Thread.sleep(random.nextInt(VISITOR_MILLIS_MAX));
      } finally {
        for (SocketChannel stranger : strangers) {
          stranger.close();
        }
      }
    }

    /** While nobody calls: then what is held is held for nothing. */
    private void sample(RpcClient one, RpcClient other, Pacer first, Pacer second)
        throws InterruptedException {
      first.pause(true);
      second.pause(true);
      if (!Patience.until(
          QUIET_MAX,
          () ->
              one.pendingCalls() + other.pendingCalls() == 0
                  && one.stats().connections() + other.stats().connections() == 2)) {
        misses.add(
            one.pendingCalls()
                + other.pendingCalls()
                + " calls are open "
                + QUIET_MAX
                + " after the last");
      }
      own.add(
          Usage.now(
              one.pendingCalls() + other.pendingCalls(),
              one.stats().connections() + other.stats().connections()));
      servers.add(one.function(TargetMain.USAGE, Usage.class).call());
      first.pause(false);
      second.pause(false);
    }

    private String figures(Audit audit) {
      return String.format(
          Locale.ROOT,
          "%d s at %,d calls/s; %s; %s; %s; %s",
          stage.soak().toSeconds(),
          stage.rate(),
          events,
          audit.figures(),
          own,
          servers);
    }
  }
}
