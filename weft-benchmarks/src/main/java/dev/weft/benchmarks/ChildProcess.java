package dev.weft.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One of this package's programs in a process of its own, on the same java and the same class path.
 * It is asked and answers line by line, and ends when its input does, and so when this process
 * does. One thread.
 */
final class ChildProcess implements AutoCloseable {

  /** What a child's own lines begin with: some libraries print, too. */
  private static final String MARK = "weft-child ";

  private static final long STOP_SECONDS_MAX = 5;

  private final Process process;
  private final BufferedReader answers;
  private final Writer questions;

  private ChildProcess(Process process) {
    this.process = process;
    this.answers = process.inputReader();
    this.questions = process.outputWriter();
  }

  /** Starts it. */
  static ChildProcess start(List<String> jvmOptions, Class<?> program, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // As in the jar's manifest, which counts only for java -jar.
    command.add("--add-opens=java.base/java.lang.invoke=ALL-UNNAMED");
    command.add("--enable-native-access=ALL-UNNAMED");
    String certificate = System.getProperty(RaceCertificate.FOLDER);
    if (certificate != null) {
      command.add("-D" + RaceCertificate.FOLDER + "=" + certificate);
    }
    command.addAll(jvmOptions);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(program.getName());
    command.addAll(arguments);
    return new ChildProcess(new ProcessBuilder(command).redirectError(Redirect.INHERIT).start());
  }

  /** What runs in the child. */
  interface Program {

    /** Runs to the end of the input. */
    void run(BufferedReader questions) throws Exception;
  }

  /** In the child: runs, and ends it whatever threads a library may have left behind. */
  static void run(Program program) {
    int status = 1;
    try (BufferedReader questions =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      program.run(questions);
      status = 0;
    } catch (Throwable e) {
      Thread self = Thread.currentThread();
      self.getUncaughtExceptionHandler().uncaughtException(self, e); // prints it
    } finally {
      Runtime.getRuntime().halt(status);
    }
  }

  /** In the child: says a line. */
  static void say(String line) {
    System.out.println(MARK + line);
    System.out.flush();
  }

  /**
   * The next line that it says.
   *
   * @throws UncheckedIOException when it has ended instead
   */
  String answer() {
    try {
      for (; ; ) {
        String line = answers.readLine();
        if (line == null) {
          throw new IOException("the process has ended instead of answering");
        }
        if (line.startsWith(MARK)) {
          return line.substring(MARK.length());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /** Asks it, and waits for the answer. */
  String ask(String question) {
    try {
      questions.write(question + "\n");
      questions.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("the process has ended", e);
    }
    return answer();
  }

  /** For tests. */
  ProcessHandle handle() {
    return process.toHandle();
  }

  /** Ends it, and waits for its end. */
  @Override
  public void close() throws InterruptedException {
    try {
      questions.close();
    } catch (IOException e) {
      // It has ended already.
    }
    if (!process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
