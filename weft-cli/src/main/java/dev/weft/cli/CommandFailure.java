package dev.weft.cli;

import java.util.Locale;
import java.util.function.Supplier;

/** Ends a command with one line on the standard error and an exit status. */
final class CommandFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What was to be done could not be done. */
  static final int FAILED = 1;

  /** The command line asks for something that there is not. */
  static final int USAGE = 2;

  private final int status;
  private final String line;

  private CommandFailure(int status, String line) {
    super(line);
    this.status = status;
    this.line = line;
  }

  /** Exit status 1. */
  static CommandFailure failed(String line) {
    return new CommandFailure(FAILED, line);
  }

  /** Exit status 2. */
  static CommandFailure usage(String line) {
    return new CommandFailure(USAGE, line);
  }

  /** What is made of options; ends the command when they are not understood. */
  static <T> T understood(Supplier<T> made) {
    try {
      return made.get();
    } catch (IllegalArgumentException e) {
      throw usage(messageOf(e));
    }
  }

  /** Ends the command when the value of an option is not in its range. */
  static void checkRange(String option, long value, long min, long max) {
    if (value < min || value > max) {
      throw usage(option + " " + value + " is not from " + min + " to " + max);
    }
  }

  /** The same; what is not a number is in no range. */
  static void checkRange(String option, double value, double min, double max) {
    if (!(value >= min && value <= max)) {
      throw usage(option + " " + value + " is not from " + number(min) + " to " + number(max));
    }
  }

  /** A number, as somebody would write it. */
  static String number(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.valueOf(value);
  }

  /** What to tell; this program's name is put before it. */
  String line() {
    return line;
  }

  /** The exit status. */
  int status() {
    return status;
  }

  /** What an exception of a library says. */
  static String messageOf(Throwable e) {
    String message = e.getMessage();
    return message == null ? e.toString() : message;
  }
}
