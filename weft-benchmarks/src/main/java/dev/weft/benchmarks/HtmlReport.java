package dev.weft.benchmarks;

import dev.weft.benchmarks.html.HtmlPage;
import dev.weft.benchmarks.html.LineChart;
import dev.weft.benchmarks.html.LineChart.Axis;
import dev.weft.benchmarks.html.LineChart.Point;
import dev.weft.benchmarks.html.LineChart.Scale;
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

  private final Path file;
  private final String subtitle;
  private final List<Result> results = new ArrayList<>();

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
    results.add(result);
  }

  /** Writes the page. */
  @Override
  public void close() throws IOException {
    Files.writeString(file, page());
  }

  private String page() {
    HtmlPage page = new HtmlPage("Weft race", subtitle);
    page.chart("Throughput by callers", byCallers(page, "calls/s", Measurement::opsPerSecond));
    page.chart("CPU per call by callers", byCallers(page, "us", Measurement::cpuMicrosPerOp));
    latencies(page).forEach((label, chart) -> page.chart("Latency, " + label, chart));
    page.table("Figures", titles(), results.stream().map(HtmlReport::row).toList());
    return page.html();
  }

  private LineChart byCallers(HtmlPage page, String yTitle, ToDoubleFunction<Measurement> figure) {
    LineChart chart =
        new LineChart(new Axis("callers", Scale.LOGARITHMIC), new Axis(yTitle, Scale.LOGARITHMIC));
    Map<String, List<Point>> lines = new LinkedHashMap<>();
    for (Result result : results) {
      List<Point> points = lines.computeIfAbsent(result.peer(), peer -> new ArrayList<>());
      if (result.load().kind() == Case.Kind.SYNC) {
        double y = figure.applyAsDouble(result.measurement());
        points.add(new Point(result.load().callers(), y));
      }
    }
    lines.forEach((peer, points) -> {
      points.sort((one, other) -> Double.compare(one.x(), other.x()));
      chart.add(peer, page.colour(peer), points);
    });
    return chart;
  }

  /**
   * A chart for each case: over the share of calls that took longer, from half to one in 10,000.
   */
  private Map<String, LineChart> latencies(HtmlPage page) {
    Axis x = new Axis("percentile", Scale.LOGARITHMIC, HtmlReport::percentileText);
    Axis y = new Axis("us", Scale.LOGARITHMIC);
    Map<String, LineChart> charts = new LinkedHashMap<>();
    for (Result result : results) {
      LineChart chart = charts.computeIfAbsent(result.load().label(), label -> new LineChart(x, y));
      List<Point> points = new ArrayList<>();
      for (double percentile : PERCENTILES) {
        double micros = result.measurement().micros(percentile);
        points.add(new Point(100 / (100 - percentile), micros));
      }
      chart.add(result.peer(), page.colour(result.peer()), points);
    }
    return charts;
  }

  /** At 1,000 stands 99.9: one in 1,000 took longer. */
  private static String percentileText(double oneIn) {
    return String.format(Locale.ROOT, "%s", (float) (100 - 100 / oneIn));
  }

  private static List<String> titles() {
    List<String> titles = new ArrayList<>(List.of("peer", "case"));
    Column.ALL.forEach(column -> titles.add(column.title()));
    return titles;
  }

  private static List<String> row(Result result) {
    List<String> row = new ArrayList<>(List.of(result.peer(), result.load().label()));
    Column.ALL.forEach(column -> row.add(column.text(result.measurement())));
    return row;
  }
}
