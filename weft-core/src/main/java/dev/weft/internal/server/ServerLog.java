package dev.weft.internal.server;

import dev.weft.internal.connection.LimitedLog;
import dev.weft.spi.TimeSource;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * The server's log of calls, {@code dev.weft.server}; of connections, {@link
 * dev.weft.internal.connection.Events} tells the same. What peers can cause is limited to a line a
 * second for each kind of event; how many were left out is said with the next. Any thread.
 */
final class ServerLog {

  private static final Logger LOGGER = System.getLogger("dev.weft.server");

  private final LimitedLog failures;
  private final LimitedLog strays;

  ServerLog(TimeSource time) {
    this.failures = new LimitedLog(LOGGER, time);
    this.strays = new LimitedLog(LOGGER, time);
  }

  /** A handler that threw something undeclared; the id is what the caller is told. */
  void handlerFailed(String id, String what, String peer, Throwable failure) {
    failures.log(Level.WARNING, "[" + id + "] called by " + peer + ": " + what, failure);
  }

  /** A one-way message that nobody will hear of otherwise. */
  void oneWayDropped(String peer, String reason) {
    strays.log(Level.WARNING, "a one-way message from " + peer + ": " + reason, null);
  }
}
