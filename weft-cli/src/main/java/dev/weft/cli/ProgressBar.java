package dev.weft.cli;

import java.io.PrintWriter;
import java.util.Locale;

/** Shows how many of some calls have ended, and when the rest will have. One thread. */
final class ProgressBar {

  /** How much the calls since the last drawing count against those before. */
  private static final double SMOOTHING = 0.2;

  private final StatusLine line;
  private final long total;
  private long lastDone;
  private long lastNanos;
  private double perSecond;

  /**
   * @param terminal whether somebody looks at {@code out}
   * @param total how many calls there will be
   */
  ProgressBar(PrintWriter out, boolean terminal, long total) {
    this.line = new StatusLine(out, terminal);
    this.total = total;
  }

  /** Shows how far it is, {@code nanos} after the beginning. */
  void draw(long done, long nanos) {
    if (nanos <= lastNanos) {
      return;
    }
    double recent = (done - lastDone) * 1e9 / (nanos - lastNanos);
    perSecond = lastNanos == 0 ? recent : perSecond + SMOOTHING * (recent - perSecond);
    lastDone = done;
    lastNanos = nanos;
    if (perSecond > 0) {
      line.draw(text(done));
    }
  }

  /** Leaves an empty line, the cursor at its beginning. */
  void clear() {
    line.clear();
  }

  private String text(long done) {
    return String.format(
        Locale.ROOT,
        "%s  %,d of %,d calls  %,.0f/s  %.0f s left",
        StatusLine.bar((double) done / total),
        done,
        total,
        perSecond,
        Math.ceil((total - done) / perSecond));
  }
}
