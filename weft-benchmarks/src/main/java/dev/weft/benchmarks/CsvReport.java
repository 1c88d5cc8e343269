package dev.weft.benchmarks;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.StringJoiner;

/** Writes results as CSV, each at once, so that what a broken race has measured is not lost. */
public final class CsvReport implements AutoCloseable {

  private final Writer out;

  CsvReport(Writer out) throws IOException {
    this.out = out;
    StringJoiner header = new StringJoiner(",").add("peer").add("case");
    Column.ALL.forEach(column -> header.add(column.csvName()));
    writeLine(header.toString());
  }

  /**
   * A report in this file, which is written anew, and begun at once.
   *
   * @throws IOException when it cannot be written
   */
  public static CsvReport to(Path file) throws IOException {
    BufferedWriter out = Files.newBufferedWriter(file);
    try {
      return new CsvReport(out);
    } catch (IOException e) {
      out.close();
      throw e;
    }
  }

  /**
   * Writes a result.
   *
   * @throws UncheckedIOException when it cannot
   */
  public void add(Result result) {
    StringJoiner line = new StringJoiner(",").add(result.peer()).add(result.load().label());
    Column.ALL.forEach(column -> line.add(column.csv(result.measurement())));
    try {
      writeLine(line.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void writeLine(String line) throws IOException {
    out.write(line);
    out.write('\n');
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
