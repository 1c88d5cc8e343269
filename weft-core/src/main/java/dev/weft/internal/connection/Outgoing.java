package dev.weft.internal.connection;

import dev.weft.internal.wire.FrameWriter;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way out. The outbox ends each with exactly one of {@link #writeTo} and {@link
 * #unsent}. It waits in one {@link OutgoingQueue} at a time, whose links it carries.
 */
public abstract class Outgoing {

  /** What was put in before; the queue's. */
  @Nullable Outgoing next;

  /** How many are in the queue up to this one; the queue's. */
  int depth;

  /** Not in a queue yet. */
  protected Outgoing() {}

  /** An upper bound of the bytes of its frame. */
  public abstract long frameBytesMax();

  /** Whether it must not be compressed together with others; always the same. */
  public boolean isSensitive() {
    return false;
  }

  /**
   * Writes its frame, or nothing when it has been withdrawn meanwhile. Whoever holds the outbox.
   *
   * @param nowNanos the time, for what is left of the timeout
   * @return whether something was written
   */
  public abstract boolean writeTo(FrameWriter out, long nowNanos);

  /** It was not and will not be sent on this connection. Any thread, no lock is held. */
  public abstract void unsent(Throwable reason);
}
