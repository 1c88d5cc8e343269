package dev.weft.internal.server;

import dev.weft.internal.wire.ErrorCode;
import dev.weft.spi.TimeSource;
import java.util.Collection;
import java.util.function.BooleanSupplier;

/**
 * Brings a server to its end without losing a call: clients are asked to go away, what they had
 * sent before is served and answered, and what is not done in time is cancelled and told so.
 *
 * <p>It looks once in a while instead of being told, so that calls pay nothing for it. The thread
 * that shuts the server down only.
 */
final class Shutdown {

  private static final long PAUSE_NANOS = 500_000;

  /** How long the last answers may take to be written. */
  private static final long FLUSH_NANOS = 1_000_000_000;

  private final ServerCore server;
  private final Collection<ServerConnection> connections;
  private final TimeSource time;

  Shutdown(ServerCore server, Collection<ServerConnection> connections) {
    this.server = server;
    this.connections = connections;
    this.time = server.settings().time();
  }

  /**
   * Serves what is there, and no more.
   *
   * @param limitNanos how long it may take
   */
  void run(long limitNanos) {
    long end = time.nanoTime() + limitNanos;
    connections.forEach(ServerConnection::goAway);
    if (!await(end, this::isDone)) {
      for (Waiter call : server.waiting().all()) {
        call.refuse(ErrorCode.GOING_AWAY, "the server has shut down before it could run");
      }
      connections.forEach(ServerConnection::abandonCalls);
      await(time.nanoTime() + FLUSH_NANOS, this::isFlushed);
    }
  }

  /** In this order: what has not come by now will not come, and what has come has its answer. */
  private boolean isDone() {
    return connections.stream().allMatch(ServerConnection::isQuiet)
        && server.runningCalls() == 0
        && server.waiting().size() == 0
        && isFlushed();
  }

  private boolean isFlushed() {
    return connections.stream().allMatch(ServerConnection::isFlushed);
  }

  private boolean await(long end, BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      if (time.nanoTime() - end >= 0
          || server.isClosed()
          || Thread.currentThread().isInterrupted()) {
        return false;
      }
      time.pause(PAUSE_NANOS);
    }
    return true;
  }
}
