package dev.weft.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What peers can bring into a log. */
final class LimitedLogTest {

  private final List<String> lines = new ArrayList<>();
  private final ManualTime time = new ManualTime(0);
  private final LimitedLog log = new LimitedLog(new Lines(), time);

  @Test
  void onlyOneLineASecondIsLetThroughAndTheRestIsCounted() {
    for (int i = 0; i < 1000; i++) {
      int number = i;
      log.log(Level.INFO, () -> "line " + number, null);
    }
    assertThat(lines).containsExactly("line 0");
    time.advance(Duration.ofSeconds(1));
    log.log(Level.INFO, () -> "later", null);
    assertThat(lines).containsExactly("line 0", "later (and 999 more like it before)");
  }

  @Test
  void whatIsOnlyCountedIsNotEvenPutTogether() {
    AtomicInteger made = new AtomicInteger();
    for (int i = 0; i < 1000; i++) {
      log.log(Level.INFO, () -> "line " + made.incrementAndGet(), null);
    }
    assertThat(made).hasValue(1);
  }

  @Test
  void whatPeersSayStaysOneLineAndIsCut() {
    log.log(Level.INFO, () -> "x".repeat(10_000), null);
    assertThat(lines.get(0)).hasSizeLessThan(600);
  }

  @Test
  void nothingBeginsALineMovesTheCursorOrTurnsTheText() {
    // A new line, NEL, the line and the paragraph separator; ESC, and CSI in one character; the
    // override that turns the direction; a zero-width space.
    log.log(Level.INFO, () -> "a\nb\u0085c\u2028d\u2029e\u001b[2Jf\u009b2Jg\u202eh\u200bi", null);
    assertThat(lines).containsExactly("a?b?c?d?e?[2Jf?2Jg?h?i");
  }

  private final class Lines implements Logger {

    @Override
    public String getName() {
      return "lines";
    }

    @Override
    public boolean isLoggable(Level level) {
      return true;
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
      lines.add(message);
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String format, Object... parameters) {
      lines.add(format);
    }
  }
}
