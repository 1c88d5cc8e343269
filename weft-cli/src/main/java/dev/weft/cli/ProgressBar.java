package dev.weft.cli;

import java.io.PrintWriter;
import java.util.Locale;

/**
 * One line that is drawn again and again, and is gone at the end; nothing at all where there is no
 * terminal. One thread.
 */
final class ProgressBar {

  private static final int WIDTH = 24;

  /** How much the calls since the last drawing count against those before. */
  private static final double SMOOTHING = 0.2;

  private final PrintWriter out;
  private final boolean terminal;
  private final long total;
  private int drawnLength;
  private long lastDone;
  private long lastNanos;
  private double perSecond;

  /**
   * @param terminal whether somebody looks at {@code out}
   * @param total how many calls there will be
   */
  ProgressBar(PrintWriter out, boolean terminal, long total) {
    this.out = out;
    this.terminal = terminal;
    this.total = total;
  }

  /**
   * Whether the standard error is a terminal. A JVM cannot tell on its own on each version, so
   * {@code ./weft} does.
   */
  static boolean onTerminal() {
    return Boolean.getBoolean("weft.terminal");
  }

  /** Shows how far it is, {@code nanos} after the beginning. */
  void draw(long done, long nanos) {
    if (!terminal || nanos <= lastNanos) {
      return;
    }
    double recent = (done - lastDone) * 1e9 / (nanos - lastNanos);
    perSecond = lastNanos == 0 ? recent : perSecond + SMOOTHING * (recent - perSecond);
    lastDone = done;
    lastNanos = nanos;
    if (perSecond > 0) {
      redraw(line(done));
    }
  }

  /** Leaves an empty line, the cursor at its beginning. */
  void clear() {
    if (drawnLength > 0) {
      redraw("");
      out.print('\r');
      out.flush();
    }
  }

  private String line(long done) {
    int filled = (int) (WIDTH * done / total);
    return String.format(
        Locale.ROOT,
        "[%s%s] %3d%%  %,d of %,d calls  %,.0f/s  %.0f s left",
        "#".repeat(filled),
        ".".repeat(WIDTH - filled),
        100 * done / total,
        done,
        total,
        perSecond,
        Math.ceil((total - done) / perSecond));
  }

  private void redraw(String line) {
    out.print('\r' + line + " ".repeat(Math.max(0, drawnLength - line.length())));
    out.flush();
    drawnLength = line.length();
  }
}
