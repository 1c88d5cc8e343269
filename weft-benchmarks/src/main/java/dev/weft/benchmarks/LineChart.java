package dev.weft.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/**
 * Lines over two logarithmic axes, as SVG that stands in an HTML page. One thread.
 *
 * <p>A line has the class of its colour, {@code c0}, {@code c1} and so on: the page's style knows
 * them.
 */
final class LineChart {

  private static final int WIDTH = 720;
  private static final int HEIGHT = 360;
  private static final int LEFT = 70;
  private static final int RIGHT = 16;
  private static final int TOP = 12;
  private static final int BOTTOM = 44;

  /**
   * A point of a line.
   *
   * @param x over 0
   * @param y over 0
   */
  record Point(double x, double y) {}

  private record Line(String name, int colour, List<Point> points) {}

  private final String xTitle;
  private final String yTitle;
  private final DoubleFunction<String> xText;
  private final List<Line> lines = new ArrayList<>();

  /**
   * @param xText what stands at a mark of the x axis
   */
  LineChart(String xTitle, String yTitle, DoubleFunction<String> xText) {
    this.xTitle = xTitle;
    this.yTitle = yTitle;
    this.xText = xText;
  }

  /** Adds a line; points that have no place on a logarithmic axis are left out. */
  void add(String name, int colour, List<Point> points) {
    List<Point> shown = points.stream().filter(point -> point.x() > 0 && point.y() > 0).toList();
    if (!shown.isEmpty()) {
      lines.add(new Line(name, colour, shown));
    }
  }

  boolean isEmpty() {
    return lines.isEmpty();
  }

  /** The chart. */
  String svg() {
    Axis x = axis(true);
    Axis y = axis(false);
    StringBuilder svg = new StringBuilder();
    svg.append("<svg viewBox=\"0 0 ").append(WIDTH).append(' ').append(HEIGHT);
    svg.append("\" role=\"img\">\n");
    for (double mark : y.marks()) {
      double at = y.at(mark);
      svg.append(line(LEFT, at, WIDTH - RIGHT, at, "grid"));
      svg.append(text(LEFT - 6, at + 4, "end", HtmlReport.figure(mark)));
    }
    for (double mark : x.marks()) {
      double at = x.at(mark);
      svg.append(line(at, TOP, at, HEIGHT - BOTTOM, "grid"));
      svg.append(text(at, HEIGHT - BOTTOM + 16, "middle", xText.apply(mark)));
    }
    svg.append(text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 6, "middle", xTitle));
    svg.append("<g transform=\"rotate(-90 12 ").append(HEIGHT / 2).append(")\">");
    svg.append(text(12, HEIGHT / 2.0, "middle", yTitle)).append("</g>\n");
    lines.forEach(line -> svg.append(draw(line, x, y)));
    return svg.append("</svg>\n").toString();
  }

  private Axis axis(boolean horizontal) {
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
        ? new Axis(min, max, LEFT, WIDTH - RIGHT)
        : new Axis(min, max, HEIGHT - BOTTOM, TOP);
  }

  private static String draw(Line line, Axis x, Axis y) {
    StringBuilder path = new StringBuilder();
    StringBuilder dots = new StringBuilder();
    for (Point point : line.points()) {
      path.append(path.isEmpty() ? "M" : " L");
      path.append(coordinate(x.at(point.x()))).append(' ').append(coordinate(y.at(point.y())));
      dots.append("<circle cx=\"").append(coordinate(x.at(point.x())));
      dots.append("\" cy=\"").append(coordinate(y.at(point.y()))).append("\" r=\"3\"><title>");
      dots.append(HtmlReport.escape(line.name())).append(": ");
      dots.append(HtmlReport.figure(point.y())).append("</title></circle>");
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
        + HtmlReport.escape(text)
        + "</text>\n";
  }

  private static String coordinate(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  /** Whole powers of ten, and what lies between two values. */
  private static final class Axis {

    private final double low;
    private final double high;
    private final double from;
    private final double to;

    Axis(double min, double max, double from, double to) {
      low = Math.floor(Math.log10(min) + 1e-9);
      high = Math.max(low + 1, Math.ceil(Math.log10(max) - 1e-9));
      this.from = from;
      this.to = to;
    }

    double at(double value) {
      return from + (to - from) * (Math.log10(value) - low) / (high - low);
    }

    List<Double> marks() {
      List<Double> marks = new ArrayList<>();
      for (double power = low; power <= high; power++) {
        marks.add(Math.pow(10, power));
      }
      return marks;
    }
  }
}
