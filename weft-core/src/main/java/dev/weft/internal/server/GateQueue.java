package dev.weft.internal.server;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * The calls that wait in front of one {@link Gate}, and whose turn it is: clients take turns, so
 * that one who asks for much has no more than the others; of a client's calls the oldest goes
 * first. When the queue {@linkplain StandingQueue stands}, the newest does, and who has waited for
 * longer than the target is to go: his caller has better use for a quick no than for a late answer,
 * and the newest are those that can be served in time.
 *
 * <p>The target is 5 ms, or twice the time between two calls that leave: else there would be nobody
 * to take the next place, and handlers would be idle in the middle of an overload.
 *
 * <p>Whoever holds the lock of {@link WaitingCalls}.
 */
final class GateQueue {

  private final SequencedSet<Place> all = new LinkedHashSet<>(); // the oldest first
  private final LinkedHashMap<Object, SequencedSet<Place>> lines = new LinkedHashMap<>(); // by turn
  private final StandingQueue standing = new StandingQueue();
  private final DrainRate rate = new DrainRate();

  int size() {
    return all.size();
  }

  /** All of them, the oldest first. */
  Iterable<Place> all() {
    return all;
  }

  /** The one that waits longest. */
  @Nullable Place oldest() {
    return all.isEmpty() ? null : all.getFirst();
  }

  void add(Place place, long nowNanos) {
    place.sinceNanos = nowNanos;
    all.add(place);
    lines.computeIfAbsent(place.call.client(), client -> new LinkedHashSet<>()).add(place);
    long drainNanos = all.size() * rate.gapNanos();
    if (rate.isKnown() && drainNanos > intervalNanos(place)) {
      standing.standsFrom(nowNanos);
    }
  }

  void remove(Place place) {
    all.remove(place);
    Object client = place.call.client();
    SequencedSet<Place> line = lines.get(client);
    if (line != null && line.remove(place) && line.isEmpty()) {
      lines.remove(client);
    }
    if (all.isEmpty()) {
      rate.emptied();
      standing.emptied();
    }
  }

  /** Whose turn it is; he stays until he is removed, but the next turn is another client's. */
  @Nullable Place next(long nowNanos) {
    Map.Entry<Object, SequencedSet<Place>> turn = lines.firstEntry();
    if (turn == null) {
      return null;
    }
    SequencedSet<Place> line = turn.getValue();
    lines.putLast(turn.getKey(), line);
    return standing.stands(nowNanos) ? line.getLast() : line.getFirst();
  }

  /**
   * Somebody leaves the queue to go on.
   *
   * @param running how many may run at a time
   */
  void leaves(Place place, long nowNanos, int running) {
    rate.left(nowNanos, running);
    remove(place);
  }

  /** One that has waited too long while the queue stands, so that it has to go. */
  @Nullable Place overdue(long nowNanos) {
    if (all.isEmpty() || !rate.isKnown()) {
      return null; // a queue of which nobody knows how it drains may be as it should
    }
    Place oldest = all.getFirst();
    long waitedNanos = nowNanos - oldest.sinceNanos;
    long targetNanos = targetNanos();
    standing.saw(waitedNanos, targetNanos, intervalNanos(oldest), nowNanos);
    return waitedNanos > targetNanos && standing.stands(nowNanos) ? oldest : null;
  }

  /** Whether a newcomer's time will be over before he can have run, if nothing changes. */
  boolean isTooLongFor(Waiter call, long nowNanos) {
    if (!rate.isKnown() || standing.stands(nowNanos)) {
      return false; // the newest goes first
    }
    SequencedSet<Place> own = lines.get(call.client());
    long inTurn = own == null ? lines.size() : (own.size() + 1L) * lines.size();
    long beforeNanos = Math.min(inTurn, all.size()) * rate.gapNanos();
    long runNanos = call.shortestRun().nanos(nowNanos);
    return call.deadlineNanos() - nowNanos < beforeNanos + runNanos;
  }

  /**
   * Who has to go when there is no room for a newcomer: the oldest, if his client has more waiting
   * than the newcomer's (whoever has the most has, as a rule, the oldest); or the oldest of the
   * same client, while the newest goes first.
   */
  @Nullable Place victimFor(Waiter newcomer, long nowNanos) {
    if (all.isEmpty()) {
      return null;
    }
    SequencedSet<Place> own = lines.get(newcomer.client());
    int ownSize = own == null ? 0 : own.size();
    Place oldest = all.getFirst();
    if (waitingOf(oldest.call.client()) > ownSize + 1) {
      return oldest;
    }
    return own != null && standing.stands(nowNanos) ? own.getFirst() : null;
  }

  private int waitingOf(Object client) {
    SequencedSet<Place> line = lines.get(client);
    return line == null ? 0 : line.size();
  }

  /** How long one may wait while the queue stands. */
  long targetNanos() {
    return Math.max(StandingQueue.TARGET_NANOS_MIN, 2 * rate.gapNanos());
  }

  private long intervalNanos(Place place) {
    return Math.max(10 * targetNanos(), StandingQueue.burstNanos(place.call.timeNanos()));
  }
}
