package dev.weft.reliability.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Gives inputs to a target, and says which are findings: those that make it throw what it does not
 * document, allocate more than it may, or write more into the log than a few short lines. That
 * something hangs is found by whoever runs the judge.
 *
 * <p>One thread at a time.
 */
public final class Judge {

  /** There are a few kinds of lines in the log, of which each is logged once in a second. */
  private static final int LINES_PER_SECOND_MAX = 10;

  private static final int LINE_CHARS_MAX = 600;

  /** A new form of a class costs some megabytes once in each of Fory's instances, of a dozen. */
  private static final int RETRIES = 15;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final FuzzTarget target;
  private final WatchedLog log = new WatchedLog();

  /** Of this target. */
  public Judge(FuzzTarget target) {
    this.target = target;
  }

  /**
   * Has the target read the bytes.
   *
   * @throws Finding when that is one
   */
  public void judge(byte[] input) {
    long max = target.allocatedBytesMax(input.length);
    long least = allocatedBy(input);
    for (int i = 0; i < RETRIES && least > max; i++) {
      // Perhaps it was a class that was made, loaded or instrumented; soon, there are no more.
      least = Math.min(least, allocatedBy(input));
    }
    if (least > max) {
      throw new Finding(
          "%,d bytes of input have allocated %,d bytes in each of %d tries, over the limit of %,d"
              .formatted(input.length, least, RETRIES + 1, max));
    }
    String bad = log.bad;
    if (bad != null) {
      log.bad = null;
      throw new Finding("a line in the log is too long or not one line: " + bad);
    }
  }

  private long allocatedBy(byte[] input) {
    log.lines.set(0);
    long begin = System.nanoTime();
    long before = THREADS.getTotalThreadAllocatedBytes();
    try {
      target.run(input);
    } catch (Finding e) {
      throw e;
    } catch (Throwable e) { // the outer edge of what is tried
      throw new Finding(target.name() + " throws what it does not document: " + e, e);
    }
    long allocated = THREADS.getTotalThreadAllocatedBytes() - before;
    long seconds = 1 + (System.nanoTime() - begin) / 1_000_000_000;
    if (log.lines.get() > seconds * LINES_PER_SECOND_MAX) {
      throw new Finding("one input has caused %,d lines in the log".formatted(log.lines.get()));
    }
    return allocated;
  }

  /** All that Weft logs, and nobody needs to see. */
  private static final class WatchedLog extends Handler {

    /** Kept, because the logging system only holds it weakly. */
    private static final Logger WEFT = Logger.getLogger("dev.weft");

    final AtomicInteger lines = new AtomicInteger();
    volatile @Nullable String bad;

    WatchedLog() {
      WEFT.setUseParentHandlers(false);
      WEFT.setLevel(Level.ALL);
      WEFT.addHandler(this);
    }

    @Override
    public void publish(LogRecord logged) {
      lines.incrementAndGet();
      String message = String.valueOf(logged.getMessage());
      if (message.length() > LINE_CHARS_MAX
          || message.codePoints().anyMatch(WatchedLog::isUnsafe)) {
        bad = message;
      }
    }

    /** Begins a new line, moves the cursor, or turns the direction of the text. */
    private static boolean isUnsafe(int character) {
      return switch (Character.getType(character)) {
        case Character.CONTROL,
            Character.FORMAT,
            Character.LINE_SEPARATOR,
            Character.PARAGRAPH_SEPARATOR ->
            true;
        default -> false;
      };
    }

    @Override
    public void flush() {
      // Nothing is kept back.
    }

    @Override
    public void close() {
      WEFT.removeHandler(this);
    }
  }
}
