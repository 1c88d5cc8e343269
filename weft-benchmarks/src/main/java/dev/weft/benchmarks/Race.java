package dev.weft.benchmarks;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Supplier;

/**
 * Runs every case with every peer, one after the other.
 *
 * <p>Each case has a warm-up of the length of a round, then {@link #ROUNDS} rounds. The first one
 * of a peer has a longer one, while the JVM compiles what the peer is made of: the rounds of a
 * second would measure the compiler else, which takes a processor for itself.
 *
 * @param peers who takes part
 * @param cases with which load; a peer skips those that it does not support
 * @param firstWarmUp how long the warm-up of a peer's first case takes at least
 * @param roundLength how long a round takes
 * @param processes 1: client and server in this process; 2: the server in one of its own
 */
public record Race(
    List<Peer> peers, List<Case> cases, Duration firstWarmUp, Duration roundLength, int processes) {

  /** Of which the median counts. */
  public static final int ROUNDS = 3;

  /** Learns how the race goes. The thread that runs it. */
  public interface Listener {

    /**
     * Its warm-up begins.
     *
     * @param length how long it takes with its rounds, roughly
     */
    default void begins(String peer, Case load, Duration length) {}

    /** The peer does not support that case. */
    default void skipped(String peer, Case load) {}

    /**
     * It cannot be started, answers wrongly, fails or hangs; its other cases, if it can be started,
     * follow with a fresh server and client.
     *
     * @param doing "start", "close", or what case
     */
    default void failed(String peer, String doing, Exception reason) {}

    /** A case has ended. */
    void ended(Result result);
  }

  /**
   * @throws IllegalArgumentException for other than one or two processes
   */
  public Race {
    if (processes < 1 || processes > 2) {
      throw new IllegalArgumentException(processes + " processes: there can be 1 or 2");
    }
  }

  /** How long it will take, roughly. */
  public Duration length() {
    Duration length = Duration.ZERO;
    for (Peer peer : peers) {
      long runs = cases.stream().filter(peer::supports).count();
      if (runs > 0) {
        length = length.plus(length(true)).plus(length(false).multipliedBy(runs - 1));
      }
    }
    return length;
  }

  /** How long a case takes with its warm-up, roughly. */
  private Duration length(boolean first) {
    return warmUp(first).plus(roundLength.multipliedBy(ROUNDS));
  }

  private Duration warmUp(boolean first) {
    return first && firstWarmUp.compareTo(roundLength) > 0 ? firstWarmUp : roundLength;
  }

  /**
   * Runs the race.
   *
   * @return whether no peer has failed
   * @throws InterruptedException when this thread is interrupted
   */
  public boolean run(Listener listener) throws InterruptedException {
    boolean passed = true;
    for (Peer peer : peers) {
      Queue<Case> left = new ArrayDeque<>(cases);
      while (!left.isEmpty()) {
        passed &= run(peer, left, listener);
      }
    }
    return passed;
  }

  /** Runs what is left of a peer's cases, until one fails. */
  private boolean run(Peer peer, Queue<Case> left, Listener listener) throws InterruptedException {
    String doing = "start";
    try (PeerHost host = processes == 1 ? PeerHost.here(peer) : PeerProcess.start(peer.name());
        Peer.Client client = peer.connect(host.address())) {
      Turn.checkAnswer(client.call(1), 1);
      boolean first = true;
      while (!left.isEmpty()) {
        Case load = left.remove();
        if (peer.supports(load)) {
          doing = load.label();
          listener.begins(peer.name(), load, length(first));
          Measurement measurement = measure(peer, host, client, load, warmUp(first));
          listener.ended(new Result(peer.name(), load, measurement));
          first = false;
        } else {
          listener.skipped(peer.name(), load);
        }
      }
      doing = "close";
      return true;
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      listener.failed(peer.name(), doing, e);
      if (doing.equals("start")) {
        left.clear();
      }
      return false;
    }
  }

  private Measurement measure(
      Peer peer, PeerHost host, Peer.Client client, Case load, Duration warmUp) throws Exception {
    if (load.connections() == 1) {
      return measure(host, List.of(client), load, warmUp);
    }
    try (Connections connections = new Connections()) {
      for (int i = 0; i < load.connections(); i++) {
        connections.add(peer.connect(host.address()));
      }
      return measure(host, connections.clients(), load, warmUp);
    }
  }

  private Measurement measure(PeerHost host, List<Peer.Client> clients, Case load, Duration warmUp)
      throws Exception {
    Supplier<Usage> meter = () -> Usage.ofThisProcess(trafficOf(clients)).plus(host.usage());
    new Round(clients, load, meter).run(warmUp);
    List<Measurement> rounds = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      rounds.add(new Round(clients, load, meter).run(roundLength));
    }
    return Measurement.median(rounds);
  }

  private static Traffic trafficOf(List<Peer.Client> clients) {
    Traffic traffic = Traffic.NONE;
    for (Peer.Client client : clients) {
      traffic = traffic.plus(client.traffic());
    }
    return traffic;
  }
}
