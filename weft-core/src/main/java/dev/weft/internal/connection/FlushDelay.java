package dev.weft.internal.connection;

import dev.weft.internal.wire.Block;
import dev.weft.spi.TimeSource;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Lets messages wait for others, so that a block gets fuller: they are written at most the delay
 * after the first of them came, or when there is enough for a block. One timer for all that wait.
 *
 * <p>Any thread.
 */
final class FlushDelay {

  /** So many messages fill a block well, even when each is very small. */
  private static final int MESSAGES_MAX = 1024;

  private final Outbox outbox;
  private final TimeSource time;
  private final long delayNanos;
  private final AtomicBoolean scheduled = new AtomicBoolean();

  FlushDelay(Outbox outbox, TimeSource time, long delayNanos) {
    this.outbox = outbox;
    this.time = time;
    this.delayNanos = delayNanos;
  }

  /** A message may have been put into the outbox. */
  void messageWaits() {
    int waiting = outbox.waiting();
    if (waiting == 0) {
      return;
    }
    if (waiting >= MESSAGES_MAX || outbox.waitingBytes() >= Block.BYTES_MAX || outbox.isClosed()) {
      outbox.flush();
    } else if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
      time.schedule(delayNanos, this::flush);
    }
  }

  private void flush() {
    scheduled.set(false); // first: what comes from now on schedules the next
    // Encoding is not the timer's work, and one thread for each delay is cheap.
    Thread.startVirtualThread(outbox::flush);
  }
}
