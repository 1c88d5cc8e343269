package dev.weft;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What is logged under a name while a test looks, in place of the console. */
final class LogOf extends Handler implements AutoCloseable {

  private final Logger logger;
  private final Level levelBefore;
  private final boolean parentsBefore;
  private final List<String> lines = new CopyOnWriteArrayList<>();

  LogOf(String name) {
    logger = Logger.getLogger(name);
    levelBefore = logger.getLevel();
    parentsBefore = logger.getUseParentHandlers();
    logger.setUseParentHandlers(false);
    logger.setLevel(Level.INFO);
    logger.addHandler(this);
  }

  /** All so far. */
  List<String> lines() {
    return lines;
  }

  /** Waits for a line that contains all of these. */
  void await(String... parts) {
    World.until(
        "a log line with " + List.of(parts) + " in " + lines,
        () -> lines.stream().anyMatch(line -> List.of(parts).stream().allMatch(line::contains)));
  }

  @Override
  public void publish(LogRecord logged) {
    lines.add(logged.getMessage());
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
    logger.setLevel(levelBefore);
    logger.setUseParentHandlers(parentsBefore);
  }
}
