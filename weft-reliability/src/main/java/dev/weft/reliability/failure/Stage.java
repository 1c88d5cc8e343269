package dev.weft.reliability.failure;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Where a scenario plays: how often, how long, with how many calls, and where its files are.
 *
 * @param rounds how often it fails, at least 1
 * @param openCalls how many calls are open when a server is killed, at least 1
 * @param soak how long a soak takes
 * @param rate calls per second of a soak
 * @param timed whether times are held against their goals: no on a machine that is busy otherwise
 * @param seed of what is left to chance
 * @param folder for journals and the logs of servers
 * @param progress is told how far it is
 */
public record Stage(
    int rounds,
    int openCalls,
    Duration soak,
    int rate,
    boolean timed,
    long seed,
    Path folder,
    Progress progress) {

  /** How many calls of a soak can be noted. */
  public static final long SOAK_CALLS_MAX = 1_500_000_000;

  /** Is told how far a scenario is. One thread. */
  public interface Progress {

    /** Nobody looks. */
    Progress NONE = (share, what) -> {};

    /**
     * So far it is.
     *
     * @param share 0 to 1
     * @param what is done just now
     */
    void at(double share, String what);
  }

  /** Room for so many calls. */
  Journal journal(String name, long calls) throws IOException {
    return Journal.create(folder.resolve(name + ".journal"), calls);
  }

  RandomGenerator random() {
    return new SplittableRandom(seed);
  }

  Misses misses() {
    return new Misses(timed);
  }

  void round(int round) {
    progress.at((double) round / rounds, "round " + (round + 1) + " of " + rounds);
  }
}
