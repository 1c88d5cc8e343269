package dev.weft.internal.client;

import dev.weft.internal.connection.Connection;
import dev.weft.internal.connection.Heartbeat;
import dev.weft.internal.connection.Outbox;
import dev.weft.internal.connection.Outgoing;
import dev.weft.internal.wire.Frame;
import dev.weft.internal.wire.FrameWriter;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One connection, as the calls see it that it carries: how many of them are unanswered, whether the
 * server still lives, and whether it wants no more.
 *
 * <p>Each number has one writing thread at a time, so that counting costs a plain store. Any
 * thread, unless a method says otherwise.
 */
final class Carrier {

  /** Of a server that still reads: as many, and it would drop us for not reading its answers. */
  private static final long UNANSWERED_MAX = 2L * Frame.SLOTS_MAX - 1;

  private static final String STUFFED =
      "the server does not read, and too much waits for it already";

  private static final String THROTTLED =
      "the server has refused most of these calls lately, so some are refused here, without asking"
          + " it";

  /** How often the limit of unanswered calls is looked at, at the least: each so many calls. */
  private static final int LOOK_MASK_MAX = 255;

  private final Connection connection;
  private final Outbox outbox;
  private final Heartbeat heartbeat;
  private final long unansweredMax;
  private final long lookMask;
  private final int waitingMax;
  private final long waitingBytesMax;
  private final AtomicLong sent = new AtomicLong(); // whoever holds the outbox
  private final AtomicLong answered = new AtomicLong(); // reader thread
  private volatile boolean leaving;
  private volatile boolean closing;
  private long openedNanos; // reader thread
  private boolean opened; // reader thread
  private long turnedAway; // reader thread
  private final RetryBudget retries = new RetryBudget(); // reader thread

  Carrier(Connection connection, ClientSettings settings) {
    this.connection = connection;
    this.outbox = connection.outbox();
    this.heartbeat =
        connection.heartbeat(
            settings.links().heartbeatInterval().toNanos(),
            settings.links().heartbeatTimeout().toNanos(),
            this::isExpecting);
    connection.groupBy(this::unanswered);
    this.unansweredMax = Math.min(10L * settings.openCallsMax(), UNANSWERED_MAX);
    this.lookMask = Math.min(LOOK_MASK_MAX, Long.highestOneBit(unansweredMax) / 8 - 1);
    this.waitingMax = 2 * settings.openCallsMax();
    this.waitingBytesMax = 2 * settings.openBytesMax();
  }

  Connection connection() {
    return connection;
  }

  boolean isClosed() {
    return outbox.isClosed();
  }

  /** Takes a call to be sent. */
  void offer(ClientCall call) {
    call.carrier(this);
    outbox.offer(call);
  }

  /** Takes several calls to be sent together. */
  void offerAll(List<ClientCall> calls) {
    for (ClientCall call : calls) {
      call.carrier(this);
    }
    outbox.offerAll(calls);
  }

  /** Tells the server that nobody waits for a call's answer. */
  void cancel(long callId) {
    outbox.offer(new Cancel(callId, true));
  }

  /** Stops sending a request that the server has answered already. */
  void sendNoMoreOf(long callId) {
    outbox.offer(new Cancel(callId, false));
  }

  /** What stands against a call, or several of which this is the first; {@code null}: nothing. */
  @Nullable String limitAgainst(ClientCall first) {
    if (isStuffed()) {
      return STUFFED;
    }
    return first.method().throttle().admits(first.birthNanos()) ? null : THROTTLED;
  }

  /**
   * Whether ended calls fill its outbox: those that time out while the server does not read leave
   * the table of open calls, but not the outbox.
   */
  private boolean isStuffed() {
    return outbox.waiting() > waitingMax || outbox.waitingBytes() > waitingBytesMax;
  }

  /** Calls that it has to carry and that are not answered: the fewer, the better for the next. */
  long load() {
    return outbox.waiting() + unanswered();
  }

  private long unanswered() {
    return sent.get() - answered.get();
  }

  private boolean isExpecting() {
    return unanswered() > 0 || outbox.waiting() > 0;
  }

  /**
   * A request goes out, or is about to: it is counted before its state is SENT, and {@link
   * #isLeaving} and {@link #watch} come afterwards. The exchange of the state in between is the
   * fence that a plain store does without; so {@link #closeIfDone} and the heartbeat cannot miss
   * it. Whoever holds the outbox.
   */
  void sends() {
    long now = sent.getPlain() + 1;
    sent.setOpaque(now);
    if ((now & lookMask) == 0 && unanswered() > unansweredMax) {
      closeAsync(
          new IOException(
              "the server is stuck: more than "
                  + unansweredMax
                  + " calls are unanswered, those that have timed out included"));
    }
  }

  /** A request goes out, and its state is SENT; or a one-way message. Whoever holds the outbox. */
  void watch() {
    heartbeat.watch();
  }

  /** It does not, after all: no answer will come. Whoever holds the outbox. */
  void sendsNot() {
    sent.setOpaque(sent.getPlain() - 1);
    closeIfDone();
  }

  /** An answer has come, whosever it was. Reader thread only. */
  void answers() {
    long now = answered.getPlain() + 1;
    answered.setOpaque(now);
    if (now <= sent.get()) { // else nobody has asked for it
      connection.turn().useful();
    }
  }

  /** The answer was only that it should be asked elsewhere. Reader thread only. */
  void turnsAway() {
    turnedAway++;
  }

  /** The server has refused a call, which may be sent again or not. Reader thread only. */
  boolean mayRetryRefused() {
    return retries.refused(answered.getPlain());
  }

  /** The handshake is over. Reader thread only. */
  void opened(long nowNanos) {
    opened = true;
    openedNanos = nowNanos;
  }

  /** Whether both sides have said hello. Its reader thread only. */
  boolean wasOpened() {
    return opened;
  }

  /**
   * Whether it has been of any use, not only been opened: a server that takes each connection and
   * drops it again must not be asked without a pause. Reader thread only.
   */
  boolean hasWorked(long nowNanos, long longEnoughNanos) {
    return answered.getPlain() > turnedAway || (opened && nowNanos - openedNanos > longEnoughNanos);
  }

  /** Whether the server wants no more requests here. */
  boolean isLeaving() {
    return leaving;
  }

  /** From now on nothing is sent any more. Reader thread only. */
  void leave() {
    leaving = true;
  }

  /** Ends a connection on which nothing is sent any more, when all is answered. */
  void closeIfDone() {
    if (leaving && !closing && unanswered() <= 0) {
      closeAsync(new IOException("the server has gone away"));
      closing = true; // two threads may come here, but not all that meet a connection that is left
    }
  }

  /** What is not sent is told so, and may run user code: not here, while the outbox is held. */
  private void closeAsync(IOException reason) {
    Thread.startVirtualThread(() -> connection.close(reason));
  }

  /** The connection has ended. */
  void ended() {
    heartbeat.stop();
  }

  private final class Cancel extends Outgoing {

    private final long callId;
    private final boolean unanswered;

    Cancel(long callId, boolean unanswered) {
      this.callId = callId;
      this.unanswered = unanswered;
    }

    @Override
    public long frameBytesMax() {
      return FrameWriter.frameBytesMax(0, 0);
    }

    @Override
    public boolean writeTo(FrameWriter out, long nowNanos) {
      if (out.cancel(callId) && unanswered) {
        sendsNot();
      }
      return true;
    }

    @Override
    public void unsent(Throwable reason) {
      // The connection is lost, and with it the call.
    }
  }
}
