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
  private final AtomicBoolean watched = new AtomicBoolean();

  // Of the watching task, which runs one after the other.
  private int badLooks;
  private long answersBefore;

  /**
   * @param pending what waits for all clients
   */
  SlowClient(Connection connection, PendingResponses pending, ServerSettings settings) {
    this.connection = connection;
    this.pending = pending;
    this.settings = settings;
  }

  /** Whether no more requests are served until it has read some responses. */
  boolean isBehind() {
    return pending.areTooManyBytes(connection.outbox().waitingBytes(), 1);
  }

  /** Whether not even the results of what has run already are kept for it. */
  boolean isFarBehind() {
    return pending.areTooManyBytes(connection.outbox().waitingBytes(), 2);
  }

  /**
   * Begins to watch it, if it is not watched.
   *
   * @param answersWritten how many answers it has got so far
   */
  void watch(Answers answersWritten) {
    if (!watched.get() && watched.compareAndSet(false, true)) {
      badLooks = 0;
      answersBefore = -1;
      lookLater(answersWritten);
    }
  }

  /** How many answers were written. */
  interface Answers {
    long written();
  }

  private void lookLater(Answers answers) {
    long pause = Math.max(1, settings.slowClientTimeout().toNanos() / LOOKS);
    TimeSource time = settings.time();
    time.schedule(pause, () -> look(answers));
  }

  private void look(Answers answers) {
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
        watch(answers); // it fell behind just now, when it still counted as watched
      }
      return;
    }
    if (++badLooks < LOOKS) {
      lookLater(answers);
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
