package dev.weft.reliability.attack;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A process from the same java and the same class path, that is asked and answers in lines. It ends
 * when its input does, and so when this process does. One thread.
 */
final class Child implements AutoCloseable {

  /** What its own lines begin with: libraries may print, too. */
  static final String MARK = "weft-attack ";

  private static final long STOP_SECONDS_MAX = 5;

  private final Process process;
  private final BufferedReader answers;
  private final Writer questions;
  private final Path log;

  private Child(Process process, Path log) {
    this.process = process;
    this.answers = process.inputReader();
    this.questions = process.outputWriter();
    this.log = log;
  }

  /**
   * Starts it.
   *
   * @param before what stands before java; empty: nothing
   * @param flags of the JVM
   */
  static Child start(List<String> before, List<String> flags, Class<?> main, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(
        List.of(
            "--add-opens=java.base/java.lang.invoke=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName()));
    command.addAll(List.of(arguments));
    Path log = Files.createTempFile("weft-attack", ".log");
    return new Child(new ProcessBuilder(command).redirectError(log.toFile()).start(), log);
  }

  /**
   * The next line that it has to say.
   *
   * @return {@code null}: it has ended
   */
  @Nullable String readLine() throws IOException {
    for (; ; ) {
      String line = answers.readLine();
      if (line == null || line.startsWith(MARK)) {
        return line == null ? null : line.substring(MARK.length());
      }
    }
  }

  /** Asks, and waits for the answer; {@code null}: it has ended. */
  @Nullable String ask() {
    try {
      questions.write("?\n");
      questions.flush();
      return readLine();
    } catch (IOException e) {
      return null;
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** How many lines it has written into its log so far. */
  long logLines() throws IOException {
    try (var lines = Files.lines(log)) {
      return lines.count();
    }
  }

  /** What it has logged first. */
  String firstLogged() throws IOException {
    try (var lines = Files.lines(log)) {
      return lines.limit(4).reduce("", (before, line) -> before + "\n    " + line);
    }
  }

  /** Ends it, and waits for its end. */
  @Override
  public void close() {
    try {
      questions.close();
    } catch (IOException e) {
      // It has ended already.
    }
    try {
      if (!process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      Files.deleteIfExists(log);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      // A file more in the folder for such.
    }
  }
}
