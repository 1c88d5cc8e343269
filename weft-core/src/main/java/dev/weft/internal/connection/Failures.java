package dev.weft.internal.connection;

/** Failures in words. Any thread. */
public final class Failures {

  private Failures() {}

  /** What a failure says of itself; its kind, when it says nothing. */
  public static String describe(Throwable failure) {
    String message = failure.getMessage();
    return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
  }
}
