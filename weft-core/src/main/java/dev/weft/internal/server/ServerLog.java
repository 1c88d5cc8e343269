package dev.weft.internal.server;

import dev.weft.internal.connection.LimitedLog;
import dev.weft.spi.TimeSource;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The server's log of calls, {@code dev.weft.server}; of connections, {@link
 * dev.weft.internal.connection.Events} tells the same. What peers can cause is limited to a line a
 * second for each kind of event; how many were left out is said with the next. Any thread.
 */
final class ServerLog {

  private static final Logger LOGGER = System.getLogger("dev.weft.server");

  private final FailureIds ids;
  private final LimitedLog failures;
  private final LimitedLog strays;

  ServerLog(TimeSource time, RandomGenerator random) {
    this.ids = new FailureIds(random);
    this.failures = new LimitedLog(LOGGER, time);
    this.strays = new LimitedLog(LOGGER, time);
  }

  /**
   * A handler, or an authenticator, has thrown something undeclared.
   *
   * @return the id under which it stands in the log, which the caller is told
   */
  String failed(String what, String peer, Throwable failure) {
    String id = ids.next();
    failures.log(Level.WARNING, () -> "[" + id + "] called by " + peer + ": " + what, failure);
    return id;
  }

  /** A one-way message that nobody will hear of otherwise. */
  void oneWayDropped(String peer, Supplier<String> reason) {
    strays.log(Level.WARNING, () -> "a one-way message from " + peer + ": " + reason.get(), null);
  }
}
