package dev.weft.internal.wire;

import static java.util.Objects.requireNonNull;

/** A peer's bytes break the protocol: its connection cannot go on. The message says how. */
public final class WireException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** No stack trace: it would show only the reader, and peers could make many. */
  public WireException(String message) {
    super(message, null, false, false);
  }

  /** How the protocol was broken. */
  @Override
  public String getMessage() {
    return requireNonNull(super.getMessage());
  }
}
