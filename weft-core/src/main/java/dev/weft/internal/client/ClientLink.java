package dev.weft.internal.client;

import dev.weft.ConnectionEvent;
import dev.weft.Executed;
import dev.weft.RpcCancelledException;
import dev.weft.RpcConnectionException;
import dev.weft.RpcException;
import dev.weft.RpcOverloadedException;
import dev.weft.RpcTimeoutException;
import dev.weft.internal.connection.Connection;
import dev.weft.internal.connection.Events;
import dev.weft.internal.connection.Failures;
import dev.weft.internal.connection.HandshakeException;
import dev.weft.internal.connection.InFlight;
import dev.weft.internal.connection.Outbox;
import dev.weft.internal.connection.Outgoing;
import dev.weft.internal.connection.TrafficTotals;
import dev.weft.internal.stats.Ledger;
import dev.weft.internal.wire.FrameWriter;
import dev.weft.internal.wire.Hello;
import dev.weft.spi.TimeSource;
import dev.weft.spi.Transport;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A client's line to one server: its open calls, and one connection after another to carry them.
 *
 * <p>While there is no connection, calls wait in the backlog; the {@code weft-client} thread
 * connects, becomes the connection's reader, and connects anew when it is lost. Any thread.
 */
final class ClientLink {

  /** Payloads of fewer bytes are bounded by the number of calls. */
  private static final int COUNTED_BYTES_MIN = 1024;

  private final URI address;
  private final Transport transport;
  private final ClientSettings settings;
  private final TimeSource time;
  private final Hello hello;
  private final InFlight<ClientCall> inFlight;
  private final Deadlines deadlines;
  private final AtomicLong openBytes = new AtomicLong();
  private final TrafficTotals traffic = new TrafficTotals();
  private final Ledger ledger = new Ledger();
  private final Events events;
  private final Backoff backoff;
  private final Thread thread;

  /** Where messages go just now; {@code null} while there is no connection. */
  private volatile @Nullable Outbox outbox;

  private volatile @Nullable Connection connection;
  private volatile boolean closed;

  /** Why there is no connection; {@code null} before the first attempt has ended. */
  private volatile @Nullable Throwable lastFailure;

  private final ReentrantLock lock = new ReentrantLock();
  private final Queue<ClientCall> backlog = new ArrayDeque<>(); // guarded by lock

  ClientLink(URI address, Transport transport, ClientSettings settings) {
    this.address = address;
    this.transport = transport;
    this.settings = settings;
    this.time = settings.time();
    this.hello = new Hello(settings.codec().name(), settings.messageBytesMax(), null);
    this.events = new Events("dev.weft.client", time, settings.listener());
    this.inFlight = new InFlight<>(settings.openCallsMax());
    this.deadlines = new Deadlines(time, this::endDue);
    this.backoff = new Backoff(settings.backoffFirst(), settings.backoffMax(), settings.random());
    this.thread = Thread.ofVirtual().name("weft-client " + address).unstarted(this::run);
  }

  void open() {
    thread.start();
  }

  String address() {
    return address.toString();
  }

  boolean isConnected() {
    return outbox != null;
  }

  /** Calls that have begun and not ended. */
  int openCalls() {
    return inFlight.size();
  }

  /** Calls among them that wait to be sent. */
  int queuedCalls() {
    int[] count = new int[1];
    inFlight.forEach(call -> count[0] += call.isSent() || call.hasEnded() ? 0 : 1);
    return count[0];
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

  long nanoTime() {
    return time.nanoTime();
  }

  /** Whether a thread that waited for an answer here would wait for itself. */
  boolean isReaderThread() {
    return Thread.currentThread() == thread;
  }

  /** Sends a call, now or when there is a connection. It has ended, or will. */
  void start(ClientCall call) {
    if (!count(call)) {
      refuse(
          call, "open calls hold more than " + settings.openBytesMax() + " bytes (openBytesMax)");
      return;
    }
    if (!inFlight.add(call)) {
      uncount(call);
      refuse(call, settings.openCallsMax() + " calls are open already (openCallsMax)");
      return;
    }
    deadlines.watch(call.deadlineNanos());
    Outbox now = outbox;
    if (now == null) {
      sendAgain(call);
    } else if (isStuck(now)) {
      refuse(call, "the server does not read, and too much waits for it already");
    } else {
      now.offer(call);
    }
    if (closed) {
      call.fail(executed -> connectionFailure(call, "the client is closed", executed, null));
    }
  }

  /** Calls that time out while the server does not read leave the table, but not the outbox. */
  private boolean isStuck(Outbox now) {
    return now.waiting() > 2 * settings.openCallsMax()
        || now.waitingBytes() > 2 * settings.openBytesMax();
  }

  private void refuse(ClientCall call, String limit) {
    events.overloaded(address(), limit);
    call.fail(executed ->
        new RpcOverloadedException(
            call.method().label() + " to " + address + " was not sent: " + limit, executed, null));
  }

  /**
   * A call has ended without its answer.
   *
   * @return whether no answer to it had come
   */
  boolean leave(ClientCall call) {
    boolean left = inFlight.abandon(call);
    if (left) {
      uncount(call);
    }
    return left;
  }

  private boolean count(ClientCall call) {
    int bytes = call.payloadBytes();
    if (bytes < COUNTED_BYTES_MIN) {
      return true;
    }
    long now;
    do {
      now = openBytes.get();
      if (now + bytes > settings.openBytesMax()) {
        return false;
      }
    } while (!openBytes.compareAndSet(now, now + bytes));
    return true;
  }

  private void uncount(ClientCall call) {
    if (call.payloadBytes() >= COUNTED_BYTES_MIN) {
      openBytes.addAndGet(-call.payloadBytes());
    }
  }

  /** Takes a call out whose answer has come; {@code null} when it has ended before. */
  @Nullable ClientCall answered(long callId) {
    ClientCall call = inFlight.take(callId);
    if (call != null) {
      uncount(call);
    }
    return call;
  }

  /** Ends a call because its caller does not want it any more. */
  void cancel(ClientCall call, String why) {
    endAndTellServer(
        call,
        executed ->
            new RpcCancelledException(
                call.method().label() + " to " + address + " was cancelled: " + why,
                executed,
                null));
  }

  private void endAndTellServer(ClientCall call, Function<Executed, RpcException> failure) {
    long id = call.callId();
    if (call.fail(failure)) {
      Outbox now = outbox;
      if (now != null) {
        now.offer(new Cancel(id));
      }
    }
  }

  private long endDue(long nowNanos) {
    long[] nearest = {Long.MAX_VALUE};
    List<ClientCall> due = new ArrayList<>();
    inFlight.forEach(call -> {
      long remaining = call.deadlineNanos() - nowNanos;
      if (remaining <= 0) {
        due.add(call);
      } else {
        nearest[0] = Math.min(nearest[0], remaining);
      }
    });
    List<ClientCall> asynchronous = new ArrayList<>();
    for (ClientCall call : due) {
      if (call.isAsynchronous()) {
        asynchronous.add(call);
      } else {
        endAndTellServer(call, executed -> timeout(call, executed));
      }
    }
    if (!asynchronous.isEmpty()) {
      // What is chained to their futures may block; the timer's thread must not.
      Thread.startVirtualThread(() ->
          asynchronous.forEach(
              call -> endAndTellServer(call, executed -> timeout(call, executed))));
    }
    return nearest[0];
  }

  private RpcTimeoutException timeout(ClientCall call, Executed executed) {
    Throwable failure = lastFailure;
    String why =
        executed == Executed.MAYBE
            ? "no answer came in time"
            : failure == null
                ? "it could not be sent in time"
                : "there was no connection in time: " + Failures.describe(failure);
    return new RpcTimeoutException(
        call.method().label() + " to " + address + " timed out: " + why, executed, failure);
  }

  /** Sends a call on the next connection, unless there is one again. */
  void sendAgain(ClientCall call) {
    if (closed) {
      return; // close() ends the open calls, and start() those that it has missed
    }
    Outbox now;
    Throwable failure;
    lock.lock();
    try {
      now = outbox;
      failure = lastFailure;
      if (now == null || now.isClosed()) {
        now = null;
        if (!mustFail(call, failure)) {
          if (backlog.size() >= 2 * settings.openCallsMax()) {
            backlog.removeIf(ClientCall::hasEnded);
          }
          backlog.add(call);
          return;
        }
      }
    } finally {
      lock.unlock();
    }
    if (now != null) {
      now.offer(call);
    } else {
      call.fail(executed -> noConnection(call, executed, failure));
    }
  }

  private static boolean mustFail(ClientCall call, @Nullable Throwable failure) {
    return failure instanceof HandshakeException || (failure != null && call.isFailFast());
  }

  private RpcConnectionException noConnection(
      ClientCall call, Executed executed, @Nullable Throwable failure) {
    String reason = failure == null ? "none was made yet" : Failures.describe(failure);
    return connectionFailure(call, "there is no connection: " + reason, executed, failure);
  }

  private RpcConnectionException connectionFailure(
      ClientCall call, String reason, Executed executed, @Nullable Throwable cause) {
    return new RpcConnectionException(
        call.method().label() + " to " + address + ": " + reason, executed, cause);
  }

  private void run() {
    while (!closed) {
      Throwable reason = connectAndRead();
      Thread.interrupted(); // what a completed future's callback may have left behind
      lost(reason);
      if (!closed) {
        sleep(backoff.nextDelayNanos());
      }
    }
  }

  private Throwable connectAndRead() {
    ledger.dialed();
    try {
      Connection fresh =
          new Connection(transport.connect(address, settings.connectTimeout()), time);
      connection = fresh;
      if (closed) {
        fresh.close(new IOException("the client is closed"));
      }
      return fresh.runClient(
          new LinkReader(this, fresh), hello, settings.connectTimeout().toNanos());
    } catch (Throwable e) { // the client's outer edge: the next attempt may go better
      return e;
    }
  }

  /** The handshake is over: what waits goes out. Reader thread only. */
  void opened(Connection fresh) {
    backoff.reset();
    events.emit(new ConnectionEvent.Connected(address()));
    traffic.add(fresh.traffic());
    lock.lock();
    try {
      lastFailure = null;
      outbox = fresh.outbox();
      for (ClientCall call = backlog.poll(); call != null; call = backlog.poll()) {
        fresh.outbox().offer(call); // corked here: it is only queued
      }
    } finally {
      lock.unlock();
    }
  }

  private void lost(Throwable reason) {
    List<ClientCall> failing = new ArrayList<>();
    boolean wasOpen;
    lock.lock();
    try {
      wasOpen = outbox != null;
      outbox = null;
      lastFailure = reason;
      if (wasOpen) {
        inFlight.forEach(call -> {
          if (call.isSent()) {
            failing.add(call);
          }
        });
      }
      backlog.removeIf(call -> mustFail(call, reason) && failing.add(call));
    } finally {
      lock.unlock();
    }
    tellLost(wasOpen, reason);
    Connection old = connection;
    if (old != null) {
      traffic.retire(old.traffic());
    }
    for (ClientCall call : failing) {
      call.fail(executed ->
          executed == Executed.NO
              ? noConnection(call, executed, reason)
              : connectionFailure(
                  call, "the connection was lost: " + Failures.describe(reason), executed, reason));
    }
  }

  private void tellLost(boolean wasOpen, Throwable reason) {
    if (wasOpen) {
      events.emit(new ConnectionEvent.Lost(address(), reason));
    } else if (!closed) {
      ledger.dialFailed();
      events.emit(
          reason instanceof HandshakeException
              ? new ConnectionEvent.Refused(address(), reason)
              : new ConnectionEvent.ConnectFailed(address(), reason));
    }
  }

  private void sleep(long nanos) {
    long until = time.nanoTime() + nanos;
    TimeSource.Scheduled alarm = time.schedule(nanos, () -> LockSupport.unpark(thread));
    while (!closed && until - time.nanoTime() > 0) {
      LockSupport.park(this);
    }
    alarm.cancel();
  }

  /** Ends the connection and all open calls. */
  void close() {
    closed = true;
    deadlines.stop();
    Connection now = connection;
    if (now != null) {
      now.close(new IOException("the client was closed"));
    }
    LockSupport.unpark(thread);
    inFlight.forEach(call ->
        call.fail(executed -> connectionFailure(call, "the client was closed", executed, null)));
  }

  /** Tells the server that nobody waits for the answer. */
  private static final class Cancel extends Outgoing {

    private final long callId;

    Cancel(long callId) {
      this.callId = callId;
    }

    @Override
    public long frameBytesMax() {
      return FrameWriter.frameBytesMax(0, 0);
    }

    @Override
    public boolean writeTo(FrameWriter out, long nowNanos) {
      out.cancel(callId);
      return true;
    }

    @Override
    public void unsent(Throwable reason) {
      // The connection is lost, and with it the call.
    }
  }
}
