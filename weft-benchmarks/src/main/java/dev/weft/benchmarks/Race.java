package dev.weft.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Runs every case with every peer, one after the other, in this process.
 *
 * <p>Each case has a warm-up of the length of a round, then {@link #ROUNDS} rounds.
 *
 * @param peers who takes part
 * @param cases with which load
 * @param roundLength how long a round takes
 */
public record Race(List<Peer> peers, List<Case> cases, Duration roundLength) {

  /** Of which the median counts. */
  public static final int ROUNDS = 3;

  /** How long it will take, roughly. */
  public Duration length() {
    return roundLength.multipliedBy((long) peers.size() * cases.size() * (ROUNDS + 1));
  }

  /**
   * Runs the race.
   *
   * @param results gets each result as soon as it is there
   * @throws RaceException when a peer cannot be started, answers wrongly, fails or hangs
   * @throws InterruptedException when this thread is interrupted
   */
  public void run(Consumer<Result> results) throws RaceException, InterruptedException {
    for (Peer peer : peers) {
      String doing = "start";
      try (Peer.Server server = peer.serve();
          Peer.Client client = peer.connect(server.address())) {
        Round.checkAnswer(client.call(1), 1);
        for (Case load : cases) {
          doing = load.label();
          results.accept(new Result(peer.name(), load, measure(client, load)));
        }
        doing = "close";
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) {
        throw new RaceException(peer.name() + ", " + doing + ": " + e, e);
      }
    }
  }

  private Measurement measure(Peer.Client client, Case load) throws Exception {
    new Round(client, load).run(roundLength);
    List<Measurement> rounds = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      rounds.add(new Round(client, load).run(roundLength));
    }
    return Measurement.median(rounds);
  }
}
