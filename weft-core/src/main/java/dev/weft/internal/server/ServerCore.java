package dev.weft.internal.server;

import static java.util.Objects.requireNonNull;

import dev.weft.ConnectionEvent;
import dev.weft.ConnectionStats;
import dev.weft.Stats;
import dev.weft.TrafficStats;
import dev.weft.internal.connection.Connection;
import dev.weft.internal.connection.Events;
import dev.weft.internal.connection.HandshakeException;
import dev.weft.internal.connection.SystemTime;
import dev.weft.internal.connection.TrafficTotals;
import dev.weft.internal.service.CurrentCall;
import dev.weft.internal.stats.CallSum;
import dev.weft.internal.stats.Ledger;
import dev.weft.internal.wire.Hello;
import dev.weft.internal.wire.RefusalException;
import dev.weft.internal.wire.RefusalKind;
import dev.weft.internal.wire.WireException;
import dev.weft.spi.OnConnect;
import dev.weft.spi.TimeSource;
import dev.weft.spi.TransportChannel;
import dev.weft.spi.TransportListener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Serves each connection on a thread of its own, and counts what runs. Any thread. */
public final class ServerCore {

  /** Who begins together with the server, a client perhaps, needs the processors at first. */
  private static final long LOADING_DELAY_NANOS = 1_000_000_000;

  /** Connections above the limit that are told so; more are closed without a word. */
  private static final int REFUSED_MAX = 256;

  private final ServerSettings settings;
  private final ServerMethods methods;
  private final List<TransportListener> listeners;
  private final Acceptor acceptor;
  private final ServerLog log;
  private final Hello hello;
  private final TrafficTotals traffic = new TrafficTotals();
  private final Ledger ledger = new Ledger();
  private final Events events;
  private final Authentication authentication;
  private final Gate gate;
  private final Gate[] onlyGate;
  private final WaitingCalls waiting;
  private final StartDelay startDelay = new StartDelay();
  private final @Nullable AdaptiveLimit adaptiveLimit;
  private final Set<ServerConnection> connections =
      new ConcurrentSkipListSet<>(Comparator.comparingLong(ServerConnection::number));
  private final PendingResponses pending;
  private final AtomicLong connectionNumbers = new AtomicLong();
  private final AtomicInteger connectionCount = new AtomicInteger();
  private final RequestBytes requestBytes;
  private final AtomicLong oneWaysDropped = new AtomicLong();
  private volatile TimeSource.@Nullable Scheduled loading;
  private volatile boolean goingAway;
  private volatile boolean closed;
  private OnConnect onConnect = OnConnect.PASS;

  /** Takes the listeners. */
  public ServerCore(
      ServerSettings settings, ServerMethods methods, List<TransportListener> listeners) {
    this.settings = settings;
    this.methods = methods;
    this.listeners = List.copyOf(listeners);
    this.acceptor =
        new Acceptor(this.listeners, settings.time(), this::serveOnNewThread, this::acceptFailed);
    this.log = new ServerLog(settings.time(), settings.random());
    this.events = new Events("dev.weft.server", settings.time(), settings.listener());
    methods.countIn(ledger);
    this.authentication =
        new Authentication(
            settings.authenticator(), settings.handshakeTimeout(), settings.time(), log);
    this.gate = new Gate("runningCallsMax", settings.runningCallsMax());
    this.onlyGate = new Gate[] {gate};
    this.waiting =
        new WaitingCalls(settings.waitingCallsMax(), settings.waitingBytesMax(), settings.time());
    this.requestBytes =
        new RequestBytes(settings.runningBytesMax(), settings.slowClientTimeout(), settings.time());
    this.pending =
        new PendingResponses(
            connections,
            settings.time(),
            settings.pendingResponseBytesMax(),
            settings.unansweredRequestsMax());
    this.adaptiveLimit = settings.adaptRunningCalls() ? adaptiveLimit(gate, settings) : null;
    this.hello = new Hello(settings.codec().name(), settings.messageBytesMax(), null);
  }

  private static AdaptiveLimit adaptiveLimit(Gate gate, ServerSettings settings) {
    int processors = Math.max(2, Runtime.getRuntime().availableProcessors());
    long now = settings.time().nanoTime();
    return new AdaptiveLimit(gate, processors, settings.runningCallsMax(), now);
  }

  /** What to do with each new channel. Before {@link #start}. */
  public void onConnect(OnConnect newOnConnect) {
    onConnect = newOnConnect;
  }

  /** Begins to accept. */
  public void start() {
    if (settings.time() instanceof SystemTime time) { // in a test, the first client may wait
      loading = time.schedule(LOADING_DELAY_NANOS, this::loadCompressions);
    }
    acceptor.start();
  }

  /** So that the first client need not wait for a library to be loaded. */
  private void loadCompressions() {
    Thread.startVirtualThread(() -> settings.compressions().names());
  }

  private void serveOnNewThread(TransportChannel channel) {
    ledger.accepted();
    CurrentCall.newThread("weft-server " + channel.peer(), () -> serve(channel)).start();
  }

  private void serve(TransportChannel channel) {
    int count = connectionCount.incrementAndGet();
    try (channel) {
      if (count <= settings.connectionsMax() + REFUSED_MAX) {
        TransportChannel passed = passed(channel);
        if (passed != null) {
          serve(new Connection(passed, settings.time(), settings.compressions()));
        }
      }
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      acceptFailed(channel.peer(), e);
    } finally {
      connectionCount.decrementAndGet();
    }
  }

  /** What the user makes of the channel; {@code null} if nothing. */
  private @Nullable TransportChannel passed(TransportChannel channel) {
    try {
      return requireNonNull(onConnect.connected(channel), "onConnect returned null");
    } catch (IOException e) {
      turnedAway(channel.peer(), e);
      return null;
    }
  }

  private void serve(Connection connection) {
    if (!settings.spinning()) {
      connection.neverSpin();
    }
    ServerConnection served =
        new ServerConnection(this, connection, connectionNumbers.getAndIncrement());
    connections.add(served);
    pending.share(connectionCount.get());
    if (closed) {
      connection.close(new IOException("the server is closed"));
    }
    Throwable reason;
    try {
      reason = connection.runServer(served, hello, settings.handshakeTimeout().toNanos());
    } finally {
      connections.remove(served);
      pending.share(connectionCount.get() - 1);
      traffic.retire(connection.traffic());
      served.ended();
    }
    tellEnd(served, connection.peer(), reason);
  }

  private void acceptFailed(String address, Throwable reason) {
    ledger.acceptFailed();
    events.emit(new ConnectionEvent.AcceptFailed(address, reason));
  }

  private void turnedAway(String peer, Throwable reason) {
    ledger.acceptFailed();
    events.emit(new ConnectionEvent.TurnedAway(peer, reason));
  }

  private void tellEnd(ServerConnection served, String peer, Throwable reason) {
    if (reason instanceof HandshakeException || reason instanceof WireException) {
      turnedAway(peer, reason);
    }
    if (served.isOpened()) {
      events.emit(new ConnectionEvent.Lost(peer, reason));
    }
  }

  /** A client has said hello; {@link WireException} when there are too many. */
  void checkRoom() {
    if (goingAway) {
      throw new RefusalException(RefusalKind.GOING_AWAY, "the server is shutting down");
    }
    if (connectionCount.get() > settings.connectionsMax()) {
      throw new WireException(
          "there are " + settings.connectionsMax() + " connections already (connectionsMax)");
    }
  }

  void opened(Connection connection) {
    traffic.add(connection.traffic());
    events.emit(new ConnectionEvent.Connected(connection.peer()));
  }

  /** The gates that a connection's calls of a method pass, in their order. */
  Gate[] gates(@Nullable Gate ofConnection, ServerMethod method) {
    if (ofConnection == null && method.limits().isEmpty()) {
      return onlyGate;
    }
    List<Gate> gates = new ArrayList<>();
    if (ofConnection != null) {
      gates.add(ofConnection);
    }
    gates.addAll(method.limits());
    gates.add(gate);
    return gates.toArray(Gate[]::new);
  }

  WaitingCalls waiting() {
    return waiting;
  }

  /** What the arguments of all its calls hold. */
  RequestBytes requestBytes() {
    return requestBytes;
  }

  StartDelay startDelay() {
    return startDelay;
  }

  /** What moves the limit of running calls; {@code null}: nothing. */
  @Nullable AdaptiveLimit adaptiveLimit() {
    return adaptiveLimit;
  }

  Authentication authentication() {
    return authentication;
  }

  /** A one-way message was not served, which nobody will hear of otherwise. */
  void oneWayDropped(String peer, Supplier<String> reason) {
    oneWaysDropped.incrementAndGet();
    log.oneWayDropped(peer, reason);
  }

  ServerSettings settings() {
    return settings;
  }

  /** What waits for the clients to read it. */
  PendingResponses pending() {
    return pending;
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
    return gate.running();
  }

  /** Calls that wait until they can run. */
  public int waitingCalls() {
    return waiting.size();
  }

  /** One-way messages that were not served. */
  public long oneWaysDropped() {
    return oneWaysDropped.get();
  }

  boolean isGoingAway() {
    return goingAway;
  }

  boolean isClosed() {
    return closed;
  }

  /** All that was counted since the beginning, or the last reset. */
  public Stats stats() {
    Map<String, CallSum> answered = new HashMap<>();
    TrafficStats carried = traffic.sum(answered);
    return ledger.stats(runningCalls(), waitingCalls(), connectionCount(), answered, carried);
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

  /**
   * Accepts no more, asks the clients to go away, serves what they have sent, and closes.
   *
   * @param limitNanos how long the calls may take; then they are cancelled, and told so
   */
  public void shutdown(long limitNanos) {
    stopAccepting();
    new Shutdown(this, connections).run(limitNanos);
    close();
  }

  /** Accepts no more, ends all connections, and interrupts the handlers that run. */
  public void close() {
    closed = true;
    stopAccepting();
    IOException reason = new IOException("the server was closed");
    connections.forEach(connection -> connection.close(reason));
    for (Waiter call : waiting.all()) {
      call.cancel("the server was closed");
    }
  }

  private void stopAccepting() {
    goingAway = true;
    TimeSource.Scheduled toLoad = loading;
    if (toLoad != null) {
      toLoad.cancel();
    }
    acceptor.close();
  }
}
