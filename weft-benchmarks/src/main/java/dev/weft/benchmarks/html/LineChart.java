package dev.weft.benchmarks.html;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/**
 * Lines over two axes, as SVG that stands in an {@link HtmlPage}. One thread.
 *
 * <p>A line has the class of its colour, {@code c0}, {@code c1} and so on: the page's style knows
 * them.
 */
public final class LineChart {

  private static final int WIDTH = 720;
  private static final int HEIGHT = 360;
  private static final int LEFT = 70;
  private static final int RIGHT = 16;
  private static final int TOP = 12;
  private static final int BOTTOM = 44;

  /** A point of a line; from 0 on a linear axis, over 0 on a logarithmic one. */
  public record Point(double x, double y) {}

  /** How an axis goes. */
  public enum Scale {
    /** From zero, in even steps. */
    LINEAR,
    /** In whole powers of ten. */
    LOGARITHMIC
  }

  /**
   * An axis.
   *
   * @param text what stands at a mark
   */
  public record Axis(String title, Scale scale, DoubleFunction<String> text) {

    /** With figures such as 20k at its marks. */
    public Axis(String title, Scale scale) {
      this(title, scale, HtmlPage::figure);
    }

    private boolean has(double value) {
      return scale == Scale.LINEAR ? value >= 0 : value > 0;
    }

    private Ruler between(double min, double max, double from, double to) {
      return scale == Scale.LINEAR
          ? new Ruler.Linear(max, from, to)
          : new Ruler.Logarithmic(min, max, from, to);
    }
  }

  private record Line(String name, int colour, List<Point> points) {}

  private final Axis xAxis;
  private final Axis yAxis;
  private final List<Line> lines = new ArrayList<>();

  /** Without lines. */
  public LineChart(Axis x, Axis y) {
    this.xAxis = x;
    this.yAxis = y;
  }

  /** Adds a line; points that have no place on an axis are left out. */
  public void add(String name, int colour, List<Point> points) {
    List<Point> shown =
        points.stream().filter(point -> xAxis.has(point.x()) && yAxis.has(point.y())).toList();
    if (!shown.isEmpty()) {
      lines.add(new Line(name, colour, shown));
    }
  }

  /** Whether there is nothing to see. */
  public boolean isEmpty() {
    return lines.isEmpty();
  }

  /** The chart. */
  public String svg() {
    Ruler x = ruler(true);
    Ruler y = ruler(false);
    StringBuilder svg = new StringBuilder();
    svg.append("<svg viewBox=\"0 0 ").append(WIDTH).append(' ').append(HEIGHT);
    svg.append("\" role=\"img\">\n");
    for (double mark : y.marks()) {
      double at = y.at(mark);
      svg.append(line(LEFT, at, WIDTH - RIGHT, at, "grid"));
      svg.append(text(LEFT - 6, at + 4, "end", yAxis.text().apply(mark)));
    }
    for (double mark : x.marks()) {
      double at = x.at(mark);
      svg.append(line(at, TOP, at, HEIGHT - BOTTOM, "grid"));
      svg.append(text(at, HEIGHT - BOTTOM + 16, "middle", xAxis.text().apply(mark)));
    }
    svg.append(text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 6, "middle", xAxis.title()));
    svg.append("<g transform=\"rotate(-90 12 ").append(HEIGHT / 2).append(")\">");
    svg.append(text(12, HEIGHT / 2.0, "middle", yAxis.title())).append("</g>\n");
    lines.forEach(line -> svg.append(draw(line, x, y)));
    return svg.append("</svg>\n").toString();
  }

  private Ruler ruler(boolean horizontal) {
    double min = Double.MAX_VALUE;
    double max = 0;
    for (Line line : lines) {
      for (Point point : line.points()) {
        double value = horizontal ? point.x() : point.y();
        min = Math.min(min, value);
        max = Math.max(max, value);
      }
    }
    return horizontal
        ? xAxis.between(min, max, LEFT, WIDTH - RIGHT)
        : yAxis.between(min, max, HEIGHT - BOTTOM, TOP);
  }

  private static String draw(Line line, Ruler x, Ruler y) {
    StringBuilder path = new StringBuilder();
    StringBuilder dots = new StringBuilder();
    for (Point point : line.points()) {
      path.append(path.isEmpty() ? "M" : " L");
      path.append(coordinate(x.at(point.x()))).append(' ').append(coordinate(y.at(point.y())));
      dots.append("<circle cx=\"").append(coordinate(x.at(point.x())));
      dots.append("\" cy=\"").append(coordinate(y.at(point.y()))).append("\" r=\"3\"><title>");
      dots.append(HtmlPage.escape(line.name())).append(": ");
      dots.append(HtmlPage.figure(point.y())).append("</title></circle>");
    }
    return "<g class=\"c" + line.colour() + "\"><path d=\"" + path + "\"/>" + dots + "</g>\n";
  }

  private static String line(double x1, double y1, double x2, double y2, String style) {
    return "<line class=\""
        + style
        + "\" x1=\""
        + coordinate(x1)
        + "\" y1=\""
        + coordinate(y1)
        + "\" x2=\""
        + coordinate(x2)
        + "\" y2=\""
        + coordinate(y2)
        + "\"/>\n";
  }

  private static String text(double x, double y, String anchor, String text) {
    return "<text x=\""
        + coordinate(x)
        + "\" y=\""
        + coordinate(y)
        + "\" text-anchor=\""
        + anchor
        + "\">"
        + HtmlPage.escape(text)
        + "</text>\n";
  }

  private static String coordinate(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
