package dev.weft.reliability.overload;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.StringJoiner;

/** Writes the figures as CSV, each line at once. One thread. */
public final class OverloadCsv implements AutoCloseable {

  private final BufferedWriter out;

  private OverloadCsv(BufferedWriter out) {
    this.out = out;
  }

  /**
   * Begins a file anew.
   *
   * @throws IOException when it cannot be written
   */
  public static OverloadCsv to(Path file) throws IOException {
    OverloadCsv csv = new OverloadCsv(Files.newBufferedWriter(file));
    StringJoiner header = new StringJoiner(",").add("peer").add("load");
    Figure.ALL.forEach(figure -> header.add(figure.csvName()));
    csv.writeLine(header.add("normal_after_ms").toString());
    return csv;
  }

  /**
   * Writes a line.
   *
   * @throws UncheckedIOException when it cannot
   */
  public void add(String peer, Step step) {
    StringJoiner line = new StringJoiner(",").add(peer).add(String.valueOf(step.load()));
    Figure.ALL.forEach(figure -> line.add(figure.csv(step)));
    writeLine(line.add("").toString());
  }

  /** Writes how long it took after the last load; nothing there: it was never normal. */
  public void add(OverloadResult result) {
    double millis = result.normalAfterMillis();
    writeLine(
        result.peer()
            + ","
            + OverloadPlan.QUIET
            + ",".repeat(Figure.ALL.size() + 1)
            + (millis < 0 ? "" : String.format(Locale.ROOT, "%.0f", millis)));
  }

  private void writeLine(String line) {
    try {
      out.write(line);
      out.write('\n');
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
