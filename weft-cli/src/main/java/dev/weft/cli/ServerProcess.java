package dev.weft.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * {@code serve} in a process of its own, from the same java and the same class path.
 *
 * <p>It ends when its input does. This process holds the other end, which the system closes even
 * when this process is killed.
 */
final class ServerProcess implements AutoCloseable {

  private static final long START_SECONDS_MAX = 30;
  private static final long STOP_SECONDS_MAX = 5;

  private final Process process;
  private final String address;

  private ServerProcess(Process process, String address) {
    this.process = process;
    this.address = address;
  }

  /**
   * Starts it, and waits until it listens.
   *
   * @throws CommandFailure when it does not
   */
  static ServerProcess start() throws InterruptedException {
    Process process;
    try {
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  // As in the jar's manifest, which counts only for java -jar.
                  "--add-opens=java.base/java.lang.invoke=ALL-UNNAMED",
                  "--enable-native-access=ALL-UNNAMED",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Main.class.getName(),
                  "serve",
                  "--listen=tcp://127.0.0.1:0",
                  "--until-input-ends")
              .redirectError(Redirect.INHERIT)
              .start();
    } catch (IOException e) {
      throw CommandFailure.failed("cannot start the server's process: " + e.getMessage());
    }
    String address = null;
    try {
      address = firstLine(process);
    } finally {
      if (address == null) {
        process.destroyForcibly();
      }
    }
    if (address == null) {
      throw CommandFailure.failed(
          "the server's process has ended with status "
              + process.waitFor()
              + " instead of saying its address");
    }
    return new ServerProcess(process, address);
  }

  private static @Nullable String firstLine(Process process) throws InterruptedException {
    BufferedReader output = process.inputReader();
    FutureTask<@Nullable String> line = new FutureTask<>(output::readLine);
    Thread.ofPlatform().daemon().start(line);
    try {
      return line.get(START_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw CommandFailure.failed(
          "the server's process has not said its address for " + START_SECONDS_MAX + " s");
    } catch (ExecutionException e) {
      throw CommandFailure.failed("cannot read what the server's process says: " + e.getCause());
    }
  }

  /** Where it listens. */
  String address() {
    return address;
  }

  /** For tests. */
  ProcessHandle handle() {
    return process.toHandle();
  }

  /** Ends it, and waits for its end. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
