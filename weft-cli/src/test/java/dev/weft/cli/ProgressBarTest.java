package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressBarTest {

  private static final long SECOND = 1_000_000_000;

  private final StringWriter drawn = new StringWriter();

  @Test
  void itTellsCallsRateAndTimeLeft() {
    bar(true).draw(50_000, 2 * SECOND);

    assertThat(drawn.toString())
        .isEqualTo(
            "\r[######..................]  25%  50,000 of 200,000 calls  25,000/s  6 s left");
  }

  @Test
  void rateFollowsRecentCalls() {
    ProgressBar bar = bar(true);
    bar.draw(1_000, SECOND);
    bar.draw(12_000, 2 * SECOND);

    assertThat(drawn.toString()).endsWith("12,000 of 200,000 calls  3,000/s  63 s left");
  }

  @Test
  void atTheEndTheLineIsEmptyAgain() {
    ProgressBar bar = bar(true);
    bar.draw(100_000, SECOND);
    int width = drawn.toString().length() - 1;
    bar.clear();

    assertThat(drawn.toString()).endsWith("\r" + " ".repeat(width) + "\r");
  }

  @Test
  void withoutATerminalNothingIsDrawn() {
    ProgressBar bar = bar(false);
    bar.draw(1, SECOND);
    bar.clear();

    assertThat(drawn.toString()).isEmpty();
  }

  @Test
  void beforeTheFirstAnswerNothingIsDrawn() {
    ProgressBar bar = bar(true);
    bar.draw(0, SECOND);
    bar.clear();

    assertThat(drawn.toString()).isEmpty();
  }

  private ProgressBar bar(boolean terminal) {
    return new ProgressBar(new PrintWriter(drawn), terminal, 200_000);
  }
}
