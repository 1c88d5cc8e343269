package dev.weft.internal.server;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of arguments that a server's running and waiting calls hold, and those of which pieces
 * have come, under one limit. Any thread.
 */
final class RequestBytes {

  /** Requests of fewer bytes are bounded by the number of running calls. */
  private static final int COUNTED_BYTES_MIN = 1024;

  private final long max;
  private final AtomicLong held = new AtomicLong();

  RequestBytes(long max) {
    this.max = max;
  }

  /**
   * Takes the arguments of one more call in; if it may, {@link #release} must follow.
   *
   * @return the limit that stands against it, or {@code null}
   */
  @Nullable String tryHold(int bytes) {
    return bytes < COUNTED_BYTES_MIN || tryHoldPieces(bytes) ? null : describe();
  }

  void release(int bytes) {
    if (bytes >= COUNTED_BYTES_MIN) {
      releasePieces(bytes);
    }
  }

  /** The same for arguments that are still to come, of which pieces are there. */
  boolean tryHoldPieces(int bytes) {
    if (held.addAndGet(bytes) > max) {
      releasePieces(bytes);
      return false;
    }
    return true;
  }

  void releasePieces(int bytes) {
    held.addAndGet(-bytes);
  }

  /** The limit that stands against more. */
  String describe() {
    return "running and waiting calls hold more than "
        + max
        + " bytes of arguments (runningBytesMax)";
  }
}
