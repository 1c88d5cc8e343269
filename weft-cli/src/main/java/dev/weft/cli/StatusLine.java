package dev.weft.cli;

import java.io.PrintWriter;
import java.util.Locale;

/**
 * One line that is drawn again and again, and is gone at the end; nothing at all where there is no
 * terminal. One thread.
 */
final class StatusLine {

  private static final int BAR_WIDTH = 24;

  private final PrintWriter out;
  private final boolean terminal;
  private int drawnLength;

  /**
   * @param terminal whether somebody looks at {@code out}
   */
  StatusLine(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /**
   * Whether the standard error is a terminal. A JVM cannot tell in each version, so {@code ./weft}
   * does.
   */
  static boolean onTerminal() {
    return Boolean.getBoolean("weft.terminal");
  }

  /** Such as {@code [######..................] 25%}. */
  static String bar(double done) {
    int filled = (int) (BAR_WIDTH * done);
    return String.format(
        Locale.ROOT,
        "[%s%s] %3d%%",
        "#".repeat(filled),
        ".".repeat(BAR_WIDTH - filled),
        (int) (100 * done));
  }

  /** Shows this text instead of the last one. */
  void draw(String text) {
    if (terminal) {
      out.print('\r' + text + " ".repeat(Math.max(0, drawnLength - text.length())));
      out.flush();
      drawnLength = text.length();
    }
  }

  /** Leaves an empty line, the cursor at its beginning. */
  void clear() {
    if (drawnLength > 0) {
      draw("");
      out.print('\r');
      out.flush();
    }
  }
}
