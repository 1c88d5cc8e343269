package dev.weft.internal.connection;

import dev.weft.internal.wire.FrameWriter;

/**
 * A message on its way out. The outbox ends each with exactly one of {@link #writeTo} and {@link
 * #unsent}.
 */
public interface Outgoing {

  /** An upper bound of the bytes of its frame. */
  long frameBytesMax();

  /**
   * Writes its frame, or nothing when it has been withdrawn meanwhile. Whoever holds the outbox.
   *
   * @param nowNanos the time, for what is left of the timeout
   * @return whether something was written
   */
  boolean writeTo(FrameWriter out, long nowNanos);

  /** It was not and will not be sent on this connection. Any thread, no lock is held. */
  void unsent(Throwable reason);
}
