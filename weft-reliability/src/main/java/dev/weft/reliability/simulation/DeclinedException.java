package dev.weft.reliability.simulation;

/** What a simulated method declares. */
public final class DeclinedException extends Exception {

  private static final long serialVersionUID = 1L;

  private final long call;

  /** To the call of this number. */
  DeclinedException(long call) {
    super("call " + call + " is declined");
    this.call = call;
  }

  long call() {
    return call;
  }
}
