package dev.weft.internal.server;

import dev.weft.Metadata;
import dev.weft.PeerIdentity;
import dev.weft.internal.server.CalledMethods.Called;
import dev.weft.internal.service.CurrentCall;
import java.security.Principal;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a client has asked for: by which method, until when, and what it takes up of the server's
 * room until it has left.
 *
 * <p>Any thread. A part of {@link ServerCall}, in the same object.
 */
abstract class ReceivedCall extends HandlerRun implements CurrentCall.Running, Waiter {

  /** The id of messages that have no answer. */
  static final long ONE_WAY = -1;

  private final Called called;
  private final long id;
  private final long receivedNanos;
  private final int timeoutMillis;
  private final int requestBytes;
  private final Metadata metadata;

  /** Whether it has passed its gates without waiting. Set on the reader thread, before it runs. */
  private boolean entered;

  /** Where it waits or has waited. Set on the reader thread, before it waits. */
  private @Nullable Place place;

  /** Whether its bytes are counted. Set on the reader thread, before it runs or waits. */
  private boolean counted;

  /** Whether others have its place among the running calls. Whoever finishes it. */
  private boolean left;

  /**
   * Reader thread.
   *
   * @param called what it calls
   * @param id whose answer it waits for, or {@link #ONE_WAY}
   * @param receivedNanos when it came
   * @param timeoutMillis how long its caller waits from then on
   * @param requestBytes the length of its arguments
   */
  ReceivedCall(
      Called called,
      long id,
      long receivedNanos,
      int timeoutMillis,
      Metadata metadata,
      int requestBytes) {
    this.called = called;
    this.id = id;
    this.receivedNanos = receivedNanos;
    this.timeoutMillis = timeoutMillis;
    this.metadata = metadata;
    this.requestBytes = requestBytes;
  }

  /** Whose it is. */
  final ServerConnection connection() {
    return called.client();
  }

  final long id() {
    return id;
  }

  /** When it came. */
  final long receivedNanos() {
    return receivedNanos;
  }

  /** What it calls. */
  final Called called() {
    return called;
  }

  @Override
  public final Object client() {
    return connection();
  }

  @Override
  public final int requestBytes() {
    return requestBytes;
  }

  @Override
  public final long deadlineNanos() {
    return receivedNanos + timeNanos();
  }

  @Override
  public final long timeNanos() {
    return timeoutMillis * 1_000_000L;
  }

  @Override
  public final ShortestRun shortestRun() {
    return called.method().shortestRun();
  }

  /** Whether its caller has given up by then. */
  final boolean isExpired(long nowNanos) {
    return deadlineNanos() - nowNanos <= 0;
  }

  /** Its bytes are counted among those of the server. */
  final void counted() {
    counted = true;
  }

  final boolean isCounted() {
    return counted;
  }

  /** It may run, as it has passed its gates. */
  final void entered() {
    entered = true;
  }

  /** It must wait. */
  final void waitsAt(Place newPlace) {
    place = newPlace;
  }

  /** Whether others have its place already. Whoever finishes it. */
  final boolean hasLeft() {
    return left;
  }

  /** Lets others take its place among the running or waiting calls; it has ended. */
  final void leave(WaitingCalls waiting) {
    left = true;
    Place mine = place;
    if (mine != null) {
      waiting.leave(mine);
    } else if (entered) {
      waiting.leave(called.gates(), called.gates().length);
    }
  }

  /** When nothing kept it any more from running but the threads; whoever runs or has run it. */
  final long passedNanos() {
    Place mine = place;
    return mine == null ? receivedNanos : mine.startedNanos;
  }

  @Override
  public final String method() {
    return called.method().label();
  }

  @Override
  public final String peer() {
    return connection().peer();
  }

  @Override
  public final PeerIdentity peerIdentity() {
    return connection().peerIdentity();
  }

  @Override
  public final Metadata metadata() {
    return metadata;
  }

  @Override
  public final Duration remaining() {
    return Duration.ofNanos(Math.max(0, remainingNanos()));
  }

  @Override
  public final long remainingNanos() {
    return deadlineNanos() - connection().nanoTime();
  }

  @Override
  public final Optional<Principal> principal() {
    return connection().principal();
  }

  @Override
  public final boolean isCancelled() {
    return wasCancelled() || remainingNanos() <= 0;
  }
}
