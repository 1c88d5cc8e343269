package dev.weft.reliability.overload;

import java.io.PrintWriter;
import java.util.Locale;

/** Prints what becomes of a peer under its loads, each as soon as it is known. One thread. */
public final class OverloadTable {

  private static final int WIDTH_MIN = 9;

  private final PrintWriter out;
  private String lastPeer = "";

  /** Begins with the header. */
  public OverloadTable(PrintWriter out) {
    this.out = out;
    StringBuilder header =
        new StringBuilder(String.format(Locale.ROOT, "%-14s%6s", "peer", "load"));
    Figure.ALL.forEach(figure -> header.append(right(figure, figure.title())));
    out.println(header);
    out.flush();
  }

  /** Prints a line; an empty one stands between two peers. */
  public void add(String peer, Step step) {
    if (!lastPeer.isEmpty() && !lastPeer.equals(peer)) {
      out.println();
    }
    lastPeer = peer;
    StringBuilder line =
        new StringBuilder(String.format(Locale.ROOT, "%-14s%6s", peer, step.load()));
    Figure.ALL.forEach(figure -> line.append(right(figure, figure.text(step))));
    out.println(line);
    out.flush();
  }

  /** Prints whether a peer has reached the goals. */
  public void add(OverloadResult result) {
    for (OverloadResult.Goal goal : result.goals()) {
      out.println("  " + (goal.held() ? "held    " : "missed  ") + goal.text());
    }
    out.flush();
  }

  private static String right(Figure figure, String text) {
    int width = Math.max(WIDTH_MIN, figure.title().length() + 2);
    return " ".repeat(Math.max(1, width - text.length())) + text;
  }
}
