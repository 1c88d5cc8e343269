package dev.weft.internal.connection;

import dev.weft.ConnectionEvent;
import dev.weft.spi.TimeSource;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells a log, and a listener if there is one, what happens to connections.
 *
 * <p>Events wait in a queue; while there are any, one virtual thread tells the listener of them, so
 * that it may block, and never is called by two threads at a time. Any thread.
 */
public final class Events {

  private static final long OVERLOAD_NANOS = 1_000_000_000;

  private final TimeSource time;
  private final Logger logger;
  private final @Nullable Consumer<? super ConnectionEvent> listener;
  private final LinkedBlockingQueue<ConnectionEvent> waiting =
      new LinkedBlockingQueue<>(ConnectionEvent.WAITING_MAX);
  private final AtomicBoolean telling = new AtomicBoolean();
  private final AtomicLong overloads = new AtomicLong();
  private final AtomicLong nextOverloadNanos = new AtomicLong(Long.MIN_VALUE);
  private final LimitedLog connections;
  private final LimitedLog losses;
  private final LimitedLog failures;
  private final LimitedLog refusals;
  private final LimitedLog farewells;
  private final LimitedLog overloaded;
  private final LimitedLog listeners;

  /**
   * @param logger the name of the log
   * @param listener {@code null}: none
   */
  public Events(
      String logger, TimeSource time, @Nullable Consumer<? super ConnectionEvent> listener) {
    this.time = time;
    this.logger = System.getLogger(logger);
    this.listener = listener;
    this.connections = limited();
    this.losses = limited();
    this.failures = limited();
    this.refusals = limited();
    this.farewells = limited();
    this.overloaded = limited();
    this.listeners = limited();
  }

  private LimitedLog limited() {
    return new LimitedLog(logger, time);
  }

  /** Something has happened. Does not block. */
  public void emit(ConnectionEvent event) {
    log(event);
    if (listener != null && waiting.offer(event) && telling.compareAndSet(false, true)) {
      Thread.ofVirtual().name("weft-listener").start(() -> tell(listener));
    }
  }

  /** A call was dropped because of a limit: counted, and told at most once a second. */
  public void overloaded(String peer, String limit) {
    overloads.incrementAndGet();
    long now = time.nanoTime();
    long next = nextOverloadNanos.get();
    if ((next == Long.MIN_VALUE || now - next >= 0)
        && nextOverloadNanos.compareAndSet(next, now + OVERLOAD_NANOS)) {
      emit(new ConnectionEvent.Overloaded(peer, limit, overloads.getAndSet(0)));
    }
  }

  private void tell(Consumer<? super ConnectionEvent> told) {
    do {
      for (ConnectionEvent event = waiting.poll(); event != null; event = waiting.poll()) {
        try {
          told.accept(event);
        } catch (Throwable e) { // the listener's own: nobody else is concerned
          ConnectionEvent failed = event;
          listeners.log(Level.WARNING, () -> "a listener failed at " + failed, e);
        }
      }
      telling.set(false);
      // What came before this was seen by nobody, so look once more.
    } while (!waiting.isEmpty() && telling.compareAndSet(false, true));
  }

  private void log(ConnectionEvent event) {
    switch (event) {
      case ConnectionEvent.Connected e ->
          connections.log(Level.DEBUG, () -> "connected to " + e.peer(), null);
      case ConnectionEvent.Lost e ->
          losses.log(
              Level.DEBUG,
              () -> "the connection to " + e.peer() + " ended: " + Failures.describe(e.reason()),
              null);
      case ConnectionEvent.ConnectFailed e ->
          failures.log(
              Level.INFO,
              () -> "connecting to " + e.peer() + " failed: " + Failures.describe(e.reason()),
              null);
      case ConnectionEvent.Refused e ->
          refusals.log(
              Level.WARNING,
              () -> e.peer() + " cannot be used: " + Failures.describe(e.reason()),
              null);
      case ConnectionEvent.GoingAway e ->
          farewells.log(Level.INFO, () -> e.peer() + " is going away: " + e.reason(), null);
      case ConnectionEvent.Overloaded e ->
          overloaded.log(
              Level.WARNING,
              () -> e.calls() + " calls dropped, the last of " + e.peer() + ": " + e.limit(),
              null);
      case ConnectionEvent.AcceptFailed e ->
          failures.log(
              Level.WARNING,
              () -> "accepting at " + e.peer() + " failed: " + Failures.describe(e.reason()),
              null);
      case ConnectionEvent.TurnedAway e ->
          refusals.log(
              Level.INFO,
              () -> e.peer() + " was turned away: " + Failures.describe(e.reason()),
              null);
    }
  }
}
