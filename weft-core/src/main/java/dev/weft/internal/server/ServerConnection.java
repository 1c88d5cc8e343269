package dev.weft.internal.server;

import dev.weft.Authenticator.Peer;
import dev.weft.FailureKind;
import dev.weft.Metadata;
import dev.weft.PeerIdentity;
import dev.weft.internal.connection.Connection;
import dev.weft.internal.wire.ErrorCode;
import dev.weft.internal.wire.Frame;
import dev.weft.internal.wire.FrameHandler;
import dev.weft.internal.wire.Hello;
import dev.weft.internal.wire.WireException;
import dev.weft.spi.Payload;
import java.nio.ByteBuffer;
import java.security.Principal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns what one client's connection brings into calls. Reader thread, unless a method says more.
 */
final class ServerConnection implements Connection.Owner, PendingResponses.Client {

  private static final String GOING_AWAY = "the server is shutting down";

  private final ServerCore server;
  private final Connection connection;
  private final long number;
  private final UnansweredRequests unanswered;
  private final SlowClient slowClient;
  private final CalledMethods methods;
  private final RunningCalls running = new RunningCalls();
  private final Admission admission;
  private final RequestBytes.Arrival arrival;
  private volatile int peerMessageBytesMax = Integer.MAX_VALUE;
  private volatile @Nullable Principal principal;
  private volatile boolean open;
  private volatile boolean goingAway;

  /** Whether the client has read that it should go away, and all it sent before has come. */
  private volatile boolean saidGoodbye;

  /**
   * @param number of the server's connections it is the one of this number
   */
  ServerConnection(ServerCore server, Connection connection, long number) {
    this.server = server;
    this.number = number;
    this.connection = connection;
    this.unanswered = new UnansweredRequests(connection, server.pending(), server.settings());
    this.slowClient = unanswered.client();
    this.admission = new Admission(server, connection, running, slowClient);
    this.arrival = new RequestBytes.Arrival(connection::close);
    int max = server.settings().runningCallsPerConnectionMax();
    this.methods =
        new CalledMethods(
            server,
            this,
            connection,
            max == Integer.MAX_VALUE ? null : new Gate("runningCallsPerConnectionMax", max));
  }

  @Override
  public void accept(Hello client) {
    String own = server.settings().codec().name();
    if (!client.codec().equals(own)) {
      throw new WireException(
          "the server's codec is \"" + own + "\", the client's is \"" + client.codec() + "\"");
    }
    server.checkRoom();
    principal =
        server
            .authentication()
            .authenticate(new Peer(peer(), peerIdentity()), client.credentials());
  }

  @Override
  public void opened(Connection connectionOpened, Hello peer) {
    peerMessageBytesMax = peer.messageBytesMax();
    open = true;
    server.opened(connectionOpened);
    if (server.isGoingAway()) {
      goAway();
    }
  }

  /** The older, the smaller. Any thread. */
  long number() {
    return number;
  }

  /** Whether both sides have said hello. Any thread. */
  boolean isOpened() {
    return open;
  }

  @Override
  public void method(int number, ByteBuffer utf8) {
    methods.add(utf8);
  }

  @Override
  public void request(
      long callId, int method, int timeoutMillis, Metadata metadata, ByteBuffer payload) {
    unanswered.add();
    Payload bytes = running.payloadFor(callId);
    FrameHandler.keep(payload, bytes);
    ServerCall call = call(callId, method, timeoutMillis, metadata, bytes);
    ServerCall before = running.inSlotOf(callId);
    if (before != null) {
      if (before.id() == callId) {
        throw new WireException("two open calls have the id " + callId);
      }
      // The caller has given up the one of the older generation; its cancellation is on the way.
      if (before.id() > callId) {
        call.cancel("its caller has given up");
        return;
      }
      before.cancel("its caller has given up");
    }
    begin(call);
  }

  @Override
  public long unanswered() {
    return unanswered.count();
  }

  @Override
  public long pendingBytes() {
    return connection.outbox().waitingBytes();
  }

  /** Whoever holds the outbox. */
  void answerWritten() {
    unanswered.answered();
  }

  @Override
  public void oneWay(int method, Metadata metadata, ByteBuffer payload) {
    Payload bytes = new Payload();
    FrameHandler.keep(payload, bytes);
    ServerCall call = call(ReceivedCall.ONE_WAY, method, 0, metadata, bytes);
    begin(call);
  }

  /**
   * @param timeoutMillis 0: the request says nothing about it
   */
  private ServerCall call(
      long id, int method, int timeoutMillis, Metadata metadata, Payload payload) {
    int millis = timeoutMillis == 0 ? Frame.TIMEOUT_MILLIS_MAX : timeoutMillis;
    long now = connection.turn().nanoTime();
    return new ServerCall(methods.get(method), id, now, millis, metadata, payload);
  }

  /** A call has failed. Any thread. */
  void count(ServerMethod method, ErrorCode code) {
    FailureKind kind = code.kind();
    method.counts().failed(kind);
    connection.traffic().calls().failed(kind);
    if (code == ErrorCode.BAD_REQUEST) {
      connection.turn().useless();
    }
  }

  private void begin(ServerCall call) {
    Failure missing = call.called().method().missing();
    if (missing != null) {
      call.refuse(missing);
      return;
    }
    connection.turn().useful();
    if (goingAway && call.id() != ReceivedCall.ONE_WAY) {
      call.refuse(ErrorCode.GOING_AWAY, GOING_AWAY);
      return;
    }
    admission.admit(call);
  }

  @Override
  public void oversizedRequest(long callId, int method, long bytes) {
    unanswered.add();
    unkept(callId, method).refuse(ErrorCode.BAD_REQUEST, oversized(bytes));
  }

  @Override
  public void oversizedOneWay(int method, long bytes) {
    ServerMethod called = methods.get(method).method();
    count(called, ErrorCode.BAD_REQUEST);
    server.oneWayDropped(peer(), () -> called.label() + ": " + oversized(bytes));
  }

  @Override
  public boolean holdPieces(int bytes) {
    return server.requestBytes().tryHold(arrival, bytes);
  }

  @Override
  public void releasePieces(int bytes) {
    server.requestBytes().release(arrival, bytes);
  }

  @Override
  public void crowdedRequest(long callId, int method) {
    unanswered.add();
    admission.refuse(unkept(callId, method), server.requestBytes().describe());
  }

  @Override
  public void crowdedOneWay(int method) {
    admission.refuse(unkept(ReceivedCall.ONE_WAY, method), server.requestBytes().describe());
  }

  /** A call of which nothing but its head was kept. */
  private ServerCall unkept(long callId, int method) {
    return call(callId, method, 0, Metadata.EMPTY, new Payload());
  }

  private String oversized(long bytes) {
    return "the arguments of "
        + bytes
        + " bytes are over the server's limit of "
        + server.settings().messageBytesMax()
        + " (messageBytesMax)";
  }

  @Override
  public void cancel(long callId) {
    ServerCall call = running.get(callId);
    if (call != null) {
      call.cancel("its caller has given up");
    }
  }

  @Override
  public void ping(long token) {
    connection.sendPong(token);
  }

  /** The connection has ended: nobody waits for its calls any more. Once. */
  void ended() {
    admission.close();
    running.forEach(call -> call.cancel("its connection was lost"));
    running.end();
  }

  /**
   * Sends the answer of a call that has begun or was refused. Any thread.
   *
   * @param corked whether the caller sees to it that the outbox is flushed
   */
  void answer(ServerCall call, boolean corked) {
    leave(call);
    running.remove(call);
    if (corked) {
      connection.outbox().enqueue(call);
    } else {
      connection.outbox().offer(call);
    }
    if (call.isLarge() && slowClient.isBehind()) {
      slowClient.watch();
    }
  }

  /**
   * The answer of a call has got lost on its way out, for lack of memory perhaps: its caller had
   * better lose the connection than wait for it. Any thread.
   */
  void lose(ServerCall call, Throwable reason) {
    connection.close(reason);
    running.remove(call);
    if (!call.hasLeft()) {
      leave(call);
    }
  }

  /** A result has been written; its payload can be used again. Whoever holds the outbox. */
  void written(ServerCall call, Payload payload) {
    running.written(call, payload);
  }

  /** What lets its calls run. Any thread. */
  Admission admission() {
    return admission;
  }

  /** Who the client is. Any thread. */
  Optional<Principal> principal() {
    return Optional.ofNullable(principal);
  }

  /**
   * Asks the client to send no more requests here, and whether it has read that. Any thread, once
   * or more.
   */
  void goAway() {
    if (open) {
      goingAway = true;
      connection.outbox().offer(new GoAway(GOING_AWAY));
    }
  }

  @Override
  public void pong(long token) {
    if (token == GoAway.TOKEN) {
      saidGoodbye = true;
    }
  }

  /** Whether the client will send no more, as far as is known. Any thread. */
  boolean isQuiet() {
    return saidGoodbye || !open || connection.outbox().isClosed();
  }

  /**
   * Whether all its requests were answered, and the answers written. Any thread.
   *
   * <p>Counted, because a call leaves the running ones a moment before its answer is in the outbox.
   */
  boolean isFlushed() {
    return !open
        || connection.outbox().isClosed()
        || (unanswered.isNone() && connection.outbox().isIdle());
  }

  /** Ends its calls, and answers them whatever their handlers do. Any thread. */
  void abandonCalls() {
    running.forEach(call -> call.abandon(GOING_AWAY));
    connection.outbox().flush();
  }

  /** Any thread. */
  void close(Throwable reason) {
    connection.close(reason);
  }

  /** Any thread. */
  int answerBytesMax() {
    return Math.min(peerMessageBytesMax, server.settings().messageBytesMax());
  }

  /** What its calls' values are encoded and decoded in. Any thread. */
  int lane() {
    return connection.lane();
  }

  /** Any thread. */
  String peer() {
    return connection.peer();
  }

  PeerIdentity peerIdentity() {
    return connection.identity();
  }

  /** Any thread. */
  long nanoTime() {
    return server.settings().time().nanoTime();
  }

  /** A one-way message was served. Any thread. */
  void servedOneWay(ServerCall call) {
    leave(call);
  }

  /** A one-way message was not served. Any thread. */
  void droppedOneWay(ServerCall call, Failure reason) {
    leave(call);
    server.oneWayDropped(peer(), () -> call.method() + ": " + reason.text());
  }

  /**
   * Logs what a handler has thrown. Any thread.
   *
   * @return the id under which it stands in the log
   */
  String logFailure(String method, String message, Throwable thrown) {
    return server.log().failed(method + " failed: " + message, peer(), thrown);
  }

  private void leave(ServerCall call) {
    if (call.isCounted()) {
      server.requestBytes().release(call.requestBytes());
    }
    AdaptiveLimit adaptive = server.adaptiveLimit();
    if (adaptive != null && call.hasRun()) {
      adaptive.ended(call.passedNanos(), nanoTime());
    }
    call.leave(server.waiting());
  }
}
