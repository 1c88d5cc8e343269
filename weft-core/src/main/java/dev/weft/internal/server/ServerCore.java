package dev.weft.internal.server;

import dev.weft.ConnectionEvent;
import dev.weft.ConnectionStats;
import dev.weft.Stats;
import dev.weft.TrafficStats;
import dev.weft.internal.connection.Connection;
import dev.weft.internal.connection.Events;
import dev.weft.internal.connection.HandshakeException;
import dev.weft.internal.connection.TrafficTotals;
import dev.weft.internal.stats.CallSum;
import dev.weft.internal.stats.Ledger;
import dev.weft.internal.wire.Hello;
import dev.weft.internal.wire.WireException;
import dev.weft.spi.TimeSource;
import dev.weft.spi.TransportChannel;
import dev.weft.spi.TransportListener;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Accepts connections, serves each on a thread of its own, and counts what runs. Any thread. */
public final class ServerCore {

  /** How long to wait after a failure to accept, such as too many open files. */
  private static final long ACCEPT_PAUSE_NANOS = 100_000_000;

  /** Requests of fewer bytes are bounded by the number of running calls. */
  private static final int COUNTED_BYTES_MIN = 1024;

  /** Connections above the limit that are told so; more are closed without a word. */
  private static final int REFUSED_MAX = 256;

  private final ServerSettings settings;
  private final ServerMethods methods;
  private final List<TransportListener> listeners;
  private final ServerLog log;
  private final Hello hello;
  private final TrafficTotals traffic = new TrafficTotals();
  private final Ledger ledger = new Ledger();
  private final Events events;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connectionCount = new AtomicInteger();
  private final AtomicInteger runningCalls = new AtomicInteger();
  private final AtomicLong runningBytes = new AtomicLong();
  private final Queue<Thread> accepting = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  /** Takes the listeners. */
  public ServerCore(
      ServerSettings settings, ServerMethods methods, List<TransportListener> listeners) {
    this.settings = settings;
    this.methods = methods;
    this.listeners = List.copyOf(listeners);
    this.log = new ServerLog(settings.time());
    this.events = new Events("dev.weft.server", settings.time(), settings.listener());
    methods.countIn(ledger);
    this.hello = new Hello(settings.codec().name(), settings.messageBytesMax(), null);
  }

  /** Begins to accept. */
  public void start() {
    for (TransportListener listener : listeners) {
      accepting.add(
          Thread.ofVirtual()
              .name("weft-accept " + listener.address())
              .start(() -> acceptFrom(listener)));
    }
  }

  private void acceptFrom(TransportListener listener) {
    while (!closed) {
      try {
        TransportChannel channel = listener.accept();
        ledger.accepted();
        Thread.ofVirtual().name("weft-server " + channel.peer()).start(() -> serve(channel));
      } catch (IOException | RuntimeException | OutOfMemoryError e) {
        if (!closed) {
          acceptFailed(listener.address(), e);
          pause();
        }
      }
    }
  }

  private void pause() {
    Thread thread = Thread.currentThread();
    long until = settings.time().nanoTime() + ACCEPT_PAUSE_NANOS;
    TimeSource.Scheduled alarm =
        settings.time().schedule(ACCEPT_PAUSE_NANOS, () -> LockSupport.unpark(thread));
    while (!closed && until - settings.time().nanoTime() > 0) {
      LockSupport.park(this);
    }
    alarm.cancel();
  }

  private void serve(TransportChannel channel) {
    int count = connectionCount.incrementAndGet();
    try (channel) {
      if (count <= settings.connectionsMax() + REFUSED_MAX) {
        serve(new Connection(channel, settings.time()));
      }
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      acceptFailed(channel.peer(), e);
    } finally {
      connectionCount.decrementAndGet();
    }
  }

  private void serve(Connection connection) {
    ServerConnection served = new ServerConnection(this, connection);
    connections.add(connection);
    if (closed) {
      connection.close(new IOException("the server is closed"));
    }
    Throwable reason;
    try {
      reason = connection.runServer(served, hello, settings.handshakeTimeout().toNanos());
    } finally {
      connections.remove(connection);
      traffic.retire(connection.traffic());
      served.ended();
    }
    tellEnd(served, connection.peer(), reason);
  }

  private void acceptFailed(String address, Throwable reason) {
    ledger.acceptFailed();
    events.emit(new ConnectionEvent.AcceptFailed(address, reason));
  }

  private void tellEnd(ServerConnection served, String peer, Throwable reason) {
    if (reason instanceof HandshakeException || reason instanceof WireException) {
      ledger.acceptFailed();
      events.emit(new ConnectionEvent.TurnedAway(peer, reason));
    }
    if (served.isOpened()) {
      events.emit(new ConnectionEvent.Lost(peer, reason));
    }
  }

  /** A client has said hello; {@link WireException} when there are too many. */
  void checkRoom() {
    if (connectionCount.get() > settings.connectionsMax()) {
      throw new WireException(
          "there are " + settings.connectionsMax() + " connections already (connectionsMax)");
    }
  }

  void opened(Connection connection) {
    traffic.add(connection.traffic());
    events.emit(new ConnectionEvent.Connected(connection.peer()));
  }

  /**
   * Lets one more call run; if it may, {@link #callEnded} must follow.
   *
   * @return the limit that stands against it, or {@code null}
   */
  @Nullable String tryBeginCall(int requestBytes) {
    if (runningCalls.incrementAndGet() > settings.runningCallsMax()) {
      runningCalls.decrementAndGet();
      return settings.runningCallsMax() + " calls are running already (runningCallsMax)";
    }
    if (requestBytes >= COUNTED_BYTES_MIN
        && runningBytes.addAndGet(requestBytes) > settings.runningBytesMax()) {
      callEnded(requestBytes);
      return "running calls hold more than "
          + settings.runningBytesMax()
          + " bytes of arguments (runningBytesMax)";
    }
    return null;
  }

  void callEnded(int requestBytes) {
    runningCalls.decrementAndGet();
    if (requestBytes >= COUNTED_BYTES_MIN) {
      runningBytes.addAndGet(-requestBytes);
    }
  }

  ServerSettings settings() {
    return settings;
  }

  ServerMethods methods() {
    return methods;
  }

  ServerLog log() {
    return log;
  }

  Events events() {
    return events;
  }

  /** The real address of the first listener. */
  public String address() {
    return listeners.get(0).address();
  }

  /** The real addresses of all listeners, in the order in which they were asked for. */
  public List<String> addresses() {
    return listeners.stream().map(TransportListener::address).toList();
  }

  /** Connections there are. */
  public int connectionCount() {
    return connectionCount.get();
  }

  /** Handlers that run. */
  public int runningCalls() {
    return runningCalls.get();
  }

  /** All that was counted since the beginning, or the last reset. */
  public Stats stats() {
    Map<String, CallSum> answered = new HashMap<>();
    TrafficStats carried = traffic.sum(answered);
    return ledger.stats(runningCalls(), 0, connectionCount(), answered, carried);
  }

  /** Counts from here. */
  public void resetStats() {
    Map<String, CallSum> answered = new HashMap<>();
    TrafficStats carried = traffic.sum(answered);
    ledger.reset(answered, carried);
  }

  /** Each connection that there is. */
  public List<ConnectionStats> connectionStats() {
    return traffic.connections();
  }

  /** Accepts no more, ends all connections, and interrupts the handlers that run. */
  public void close() {
    closed = true;
    for (TransportListener listener : listeners) {
      try {
        listener.close();
      } catch (IOException e) {
        acceptFailed(listener.address(), e);
      }
    }
    IOException reason = new IOException("the server was closed");
    connections.forEach(connection -> connection.close(reason));
    // A listening socket is free for the next server only when nobody is in its accept() any more.
    accepting.forEach(LockSupport::unpark);
    accepting.forEach(ServerCore::awaitEnd);
  }

  private static void awaitEnd(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
