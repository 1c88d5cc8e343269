package dev.weft.reliability.overload;

import dev.weft.reliability.overload.Target.Client;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * Makes calls whether answers come or not, as many independent callers do: the times between them
 * are random (exponential), their mean is given. One thread.
 *
 * <p>It sleeps until the next call is due, so calls are made some 50 us late, and in bunches when
 * the machine was busy; their times count from when they were due, all the same.
 */
final class OpenLoop {

  /** How long the last calls are waited for, after their deadline. */
  private static final long PATIENCE_NANOS = 5_000_000_000L;

  private final List<Client> clients;
  private final Duration deadline;
  private final SplittableRandom random;

  OpenLoop(List<Client> clients, Duration deadline, SplittableRandom random) {
    this.clients = clients;
    this.deadline = deadline;
    this.random = random;
  }

  /**
   * Makes calls from one moment on for some time.
   *
   * @return how many
   */
  int make(double perSecond, long beginNanos, Duration length, Tally tally) {
    double meanNanos = 1e9 / perSecond;
    int made = 0;
    double offset = -Math.log(1 - random.nextDouble()) * meanNanos;
    while (offset < length.toNanos() && made < tally.callsMax()) {
      long due = beginNanos + (long) offset;
      long now = System.nanoTime();
      while (due - now > 0) {
        LockSupport.parkNanos(due - now);
        now = System.nanoTime();
      }
      make(tally.first() + made, due, now, tally);
      made++;
      offset -= Math.log(1 - random.nextDouble()) * meanNanos;
    }
    return made;
  }

  private void make(int number, long due, long now, Tally tally) {
    // Whoever is late by himself has less time left, but must have some to make a call at all.
    long timeoutNanos = Math.max(1_000, due + deadline.toNanos() - now);
    Client client = clients.get(number % clients.size());
    client.call(
        number,
        timeoutNanos,
        (end, executed) -> tally.ends(number, due, System.nanoTime() - due, end, executed));
  }

  /**
   * Waits until so many calls have ended.
   *
   * @throws IllegalStateException when some have not, long after their deadline
   */
  void await(Tally tally, int made) {
    long end = System.nanoTime() + deadline.toNanos() + PATIENCE_NANOS;
    while (tally.ended() < made) {
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException(made - tally.ended() + " calls have not ended");
      }
      LockSupport.parkNanos(1_000_000);
    }
  }
}
