package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RaceProgressTest {

  private static final long SECOND = 1_000_000_000;

  private final StringWriter drawn = new StringWriter();

  @Test
  void itTellsWhatIsMeasuredAndTheTimeLeft() {
    try (RaceProgress progress = progress(true)) {
      progress.begins("grpc sync-1", Duration.ofSeconds(14), 0);
      progress.begins("weft sync-1", Duration.ofSeconds(12), 100 * SECOND);
      progress.draw(104 * SECOND);
      assertThat(drawn.toString())
          .contains("\r[#########...............]  37%  weft sync-1  30 s left");
      progress.draw(200 * SECOND);
      assertThat(drawn.toString()).as("it takes longer than it should").contains("22 s left");
      progress.ended();
      assertThat(drawn.toString()).endsWith(" \r");
    }
  }

  @Test
  void withoutATerminalNothingIsDrawn() {
    try (RaceProgress progress = progress(false)) {
      progress.begins("weft sync-1", Duration.ofSeconds(12), 0);
      progress.draw(SECOND);
    }
    assertThat(drawn.toString()).isEmpty();
  }

  private RaceProgress progress(boolean terminal) {
    return new RaceProgress(
        new StatusLine(new PrintWriter(drawn), terminal), Duration.ofSeconds(48));
  }
}
