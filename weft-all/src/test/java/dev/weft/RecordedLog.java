package dev.weft;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What the server logs while this is open, instead of its log. */
final class RecordedLog extends Handler implements AutoCloseable {

  private final Logger logger = Logger.getLogger("dev.weft.server");
  private final Level before = logger.getLevel();
  private final List<LogRecord> records = new CopyOnWriteArrayList<>();

  RecordedLog() {
    logger.setLevel(Level.ALL);
    logger.setUseParentHandlers(false);
    logger.addHandler(this);
  }

  List<LogRecord> records() {
    return records;
  }

  /** All the text that has been logged, stack traces aside. */
  String text() {
    StringBuilder text = new StringBuilder();
    for (LogRecord each : records) {
      text.append(each.getMessage()).append('\n').append(each.getThrown()).append('\n');
    }
    return text.toString();
  }

  @Override
  public void publish(LogRecord record) {
    records.add(record);
  }

  @Override
  public void flush() {
    // Nothing is kept back.
  }

  @Override
  public void close() {
    logger.removeHandler(this);
    logger.setUseParentHandlers(true);
    logger.setLevel(before);
  }
}
