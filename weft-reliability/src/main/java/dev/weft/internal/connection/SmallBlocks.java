package dev.weft.internal.connection;

import dev.weft.spi.TimeSource;
import dev.weft.spi.TransportChannel;
import java.util.function.Consumer;

/** Connections and outboxes of which a test can make a million: blocks and groups are small. */
public final class SmallBlocks {

  private static final BufferPool BUFFERS = new BufferPool(512);

  private SmallBlocks() {}

  /** A connection that nobody reads. Takes the channel. */
  public static Connection connection(TransportChannel channel, TimeSource time) {
    return new Connection(channel, time, Compressions.NONE, BUFFERS);
  }

  /** Brings a connection to its end, as its reader thread does: nothing is sent any more. */
  public static void end(Connection connection, Throwable reason) {
    connection.close(reason);
    connection.outbox().awaitEnd();
  }

  static Outbox outbox(TransportChannel channel, Consumer<Throwable> onFailure) {
    Outbox outbox = new Outbox(channel, SystemTime.INSTANCE, new Traffic(), onFailure, BUFFERS);
    outbox.groupBy(() -> 0);
    return outbox;
  }

  static Outbox outbox(TransportChannel channel) {
    return outbox(channel, reason -> {});
  }
}
