package dev.weft.benchmarks;

import java.io.PrintWriter;

/** Prints results as a table, each as soon as it is there. */
public final class TableReport {

  private static final int LABEL_WIDTH = 14;
  private static final int FIGURE_WIDTH = 13;

  private final PrintWriter out;
  private String lastPeer = "";

  /** Begins with the header. */
  public TableReport(PrintWriter out) {
    this.out = out;
    StringBuilder header = new StringBuilder(left("peer")).append(left("case"));
    Column.ALL.forEach(column -> header.append(right(column.title())));
    printLine(header);
  }

  /** Prints a result; an empty line stands between two peers. */
  public void add(Result result) {
    if (!lastPeer.isEmpty() && !lastPeer.equals(result.peer())) {
      out.println();
    }
    lastPeer = result.peer();
    StringBuilder line = new StringBuilder(left(result.peer())).append(left(result.load().label()));
    Column.ALL.forEach(column -> line.append(right(column.text(result.measurement()))));
    printLine(line);
  }

  private void printLine(StringBuilder line) {
    out.println(line);
    out.flush();
  }

  private static String left(String text) {
    return text + " ".repeat(Math.max(1, LABEL_WIDTH - text.length()));
  }

  private static String right(String text) {
    return " ".repeat(Math.max(1, FIGURE_WIDTH - text.length())) + text;
  }
}
