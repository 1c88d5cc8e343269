package dev.weft.reliability.failure;

/**
 * What a caller asks of a {@link Target}.
 *
 * @param call its number in the journals
 * @param millis how long it takes; {@link #HOLD}: until it is cancelled
 * @param fault how its handler fails
 */
public record Task(long call, int millis, Fault fault) {

  /** Until it is cancelled, or its connection lost. */
  static final int HOLD = -1;

  /** How a handler fails. */
  public enum Fault {
    /** Not at all. */
    NONE,
    /** It throws an {@link OutOfMemoryError}. */
    THROWN_OUT_OF_MEMORY,
    /** It throws a {@link StackOverflowError}. */
    THROWN_STACK_OVERFLOW,
    /** It recurses until the stack is used up. */
    DEEP,
    /** It asks for an array that is larger than the heap. */
    HUGE,
    /** It fills the heap, object by object, until there is none left for anybody. */
    HOG
  }

  static Task of(long call, int millis) {
    return new Task(call, millis, Fault.NONE);
  }

  /** What its answer must be. */
  long answer() {
    return call * 31 + 7;
  }
}
