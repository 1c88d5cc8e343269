package dev.weft.reliability.overload;

import dev.weft.reliability.overload.Target.Client;
import dev.weft.reliability.overload.Target.Server;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Overloads a server as planned: a warm-up, each load after the other, each beginning with a server
 * that has nothing to do, and then, at once after the last, half of the capacity. Client and server
 * are in this process. One thread.
 */
public final class Overload {

  /** Who is told how it goes. */
  public interface Listener {

    /** The warm-up or a load begins; what was before it may not have ended yet. */
    void begins(String peer, String what, Duration length);

    /** A load has ended. */
    void ended(String peer, Step step);
  }

  /** They would tell every second what is meant here; kept, as the logging system does not. */
  private static final List<Logger> LOGS =
      List.of(Logger.getLogger("dev.weft.server"), Logger.getLogger("dev.weft.client"));

  private final OverloadPlan plan;
  private final Target target;
  private final Listener listener;

  /** Whose calls are made; null: nobody's yet. */
  private volatile @Nullable Tally current;

  /** Whose were made before, and may be under way still. */
  private volatile @Nullable Tally before;

  private Overload(OverloadPlan plan, Target target, Listener listener) {
    this.plan = plan;
    this.target = target;
    this.listener = listener;
  }

  /**
   * Runs it against one peer.
   *
   * @throws Exception what the peer fails with
   */
  public static OverloadResult run(OverloadPlan plan, Target target, Listener listener)
      throws Exception {
    List<@Nullable Level> levels = new ArrayList<>();
    LOGS.forEach(log -> levels.add(log.getLevel()));
    LOGS.forEach(log -> log.setLevel(Level.OFF));
    try {
      return runSilently(plan, target, listener);
    } finally {
      for (int i = 0; i < LOGS.size(); i++) {
        LOGS.get(i).setLevel(levels.get(i));
      }
    }
  }

  private static OverloadResult runSilently(OverloadPlan plan, Target target, Listener listener)
      throws Exception {
    Overload overload = new Overload(plan, target, listener);
    List<Client> clients = new ArrayList<>();
    try (Server server = target.serve(plan.work(), overload::begins)) {
      try {
        for (int i = 0; i < plan.clients(); i++) {
          clients.add(target.connect(server.address()));
        }
        return overload.run(clients);
      } finally {
        for (Client client : clients) {
          client.close();
        }
      }
    }
  }

  /** A handler begins. */
  private void begins(int number) {
    Tally tally = current;
    if (tally == null || number < tally.first()) {
      tally = before;
    }
    if (tally != null) {
      tally.begins(number);
    }
  }

  private OverloadResult run(List<Client> clients) {
    OpenLoop loop = new OpenLoop(clients, plan.deadline(), new SplittableRandom(plan.seed()));
    listener.begins(target.name(), "warm-up", plan.warmUp());
    Load warmUp = begin(loop, OverloadPlan.QUIET, plan.warmUp(), Double.NaN);
    loop.await(warmUp.tally(), warmUp.made());
    List<Step> steps = new ArrayList<>();
    for (double load : plan.loads()) {
      boolean last = steps.size() == plan.loads().size() - 1;
      listener.begins(target.name(), "load " + load, plan.step());
      Load running = begin(loop, load, plan.step(), Double.NaN);
      if (last) {
        return recover(loop, steps, running);
      }
      loop.await(running.tally(), running.made());
      steps.add(end(running));
    }
    throw new AssertionError("a plan has a load");
  }

  /** The load falls at once, while what it was before still waits. */
  private OverloadResult recover(OpenLoop loop, List<Step> steps, Load highest) {
    listener.begins(target.name(), "back to " + OverloadPlan.QUIET, plan.recovery());
    Step quietest =
        steps.stream()
            .reduce((one, other) -> one.load() <= other.load() ? one : other)
            .orElse(highest.step());
    Load after = begin(loop, OverloadPlan.QUIET, plan.recovery(), 5 * quietest.p99Millis());
    loop.await(highest.tally(), highest.made());
    steps.add(end(highest));
    loop.await(after.tally(), after.made());
    return new OverloadResult(
        target.name(), plan, List.copyOf(steps), after.slots().normalAfterMillis());
  }

  private Step end(Load load) {
    Step step = load.step();
    listener.ended(target.name(), step);
    return step;
  }

  /**
   * Makes the calls of a load, the last of which have not ended when it returns.
   *
   * @param slowMillis what takes longer is not normal; NaN: whatever does not miss its deadline is
   */
  private Load begin(OpenLoop loop, double load, Duration length, double slowMillis) {
    double perSecond = load * plan.work().perSecond();
    double expected = perSecond * length.toNanos() / 1e9;
    int callsMax = (int) (expected + 10 * Math.sqrt(expected) + 10);
    long slowNanos = Double.isNaN(slowMillis) ? Long.MAX_VALUE : Math.round(slowMillis * 1_000_000);
    long beginNanos = System.nanoTime();
    Slots slots = new Slots(beginNanos, length, slowNanos);
    Tally last = current;
    int first = last == null ? 0 : last.first() + last.callsMax();
    Tally tally = new Tally(plan.deadline(), first, callsMax, slots);
    before = last;
    current = tally;
    int made = loop.make(perSecond, beginNanos, length, tally);
    return new Load(load, length, made, tally, slots);
  }

  private record Load(double load, Duration length, int made, Tally tally, Slots slots) {

    Step step() {
      return tally.step(load, made, length);
    }
  }
}
