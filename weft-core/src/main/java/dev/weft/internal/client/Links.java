package dev.weft.internal.client;

import dev.weft.Executed;
import dev.weft.RpcException;
import dev.weft.internal.connection.Events;
import dev.weft.internal.connection.HandshakeException;
import dev.weft.internal.connection.TrafficTotals;
import dev.weft.internal.stats.Ledger;
import dev.weft.internal.wire.RefusalKind;
import dev.weft.spi.TimeSource;
import dev.weft.spi.Transport;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A client's links to its server, and the calls that they carry: each goes to the connection with
 * the fewest; while there is none, calls wait here.
 *
 * <p>What is known of a call does not depend on its connection, so a call that was surely not
 * executed moves to another when its own is lost or left. Any thread.
 */
final class Links {

  private final CallFailures failures;
  private final OpenCalls open;
  private final Admission admission;
  private final Deadlines deadlines;
  private final TrafficTotals traffic = new TrafficTotals();
  private final Ledger ledger = new Ledger();
  private final Events events;
  private final TimeSource time;
  private final ReaderThreads readers = new ReaderThreads();
  final ClientLink[] links;
  private volatile boolean closed;

  private final ReentrantLock lock = new ReentrantLock();
  private final Queue<ClientCall> waiting = new ArrayDeque<>(); // guarded by lock

  Links(URI address, Transport transport, ClientSettings settings) {
    this.failures = new CallFailures(address.toString());
    this.open = new OpenCalls(settings.openCallsMax(), settings.openBytesMax());
    this.time = settings.time();
    this.events = new Events("dev.weft.client", time, settings.listener());
    this.admission = new Admission(open, settings.links().overflow(), time, failures, events);
    this.deadlines = new Deadlines(time, this::endDue);
    this.links = new ClientLink[settings.links().connections()];
    for (int i = 0; i < links.length; i++) {
      links[i] = new ClientLink(this, address, transport, settings);
    }
  }

  /** Begins to connect. */
  void connect() {
    for (ClientLink link : links) {
      link.connect();
    }
  }

  String address() {
    return failures.address();
  }

  OpenCalls open() {
    return open;
  }

  TrafficTotals traffic() {
    return traffic;
  }

  Ledger ledger() {
    return ledger;
  }

  Events events() {
    return events;
  }

  ReaderThreads readers() {
    return readers;
  }

  /** Calls that wait to be sent. Looks at all open calls. */
  int queuedCalls() {
    int[] count = new int[1];
    open.forEach(call -> count[0] += call.isSent() || call.hasEnded() ? 0 : 1);
    return count[0];
  }

  /** How many connections there are now that take calls. */
  int connected() {
    int count = 0;
    for (ClientLink link : links) {
      count += link.live() == null ? 0 : 1;
    }
    return count;
  }

  /** Sends a call, now or when there is a connection. It has ended, or will. */
  void start(ClientCall call) {
    if (!admission.admit(call) && !admitSlowly(call)) {
      return;
    }
    deadlines.watch(call.deadlineNanos());
    Carrier carrier = leastLoaded();
    String limit = carrier == null ? null : carrier.limitAgainst(call);
    if (carrier == null) {
      sendAgain(call);
    } else if (limit != null) {
      refuse(call, limit);
    } else {
      carrier.offer(call);
    }
    endIfClosed(call);
  }

  private boolean admitSlowly(ClientCall call) {
    return admission.admitAll(List.of(call), call.mayWait() && !readers.isCurrent());
  }

  /**
   * Sends calls together, as {@link #start}, or refuses all of them.
   *
   * @param mayWait whether the calling thread may wait for room
   * @return whether they were not refused
   */
  boolean startAll(List<ClientCall> calls, boolean mayWait) {
    if (!admission.admitAll(calls, mayWait && !readers.isCurrent())) {
      return false;
    }
    calls.forEach(open::leaveIfEnded); // their futures are older than they are
    deadlines.watch(calls.get(0).deadlineNanos());
    Carrier carrier = leastLoaded();
    String limit = carrier == null ? null : carrier.limitAgainst(calls.get(0));
    if (limit != null) {
      calls.forEach(call -> refuse(call, limit));
      return false;
    }
    sendTogether(calls);
    calls.forEach(this::endIfClosed);
    return true;
  }

  private void refuse(ClientCall call, String limit) {
    events.overloaded(address(), limit);
    call.fail(executed -> failures.refused(call, limit, executed));
  }

  private void endIfClosed(ClientCall call) {
    if (closed) {
      call.fail(executed -> failures.closed(call, executed));
    }
  }

  /** Where the next call goes; {@code null} when there is no connection. */
  private @Nullable Carrier leastLoaded() {
    Carrier best = links[0].live();
    if (links.length == 1) {
      return best;
    }
    long least = best == null ? Long.MAX_VALUE : best.load();
    for (int i = 1; i < links.length && least > 0; i++) {
      Carrier other = links[i].live();
      if (other != null && other.load() < least) {
        best = other;
        least = other.load();
      }
    }
    return best;
  }

  /** The same, without those that were just lost; the lock is held. */
  private @Nullable Carrier leastLoadedOpen() {
    Carrier best = null;
    for (ClientLink link : links) {
      Carrier carrier = link.live();
      if (carrier != null
          && !carrier.isClosed()
          && (best == null || carrier.load() < best.load())) {
        best = carrier;
      }
    }
    return best;
  }

  /** Sends a call on another connection, or the next one. */
  void sendAgain(ClientCall call) {
    if (closed) {
      return; // close() ends the open calls, and start() those that it has missed
    }
    Carrier carrier;
    Throwable failure = null;
    lock.lock();
    try {
      carrier = leastLoadedOpen();
      if (carrier == null) {
        failure = failure();
        if (!mustFail(call, failure)) {
          putWaiting(call);
          return;
        }
      }
    } finally {
      lock.unlock();
    }
    if (carrier != null) {
      carrier.offer(call);
    } else {
      @Nullable Throwable reason = failure;
      call.fail(executed -> failures.noConnection(call, executed, reason));
    }
  }

  private void sendTogether(List<ClientCall> calls) {
    List<ClientCall> failing = new ArrayList<>();
    Carrier carrier;
    Throwable failure = null;
    lock.lock();
    try {
      carrier = leastLoadedOpen();
      if (carrier == null && !closed) {
        failure = failure();
        for (ClientCall call : calls) {
          if (mustFail(call, failure)) {
            failing.add(call);
          } else {
            putWaiting(call);
          }
        }
      }
    } finally {
      lock.unlock();
    }
    if (carrier != null) {
      carrier.offerAll(calls);
    }
    @Nullable Throwable reason = failure;
    for (ClientCall call : failing) {
      call.fail(executed -> failures.noConnection(call, executed, reason));
    }
  }

  private void putWaiting(ClientCall call) {
    if (waiting.size() >= 2 * open.callsMax()) {
      waiting.removeIf(ClientCall::hasEnded);
    }
    waiting.add(call);
  }

  /** Why there is no connection; {@code null} while one is there or its attempt is not over. */
  private @Nullable Throwable failure() {
    Throwable found = null;
    for (ClientLink link : links) {
      Throwable failure = link.failure();
      if (failure == null) {
        return null;
      }
      if (found == null || isFinal(failure)) {
        found = failure;
      }
    }
    return found;
  }

  private static boolean mustFail(ClientCall call, @Nullable Throwable failure) {
    return failure != null && (isFinal(failure) || call.isFailFast());
  }

  /** Whether it will hardly get better by itself while a call waits. */
  private static boolean isFinal(Throwable failure) {
    return failure instanceof HandshakeException e && e.kind() != RefusalKind.GOING_AWAY;
  }

  /** Ends a call because its caller does not want it any more. */
  void cancel(ClientCall call, String why) {
    endAndTellServer(call, executed -> failures.cancelled(call, why, executed));
  }

  private void endAndTellServer(ClientCall call, Function<Executed, RpcException> failure) {
    if (call.fail(failure)) {
      Carrier carrier = call.carrier();
      if (carrier != null) {
        carrier.cancel(call.callId());
      }
    }
  }

  private long endDue(long nowNanos) {
    long[] nearest = {Long.MAX_VALUE};
    List<ClientCall> asynchronous = new ArrayList<>();
    List<ClientCall> others = new ArrayList<>();
    open.forEach(call -> {
      long remaining = call.deadlineNanos() - nowNanos;
      if (remaining > 0) {
        nearest[0] = Math.min(nearest[0], remaining);
      } else if (call.isAsynchronous()) {
        asynchronous.add(call);
      } else {
        others.add(call);
      }
    });
    others.forEach(this::expire);
    if (!asynchronous.isEmpty()) {
      // What is chained to their futures may block; the timer's thread must not.
      Thread.startVirtualThread(() -> asynchronous.forEach(this::expire));
    }
    return nearest[0];
  }

  private void expire(ClientCall call) {
    Throwable failure = failure();
    endAndTellServer(call, executed -> failures.timeout(call, executed, failure));
  }

  /** A link's connection is ready: what waits goes out. Its reader thread only. */
  void opened(ClientLink link, Carrier fresh) {
    List<ClientCall> ready;
    lock.lock();
    try {
      link.live(fresh);
      ready = List.copyOf(waiting);
      waiting.clear();
    } finally {
      lock.unlock();
    }
    ready.forEach(fresh::offer);
  }

  /** From now on, no call goes to this connection. Its reader thread only. */
  void left(ClientLink link) {
    lock.lock();
    try {
      link.live(null);
    } finally {
      lock.unlock();
    }
  }

  /**
   * A connection has ended, or an attempt to make one has failed.
   *
   * @param carrier the connection, if there was one
   * @param current whether it is the link's; if not, it had been left before
   */
  void lost(ClientLink link, @Nullable Carrier carrier, boolean current, Throwable reason) {
    List<ClientCall> failing = new ArrayList<>();
    List<ClientCall> homeless = new ArrayList<>();
    Throwable failure;
    if (carrier != null) {
      open.forEach(call -> {
        if (call.isSent() && call.isCarriedBy(carrier)) {
          failing.add(call);
        }
      });
    }
    lock.lock();
    try {
      if (current) {
        link.failed(reason);
      }
      failure = failure();
      @Nullable Throwable why = failure;
      waiting.removeIf(call -> mustFail(call, why) && homeless.add(call));
    } finally {
      lock.unlock();
    }
    for (ClientCall call : failing) {
      call.fail(executed -> failures.lost(call, executed, reason));
    }
    @Nullable Throwable why = failure;
    for (ClientCall call : homeless) {
      call.fail(executed -> failures.noConnection(call, executed, why));
    }
  }

  /** Ends the connections and all open calls. */
  void close() {
    closed = true;
    open.waiting().close();
    deadlines.stop();
    for (ClientLink link : links) {
      link.close();
    }
    open.forEach(call -> call.fail(executed -> failures.closed(call, executed)));
  }
}
