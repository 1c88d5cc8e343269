package dev.weft.benchmarks.html;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.benchmarks.html.LineChart.Axis;
import dev.weft.benchmarks.html.LineChart.Point;
import dev.weft.benchmarks.html.LineChart.Scale;
import java.util.List;
import org.junit.jupiter.api.Test;

class HtmlPageTest {

  @Test
  void figuresAreShort() {
    assertThat(HtmlPage.figure(0.01)).isEqualTo("0.01");
    assertThat(HtmlPage.figure(10)).isEqualTo("10");
    assertThat(HtmlPage.figure(20_500)).isEqualTo("20.5k");
    assertThat(HtmlPage.figure(3_000_000)).isEqualTo("3M");
  }

  @Test
  void linearAxisBeginsAtZeroAndEndsOverTheHighest() {
    assertThat(new Ruler.Linear(5, 0, 100).marks())
        .containsExactly(0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0);
    assertThat(new Ruler.Linear(1234, 0, 100).marks()).hasSize(8).endsWith(1400.0);
    assertThat(new Ruler.Linear(0, 0, 100).marks()).startsWith(0.0);
    assertThat(new Ruler.Linear(5, 100, 0).at(2.5)).isEqualTo(50);
  }

  @Test
  void pointsWithoutAPlaceAreLeftOut() {
    Axis linear = new Axis("x", Scale.LINEAR);
    Axis logarithmic = new Axis("y", Scale.LOGARITHMIC);
    LineChart chart = new LineChart(linear, logarithmic);
    chart.add("a", 0, List.of(new Point(0, 0)));
    assertThat(chart.isEmpty()).isTrue();
    chart.add("a", 0, List.of(new Point(0, 1), new Point(1, 0), new Point(2, 10)));
    assertThat(chart.svg().split("<circle", -1)).hasSize(1 + 2);
  }

  @Test
  void textIsEscaped() {
    HtmlPage page = new HtmlPage("a & b", "<c>");
    page.table("<d>", List.of("e"), List.of(List.of("f & g")));
    assertThat(page.html()).contains("a &amp; b", "&lt;c&gt;", "&lt;d&gt;", "f &amp; g");
  }
}
