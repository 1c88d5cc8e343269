package dev.weft.benchmarks;

/** A peer failed, so there is no result to trust; the message names the peer, the case and why. */
public final class RaceException extends Exception {

  private static final long serialVersionUID = 1L;

  RaceException(String message, Throwable cause) {
    super(message, cause);
  }
}
