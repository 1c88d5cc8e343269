package dev.weft.benchmarks.html;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A page of charts and figures that needs nothing else: its style is in it, its charts are SVG.
 * What is compared has a colour, the same in all charts. One thread.
 */
public final class HtmlPage {

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

  private final String title;
  private final String subtitle;
  private final Map<String, Integer> colours = new LinkedHashMap<>();
  private final StringBuilder body = new StringBuilder();

  /** Empty but for its head. */
  public HtmlPage(String title, String subtitle) {
    this.title = title;
    this.subtitle = subtitle;
  }

  /** The colour of this name, which the legend explains. */
  public int colour(String name) {
    return colours.computeIfAbsent(name, fresh -> colours.size());
  }

  /** Adds a chart under a heading, if there is something in it. */
  public void chart(String heading, LineChart chart) {
    if (!chart.isEmpty()) {
      body.append("<h2>").append(escape(heading)).append("</h2>\n").append(chart.svg());
    }
  }

  /** Adds a table under a heading; its first two columns are text. */
  public void table(String heading, List<String> titles, List<List<String>> rows) {
    body.append("<h2>").append(escape(heading)).append("</h2>\n<div class=\"wide\"><table>\n");
    row("th", titles);
    rows.forEach(row -> row("td", row));
    body.append("</table>\n</div>\n");
  }

  private void row(String cell, List<String> texts) {
    List<String> cells = new ArrayList<>();
    texts.forEach(text -> cells.add("<" + cell + ">" + escape(text) + "</" + cell + ">"));
    body.append("<tr>").append(String.join("", cells)).append("</tr>\n");
  }

  /** All of it. */
  public String html() {
    StringBuilder page = new StringBuilder();
    page.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.append("<meta name=\"viewport\" content=\"width=device-width\">\n");
    page.append("<title>").append(escape(title)).append("</title>\n<style>\n").append(STYLE);
    // As far apart as can be, however many there are: steps of the golden angle.
    colours.forEach((name, colour) -> {
      String hsl = "hsl(" + Math.round(colour * 137.5 % 360) + " 70% var(--l))";
      page.append(".c").append(colour).append(" { stroke: ").append(hsl).append("; fill: ");
      page.append(hsl).append("; background: ").append(hsl).append("; }\n");
    });
    page.append("</style>\n</head>\n<body>\n<h1>").append(escape(title)).append("</h1>\n");
    page.append("<p>").append(escape(subtitle)).append("</p>\n");
    page.append("<p class=\"legend\">");
    colours.forEach((name, colour) ->
        page.append("<span><i class=\"swatch c")
            .append(colour)
            .append("\"></i> ")
            .append(escape(name))
            .append("</span>\n"));
    page.append("</p>\n").append(body);
    return page.append("</body>\n</html>\n").toString();
  }

  /** For an axis: 0.01, 10, 20k, 3M. */
  public static String figure(double value) {
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
