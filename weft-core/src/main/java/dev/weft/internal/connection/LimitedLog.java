package dev.weft.internal.connection;

import dev.weft.spi.TimeSource;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One kind of line in a log, of which at most one is let through each second: peers could cause
 * many. How many were left out is said with the next. Any thread.
 */
public final class LimitedLog {

  private static final long INTERVAL_NANOS = 1_000_000_000;
  private static final int MESSAGE_CHARS_MAX = 500;

  /**
   * Control characters (those of one byte that terminals take for an escape, too), what turns or
   * hides text, and whatever begins a new line.
   */
  private static final Pattern UNSAFE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

  private final Logger logger;
  private final TimeSource time;
  private final AtomicLong nextNanos = new AtomicLong(Long.MIN_VALUE);
  private final AtomicLong leftOut = new AtomicLong();

  /** Of this logger. */
  public LimitedLog(Logger logger, TimeSource time) {
    this.logger = logger;
    this.time = time;
  }

  /**
   * Logs the line, or counts it.
   *
   * @param message asked for only when it is logged: those who cause many must not cost much
   */
  public void log(Level level, Supplier<String> message, @Nullable Throwable failure) {
    long now = time.nanoTime();
    long next = nextNanos.get();
    if ((next != Long.MIN_VALUE && now - next < 0)
        || !nextNanos.compareAndSet(next, now + INTERVAL_NANOS)) {
      leftOut.incrementAndGet();
      return;
    }
    long more = leftOut.getAndSet(0);
    String text =
        clean(message.get()) + (more == 0 ? "" : " (and " + more + " more like it before)");
    try {
      logger.log(level, text, failure);
    } catch (RuntimeException | Error e) { // an exception that cannot be printed, perhaps
      logPlain(level, text);
    }
  }

  private void logPlain(Level level, String text) {
    try {
      logger.log(level, text);
    } catch (RuntimeException | Error e) {
      // It is the logger that fails, which is no reason for what is logged to fail, too: without a
      // file descriptor, the JDK's cannot even read the time zone.
    }
  }

  /** Peers can put anything into a message: one line of it, and not too much. */
  private static String clean(String message) {
    String cut =
        message.length() <= MESSAGE_CHARS_MAX
            ? message
            : message.substring(0, MESSAGE_CHARS_MAX) + "...";
    return UNSAFE.matcher(cut).replaceAll("?");
  }
}
