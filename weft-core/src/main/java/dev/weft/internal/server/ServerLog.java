package dev.weft.internal.server;

import dev.weft.internal.connection.Failures;
import dev.weft.spi.TimeSource;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The server's log, {@code dev.weft.server}. What peers can cause is limited to a line a second for
 * each kind of event; how many were left out is said with the next. Any thread.
 */
final class ServerLog {

  private static final Logger LOGGER = System.getLogger("dev.weft.server");
  private static final long INTERVAL_NANOS = 1_000_000_000;
  private static final int MESSAGE_CHARS_MAX = 500;

  private final TimeSource time;
  private final Limit strangers = new Limit();
  private final Limit failures = new Limit();
  private final Limit accepts = new Limit();
  private final Limit strays = new Limit();

  ServerLog(TimeSource time) {
    this.time = time;
  }

  /** A peer whose bytes broke the protocol, in the handshake or later. */
  void turnedAway(String peer, Throwable reason) {
    strangers.log(time, Level.INFO, peer + " was turned away: " + Failures.describe(reason), null);
  }

  /** A handler that threw something undeclared; the id is what the caller is told. */
  void handlerFailed(String id, String what, String peer, Throwable failure) {
    failures.log(time, Level.WARNING, "[" + id + "] called by " + peer + ": " + what, failure);
  }

  /** A connection that could not be accepted. */
  void acceptFailed(String address, Throwable reason) {
    accepts.log(time, Level.WARNING, "accepting at " + address + " failed: " + reason, null);
  }

  /** A one-way message that nobody will hear of otherwise. */
  void oneWayDropped(String peer, String reason) {
    strays.log(time, Level.WARNING, "a one-way message from " + peer + ": " + reason, null);
  }

  /** Peers can put anything into a message: one line of it, and not too much. */
  private static String clean(String message) {
    String cut =
        message.length() <= MESSAGE_CHARS_MAX
            ? message
            : message.substring(0, MESSAGE_CHARS_MAX) + "...";
    return cut.replaceAll("\\p{Cntrl}", "?");
  }

  /** Lets a line through each second. */
  private static final class Limit {

    private final AtomicLong nextNanos = new AtomicLong(Long.MIN_VALUE);
    private final AtomicLong leftOut = new AtomicLong();

    void log(TimeSource time, Level level, String message, @Nullable Throwable failure) {
      long now = time.nanoTime();
      long next = nextNanos.get();
      if ((next != Long.MIN_VALUE && now - next < 0)
          || !nextNanos.compareAndSet(next, now + INTERVAL_NANOS)) {
        leftOut.incrementAndGet();
        return;
      }
      long more = leftOut.getAndSet(0);
      String text = clean(message) + (more == 0 ? "" : " (and " + more + " more like it before)");
      try {
        LOGGER.log(level, text, failure);
      } catch (RuntimeException | Error e) { // a logger, or an exception that cannot be printed
        LOGGER.log(level, text);
      }
    }
  }
}
