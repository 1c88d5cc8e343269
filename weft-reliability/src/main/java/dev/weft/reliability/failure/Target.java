package dev.weft.reliability.failure;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A server in a process of its own, and what can be done to it: it can be killed, stopped and
 * continued, and asked to end. One thread.
 */
final class Target implements AutoCloseable {

  private static final long LINE_SECONDS_MAX = 60;

  /** Below those that systems give to clients: a port that is free for a moment stays free. */
  private static final int PORT_MIN = 20_000;

  private static final int PORTS = 12_000;

  private static final String END = "(end)";

  private final Process process;
  private final int port;

  /** Its input's end would end it, too, but for one that is stopped. */
  private final Thread killer;

  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  private Target(Process process, int port) {
    this.process = process;
    this.port = port;
    this.killer = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(killer);
    Thread.ofPlatform().daemon().name("fail-target-output").start(this::readOutput);
  }

  /**
   * How it is started.
   *
   * @param flags for its JVM
   * @param descriptorsMax how many it may have open; 0: as many as this process
   */
  record Setting(List<String> flags, int descriptorsMax) {

    static final Setting DEFAULT = new Setting(List.of(), 0);
  }

  /** A port that nobody has just now, and nobody will get by chance. */
  static int freePort() throws IOException {
    int first = (int) (ProcessHandle.current().pid() * 7 % PORTS);
    for (int i = 0; i < PORTS; i++) {
      int port = PORT_MIN + (first + i) % PORTS;
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        // Taken: the next, then.
      }
    }
    throw new IOException("no port from " + PORT_MIN + " on is free");
  }

  /** Starts a process that will serve at this port when it is told to {@link #listen}. */
  static Target prepare(Stage stage, Journal begun, int port) throws IOException {
    return prepare(stage, begun, port, Setting.DEFAULT);
  }

  /** The same, with a setting. */
  static Target prepare(Stage stage, Journal begun, int port, Setting setting) throws IOException {
    List<String> arguments = List.of(begun.file().toString(), "tcp://127.0.0.1:" + port);
    return new Target(
        ChildProcess.start(
            TargetMain.class,
            arguments,
            setting.flags(),
            setting.descriptorsMax(),
            Redirect.appendTo(log(stage).toFile())),
        port);
  }

  /** Where all targets of a stage write what they have to complain of. */
  static Path log(Stage stage) {
    return stage.folder().resolve("targets.log");
  }

  /** Starts one that serves. */
  static Target start(Stage stage, Journal begun, int port)
      throws IOException, InterruptedException {
    return start(stage, begun, port, Setting.DEFAULT);
  }

  /** The same, with a setting. */
  static Target start(Stage stage, Journal begun, int port, Setting setting)
      throws IOException, InterruptedException {
    Target target = prepare(stage, begun, port, setting);
    target.awaitReady();
    target.listen();
    target.awaitListening();
    return target;
  }

  private void readOutput() {
    try (BufferedReader output = process.inputReader()) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      lines.add("unreadable: " + e.getMessage());
    }
    lines.add(END);
  }

  String address() {
    return "tcp://127.0.0.1:" + port;
  }

  int port() {
    return port;
  }

  long pid() {
    return process.pid();
  }

  /** How long it has run on any processor; zero where the system does not say. */
  Duration processorTime() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Waits until it has warmed up. */
  void awaitReady() throws IOException, InterruptedException {
    await(TargetMain.READY);
  }

  /** Tells it to listen, now or as soon as its port is free. */
  void listen() throws IOException {
    process.outputWriter().write(TargetMain.LISTEN + "\n");
    process.outputWriter().flush();
  }

  /**
   * Waits until it listens.
   *
   * @return since when, in milliseconds of the system's clock
   */
  long awaitListening() throws IOException, InterruptedException {
    return Long.parseLong(await(TargetMain.LISTENING).split(" ", 2)[1]);
  }

  private String await(String start) throws IOException, InterruptedException {
    while (true) {
      @Nullable String line = lines.poll(LINE_SECONDS_MAX, TimeUnit.SECONDS);
      if (line == null || line.equals(END)) {
        throw new IOException(
            "the server's process " + pid() + " has ended or is stuck instead of " + start);
      }
      if (line.startsWith(start)) {
        return line;
      }
    }
  }

  /** SIGKILL: it has no chance to do anything more. Returns when it is gone. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** SIGTERM: it shuts down, which takes its time. */
  void terminate() {
    signal("TERM"); // Process.destroy would close its input, too, which ends it at once
  }

  /**
   * Waits for its end.
   *
   * @return whether it has come, and without a complaint
   */
  boolean awaitEnd(long seconds) throws InterruptedException {
    return process.waitFor(seconds, TimeUnit.SECONDS) && process.exitValue() == 0;
  }

  /** SIGSTOP: it stands still, as a machine that swaps, or is moved to another host. */
  void stop() {
    signal("STOP");
  }

  /** SIGCONT: it goes on. */
  void resume() {
    signal("CONT");
  }

  private void signal(String name) {
    List<String> command = new ArrayList<>(List.of("kill", "-" + name, Long.toString(pid())));
    try {
      int status = new ProcessBuilder(command).inheritIO().start().waitFor();
      if (status != 0) {
        throw new IOException("kill -" + name + " has failed with status " + status);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Kills it, if it is still there. */
  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // It is gone, and its end of the pipe with it.
    }
    process.onExit().join();
    try {
      Runtime.getRuntime().removeShutdownHook(killer);
    } catch (IllegalStateException e) {
      // This process is about to end.
    }
  }
}
