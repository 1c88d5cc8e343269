package dev.weft.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A peer's server in a process of its own: {@link PeerServer} on the same java and the same class
 * path. Every line that it is sent asks what it has used; it ends when its input does, and so when
 * this process does. One thread.
 */
final class PeerProcess implements PeerHost {

  private static final long STOP_SECONDS_MAX = 5;

  private final Process process;
  private final BufferedReader answers;
  private final Writer questions;
  private final String address;

  private PeerProcess(Process process, BufferedReader answers, String address) {
    this.process = process;
    this.answers = answers;
    this.questions = process.outputWriter();
    this.address = address;
  }

  /**
   * Starts it, and waits until it listens.
   *
   * @throws IOException when it does not
   */
  static PeerProcess start(String peer) throws IOException {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    // As in the jar's manifest, which counts only for java -jar.
                    "--add-opens=java.base/java.lang.invoke=ALL-UNNAMED",
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("java.class.path"),
                    PeerServer.class.getName(),
                    peer))
            .redirectError(Redirect.INHERIT)
            .start();
    BufferedReader answers = process.inputReader();
    String address = null;
    try {
      address = readLine(answers);
    } finally {
      if (address == null) {
        process.destroyForcibly();
      }
    }
    if (address == null) {
      throw new IOException("the server's process has ended instead of saying its address");
    }
    return new PeerProcess(process, answers, address);
  }

  /** What it has to say; not what a library may have printed. */
  private static @Nullable String readLine(BufferedReader answers) throws IOException {
    for (; ; ) {
      String line = answers.readLine();
      if (line == null || line.startsWith(PeerServer.MARK)) {
        return line == null ? null : line.substring(PeerServer.MARK.length());
      }
    }
  }

  @Override
  public String address() {
    return address;
  }

  @Override
  public Usage usage() {
    try {
      questions.write("usage\n");
      questions.flush();
      String line = readLine(answers);
      if (line == null) {
        throw new IOException("the server's process has ended");
      }
      return Usage.parse(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
