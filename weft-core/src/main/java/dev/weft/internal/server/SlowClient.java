package dev.weft.internal.server;

import dev.weft.internal.connection.Connection;
import dev.weft.internal.connection.Outbox;
import dev.weft.spi.TimeSource;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Watches a client for which too many responses wait, and ends its connection when that does not
 * get better in time. Nothing is watched, and no timer runs, while it reads. Any thread.
 */
final class SlowClient {

  /** How often one looks before it is dropped: so often it was over the limit, each time. */
  private static final int LOOKS = 8;

  private final Connection connection;
  private final PendingResponses pending;
  private final ServerSettings settings;
  private final Answers answers;
  private final AtomicBoolean watched = new AtomicBoolean();

  // Of the watching task, which runs one after the other.
  private int badLooks;
  private long answersBefore;

  /**
   * @param pending what waits for all clients
   * @param answers how many it has got so far
   */
  SlowClient(
      Connection connection, PendingResponses pending, ServerSettings settings, Answers answers) {
    this.connection = connection;
    this.pending = pending;
    this.settings = settings;
    this.answers = answers;
  }

  /** Whether no more requests are served until it has read some responses. */
  boolean isBehind() {
    return pending.areTooManyBytes(connection.outbox().waitingBytes(), 1);
  }

  /** The same, when it has fallen behind only now; costs a load as long as it has not. */
  boolean hasFallenBehind() {
    return watched.get() && isBehind();
  }

  /** Whether not even the results of what has run already are kept for it. */
  boolean isFarBehind() {
    return pending.areTooManyBytes(connection.outbox().waitingBytes(), 2);
  }

  /** Begins to watch it, if it is not watched. */
  void watch() {
    if (!watched.get() && watched.compareAndSet(false, true)) {
      badLooks = 0;
      answersBefore = -1;
      lookLater();
    }
  }

  /** How many answers were written. */
  interface Answers {
    long written();
  }

  private void lookLater() {
    long pause = Math.max(1, settings.slowClientTimeout().toNanos() / LOOKS);
    TimeSource time = settings.time();
    time.schedule(pause, this::look);
  }

  private void look() {
    Outbox outbox = connection.outbox();
    long written = answers.written();
    boolean stands = written == answersBefore && !outbox.isIdle();
    boolean first = answersBefore < 0;
    answersBefore = written;
    if (outbox.isClosed()) {
      return; // it needs no watching any more
    }
    if (!isBehind() && !stands && !first) {
      watched.set(false);
      if (isBehind()) {
        watch(); // it fell behind just now, when it still counted as watched
      }
      return;
    }
    if (++badLooks < LOOKS) {
      lookLater();
      return;
    }
    IOException reason =
        new IOException(
            "the client does not read its responses: "
                + outbox.waitingBytes()
                + " bytes wait for it since "
                + settings.slowClientTimeout()
                + " (slowClientTimeout)");
    connection.close(reason);
  }
}
