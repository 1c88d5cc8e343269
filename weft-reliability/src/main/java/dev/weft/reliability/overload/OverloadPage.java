package dev.weft.reliability.overload;

import dev.weft.benchmarks.html.HtmlPage;
import dev.weft.benchmarks.html.LineChart;
import dev.weft.benchmarks.html.LineChart.Axis;
import dev.weft.benchmarks.html.LineChart.Point;
import dev.weft.benchmarks.html.LineChart.Scale;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The results as a page of charts. It is written when it is closed. One thread. */
public final class OverloadPage implements AutoCloseable {

  private final Path file;
  private final String subtitle;
  private final List<OverloadResult> results = new ArrayList<>();

  private OverloadPage(Path file, String subtitle) {
    this.file = file;
    this.subtitle = subtitle;
  }

  /**
   * A page in this file, which is begun at once.
   *
   * @param subtitle what was measured where
   * @throws IOException when it cannot be written
   */
  public static OverloadPage to(Path file, String subtitle) throws IOException {
    OverloadPage page = new OverloadPage(file, subtitle);
    page.close();
    return page;
  }

  /** Takes a result in. */
  public void add(OverloadResult result) {
    results.add(result);
  }

  /** Writes it. */
  @Override
  public void close() throws IOException {
    HtmlPage page = new HtmlPage("Weft overload", subtitle);
    page.chart(
        "Goodput: calls answered in time, by load", chart(page, "calls/s", Step::goodPerSecond));
    page.chart("Answered calls, p99, by load", chart(page, "ms", Step::p99Millis));
    page.chart(
        "How long refused calls did not know, p99, by load",
        chart(page, "ms", Step::refusedP99Millis));
    page.chart(
        "Handlers that ran in vain, per second, by load",
        chart(page, "handlers/s", OverloadPage::inVainPerSecond));
    page.table("Figures", titles(), rows());
    if (!results.isEmpty()) {
      page.table("Goals", List.of("peer", "goal", "held"), goals());
    }
    Files.writeString(file, page.html());
  }

  private static double inVainPerSecond(Step step) {
    return (step.begun() - step.good()) * 1e9 / step.length().toNanos();
  }

  private LineChart chart(HtmlPage page, String unit, ToDoubleFunction<Step> figure) {
    LineChart chart =
        new LineChart(
            new Axis("load, in multiples of what the server can do", Scale.LINEAR),
            new Axis(unit, Scale.LINEAR));
    for (OverloadResult result : results) {
      List<Point> points = new ArrayList<>();
      result
          .steps()
          .forEach(step -> points.add(new Point(step.load(), figure.applyAsDouble(step))));
      points.sort((one, other) -> Double.compare(one.x(), other.x()));
      chart.add(result.peer(), page.colour(result.peer()), points);
    }
    return chart;
  }

  private static List<String> titles() {
    List<String> titles = new ArrayList<>(List.of("peer", "load"));
    Figure.ALL.forEach(figure -> titles.add(figure.title()));
    return titles;
  }

  private List<List<String>> rows() {
    List<List<String>> rows = new ArrayList<>();
    for (OverloadResult result : results) {
      for (Step step : result.steps()) {
        List<String> row = new ArrayList<>(List.of(result.peer(), String.valueOf(step.load())));
        Figure.ALL.forEach(figure -> row.add(figure.text(step)));
        rows.add(row);
      }
    }
    return rows;
  }

  private List<List<String>> goals() {
    List<List<String>> rows = new ArrayList<>();
    for (OverloadResult result : results) {
      for (OverloadResult.Goal goal : result.goals()) {
        rows.add(List.of(result.peer(), goal.text(), goal.held() ? "held" : "missed"));
      }
    }
    return rows;
  }
}
