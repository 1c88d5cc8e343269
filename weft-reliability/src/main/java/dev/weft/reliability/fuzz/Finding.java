package dev.weft.reliability.fuzz;

/** Bytes of a peer have done more than they may; the message says what. */
public final class Finding extends AssertionError {

  private static final long serialVersionUID = 1L;

  Finding(String message) {
    super(message);
  }

  Finding(String message, Throwable cause) {
    super(message, cause);
  }
}
