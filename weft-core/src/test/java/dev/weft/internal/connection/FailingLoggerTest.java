package dev.weft.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.System.Logger;
import java.util.ResourceBundle;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A logger that fails must not end the thread that has something to say. */
final class FailingLoggerTest {

  /** As one does that cannot read what it needs, for lack of a file descriptor. */
  private static final class FailingLogger implements Logger {

    private final AtomicInteger asked = new AtomicInteger();

    @Override
    public String getName() {
      return "failing";
    }

    @Override
    public boolean isLoggable(Level level) {
      return true;
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
      asked.incrementAndGet();
      throw new NoClassDefFoundError("time zones");
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String format, Object... params) {
      asked.incrementAndGet();
      throw new NoClassDefFoundError("time zones");
    }
  }

  @Test
  void aLoggerThatFailsDoesNotHarmWhoLogs() {
    FailingLogger logger = new FailingLogger();
    LimitedLog log = new LimitedLog(logger, SystemTime.INSTANCE);
    log.log(Logger.Level.INFO, () -> "connecting failed", null);
    assertThat(logger.asked.get()).isPositive();
  }
}
