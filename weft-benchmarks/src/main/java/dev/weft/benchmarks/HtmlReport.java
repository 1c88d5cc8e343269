package dev.weft.benchmarks;

import dev.weft.benchmarks.LineChart.Point;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Results as one HTML page that needs nothing else: charts in SVG, and all figures. It is written
 * when the report is closed, with what there is by then.
 */
public final class HtmlReport implements AutoCloseable {

  private static final double[] PERCENTILES = {
    50, 75, 90, 95, 98, 99, 99.5, 99.8, 99.9, 99.95, 99.99
  };

  private static final String STYLE =
      """
      :root { color-scheme: light dark; --back: #fff; --text: #1b1f24; --grid: #d8dde3; --l: 40%; }
      @media (prefers-color-scheme: dark) {
        :root { --back: #14171b; --text: #dfe4ea; --grid: #363c44; --l: 65%; }
      }
      body { background: var(--back); color: var(--text); font: 15px/1.5 system-ui, sans-serif;
        max-width: 1100px; margin: 2em auto; padding: 0 1em; }
      svg { max-width: 760px; width: 100%; }
      svg text { fill: var(--text); font-size: 12px; }
      svg path { fill: none; stroke-width: 2; }
      .grid { stroke: var(--grid); }
      .swatch { display: inline-block; width: 1.6em; height: 4px; vertical-align: middle; }
      .legend span { margin-right: 1.4em; white-space: nowrap; }
      .wide { overflow-x: auto; }
      table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
      th, td { padding: .15em .7em; text-align: right; border-bottom: 1px solid var(--grid); }
      th:nth-child(-n+2), td:nth-child(-n+2) { text-align: left; }
      """;

  private final Path file;
  private final String subtitle;
  private final List<Result> results = new ArrayList<>();
  private final Map<String, Integer> colours = new LinkedHashMap<>();

  private HtmlReport(Path file, String subtitle) {
    this.file = file;
    this.subtitle = subtitle;
  }

  /**
   * A report in this file, which is begun at once.
   *
   * @param subtitle what was measured where
   * @throws IOException when it cannot be written
   */
  public static HtmlReport to(Path file, String subtitle) throws IOException {
    HtmlReport report = new HtmlReport(file, subtitle);
    report.close();
    return report;
  }

  /** Takes a result in. */
  public void add(Result result) {
    colours.putIfAbsent(result.peer(), colours.size());
    results.add(result);
  }

  /** Writes the page. */
  @Override
  public void close() throws IOException {
    Files.writeString(file, page());
  }

  private String page() {
    StringBuilder page = new StringBuilder();
    page.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.append("<meta name=\"viewport\" content=\"width=device-width\">\n");
    page.append("<title>Weft race</title>\n<style>\n").append(STYLE);
    // As far apart as can be, however many there are: steps of the golden angle.
    colours.forEach((peer, colour) -> {
      String hsl = "hsl(" + Math.round(colour * 137.5 % 360) + " 70% var(--l))";
      page.append(".c").append(colour).append(" { stroke: ").append(hsl).append("; fill: ");
      page.append(hsl).append("; background: ").append(hsl).append("; }\n");
    });
    page.append("</style>\n</head>\n<body>\n<h1>Weft race</h1>\n");
    page.append("<p>").append(escape(subtitle)).append("</p>\n");
    page.append("<p class=\"legend\">");
    colours.forEach((peer, colour) ->
        page.append("<span><i class=\"swatch c")
            .append(colour)
            .append("\"></i> ")
            .append(escape(peer))
            .append("</span>\n"));
    page.append("</p>\n");
    section(page, "Throughput by callers", byCallers("calls/s", Measurement::opsPerSecond));
    section(page, "CPU per call by callers", byCallers("us", Measurement::cpuMicrosPerOp));
    Map<String, LineChart> latencies = latencies();
    latencies.forEach((label, chart) -> section(page, "Latency, " + label, chart));
    page.append("<h2>Figures</h2>\n<div class=\"wide\">").append(table()).append("</div>\n");
    return page.append("</body>\n</html>\n").toString();
  }

  private static void section(StringBuilder page, String title, LineChart chart) {
    if (!chart.isEmpty()) {
      page.append("<h2>").append(escape(title)).append("</h2>\n").append(chart.svg());
    }
  }

  private LineChart byCallers(String yTitle, ToDoubleFunction<Measurement> figure) {
    LineChart chart = new LineChart("callers", yTitle, HtmlReport::figure);
    colours.forEach((peer, colour) -> {
      List<Point> points = new ArrayList<>();
      for (Result result : results) {
        if (result.peer().equals(peer) && result.load().kind() == Case.Kind.SYNC) {
          double y = figure.applyAsDouble(result.measurement());
          points.add(new Point(result.load().callers(), y));
        }
      }
      points.sort((one, other) -> Double.compare(one.x(), other.x()));
      chart.add(peer, colour, points);
    });
    return chart;
  }

  /**
   * A chart for each case: over the share of calls that took longer, from half to one in 10,000.
   */
  private Map<String, LineChart> latencies() {
    Map<String, LineChart> charts = new LinkedHashMap<>();
    for (Result result : results) {
      LineChart chart =
          charts.computeIfAbsent(
              result.load().label(),
              label -> new LineChart("percentile", "us", HtmlReport::percentileText));
      List<Point> points = new ArrayList<>();
      for (double percentile : PERCENTILES) {
        double micros = result.measurement().micros(percentile);
        points.add(new Point(100 / (100 - percentile), micros));
      }
      chart.add(result.peer(), colours.getOrDefault(result.peer(), 0), points);
    }
    return charts;
  }

  /** At 1,000 stands 99.9: one in 1,000 took longer. */
  private static String percentileText(double oneIn) {
    return String.format(Locale.ROOT, "%s", (float) (100 - 100 / oneIn));
  }

  private String table() {
    StringBuilder table = new StringBuilder("<table>\n<tr><th>peer</th><th>case</th>");
    Column.ALL.forEach(
        column -> table.append("<th>").append(escape(column.title())).append("</th>"));
    table.append("</tr>\n");
    for (Result result : results) {
      table.append("<tr><td>").append(escape(result.peer())).append("</td><td>");
      table.append(escape(result.load().label())).append("</td>");
      Column.ALL.forEach(
          column -> table.append("<td>").append(column.text(result.measurement())).append("</td>"));
      table.append("</tr>\n");
    }
    return table.append("</table>\n").toString();
  }

  /** For an axis: 0.01, 10, 20k, 3M. */
  static String figure(double value) {
    if (value >= 1e6) {
      return compact(value / 1e6) + "M";
    }
    return value >= 1e3 ? compact(value / 1e3) + "k" : compact(value);
  }

  private static String compact(double value) {
    String text = String.format(Locale.ROOT, value < 0.1 ? "%.4f" : "%.2f", value);
    return text.replaceAll("0+$", "").replaceAll("\\.$", "");
  }

  static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
