package dev.weft.internal.server;

import dev.weft.internal.connection.Connection;
import dev.weft.internal.wire.Frame;
import dev.weft.internal.wire.WireException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the requests of one client whose answers are not written yet. A client that sends and does
 * not read is slowed down when there are too many, and dropped in the end by its {@link
 * SlowClient}.
 */
final class UnansweredRequests {

  /** With so many requests unanswered, a client might be one that does not read. */
  private static final int SUSPICIOUS = 16 * 1024;

  /** Requests that a connection may have unanswered; its client can have half as many open. */
  private static final int COUNT_MAX = 2 * Frame.SLOTS_MAX;

  private final Connection connection;
  private final PendingResponses pending;
  private final SlowClient client;
  private final AtomicLong requests = new AtomicLong(); // written by the reader thread
  private final AtomicLong answersWritten = new AtomicLong(); // by whoever holds the outbox

  UnansweredRequests(Connection connection, PendingResponses pending, ServerSettings settings) {
    this.connection = connection;
    this.pending = pending;
    this.client = new SlowClient(connection, pending, settings, answersWritten::getOpaque);
  }

  /** Who has sent them. */
  SlowClient client() {
    return client;
  }

  /**
   * One more has come. Returns when the next may be read; {@link WireException} if none should be.
   * Reader thread.
   */
  void add() {
    requests.setRelease(requests.getPlain() + 1);
    long unanswered = count();
    if (unanswered > SUSPICIOUS) {
      client.watch();
    }
    if (unanswered > COUNT_MAX) {
      throw new WireException(
          "more than " + COUNT_MAX + " requests are unanswered: the client does not read");
    }
    if (pending.areTooManyUnanswered(unanswered)) {
      pause(unanswered);
    }
  }

  /** The client is slowed down until it has read answers, or is dropped. */
  private void pause(long unanswered) {
    if (!pending.tryPause()) {
      throw new WireException(
          unanswered
              + " requests of this client are unanswered, and those of all clients are too many for"
              + " the server's heap: it does not read its answers, or not fast enough");
    }
    try {
      client.watch();
      connection.turn().pauseWhile(() -> pending.areTooManyUnanswered(count()));
    } finally {
      pending.resumed();
    }
    if (connection.outbox().isClosed()) {
      throw new WireException("the client was dropped before it was read again"); // ends the reader
    }
  }

  /** One was answered. Whoever holds the outbox. */
  void answered() {
    answersWritten.setRelease(answersWritten.getPlain() + 1);
  }

  /** How many there are. Any thread. */
  long count() {
    return requests.getOpaque() - answersWritten.getOpaque();
  }

  /** Whether all that have come are answered. Any thread. */
  boolean isNone() {
    return answersWritten.getAcquire() == requests.getAcquire();
  }
}
