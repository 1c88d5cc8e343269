package dev.weft.internal.client;

import dev.weft.OverflowPolicy;
import java.time.Duration;

/** How a client uses its connections; its builder documents each. */
public record LinkSettings(
    int connections,
    OverflowPolicy overflow,
    Duration flushDelay,
    Duration heartbeatInterval,
    Duration heartbeatTimeout) {

  /** The defaults of all. */
  public static final LinkSettings DEFAULT =
      new LinkSettings(
          1,
          OverflowPolicy.DROP_OLDEST,
          Duration.ZERO,
          Duration.ofSeconds(5),
          Duration.ofSeconds(5));

  /** The same, with as many connections. */
  public LinkSettings withConnections(int newConnections) {
    return new LinkSettings(
        newConnections, overflow, flushDelay, heartbeatInterval, heartbeatTimeout);
  }

  /** The same, with this policy. */
  public LinkSettings withOverflow(OverflowPolicy newOverflow) {
    return new LinkSettings(
        connections, newOverflow, flushDelay, heartbeatInterval, heartbeatTimeout);
  }

  /** The same, with this delay. */
  public LinkSettings withFlushDelay(Duration newDelay) {
    return new LinkSettings(connections, overflow, newDelay, heartbeatInterval, heartbeatTimeout);
  }

  /** The same, with this heartbeat. */
  public LinkSettings withHeartbeat(Duration newInterval, Duration newTimeout) {
    return new LinkSettings(connections, overflow, flushDelay, newInterval, newTimeout);
  }
}
