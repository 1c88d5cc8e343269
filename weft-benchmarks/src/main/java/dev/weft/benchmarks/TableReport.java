package dev.weft.benchmarks;

import java.io.PrintWriter;

/** Prints results as a table, each as soon as it is there. */
public final class TableReport {

  private static final int LABEL_WIDTH = 18;
  private static final int FIGURE_WIDTH_MIN = 11;

  private final PrintWriter out;
  private String lastPeer = "";

  /** Begins with the header. */
  public TableReport(PrintWriter out) {
    this.out = out;
    StringBuilder header = new StringBuilder(left("peer")).append(left("case"));
    Column.ALL.forEach(column -> header.append(right(column, column.title())));
    printLine(header);
  }

  /** Prints a result; an empty line stands between two peers. */
  public void add(Result result) {
    startPeer(result.peer());
    StringBuilder line = new StringBuilder(left(result.peer())).append(left(result.load().label()));
    Column.ALL.forEach(column -> line.append(right(column, column.text(result.measurement()))));
    printLine(line);
  }

  /** Tells that a peer does not support a case. */
  public void skipped(String peer, Case load) {
    startPeer(peer);
    printLine(new StringBuilder(left(peer)).append(left(load.label())).append("  not supported"));
  }

  /** Tells why a peer failed, and at what. */
  public void failed(String peer, String doing, Exception reason) {
    startPeer(peer);
    printLine(
        new StringBuilder(left(peer)).append(left(doing)).append("  failed: ").append(reason));
  }

  private void startPeer(String peer) {
    if (!lastPeer.isEmpty() && !lastPeer.equals(peer)) {
      out.println();
    }
    lastPeer = peer;
  }

  private void printLine(StringBuilder line) {
    out.println(line);
    out.flush();
  }

  private static String left(String text) {
    return text + " ".repeat(Math.max(1, LABEL_WIDTH - text.length()));
  }

  private static String right(Column column, String text) {
    int width = Math.max(FIGURE_WIDTH_MIN, column.title().length() + 2);
    return " ".repeat(Math.max(1, width - text.length())) + text;
  }
}
