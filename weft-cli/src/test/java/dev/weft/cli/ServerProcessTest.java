package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ServerProcessTest {

  @Test
  void serverEndsWithTheProcessThatStartedIt() throws Exception {
    ProcessHandle handle;
    try (ServerProcess server = ServerProcess.start()) {
      assertThat(server.address()).matches("tcp://127\\.0\\.0\\.1:\\d+");
      handle = server.handle();
      assertThat(handle.isAlive()).isTrue();
    }
    assertThat(handle.isAlive()).isFalse();
  }

  @Test
  void serverStopsCleanlyOnSigterm() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens=java.base/java.lang.invoke=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "serve")
            .start();
    try (BufferedReader out = process.inputReader();
        BufferedReader err = process.errorReader()) {
      assertThat(out.readLine()).startsWith("tcp://127.0.0.1:");

      process.toHandle().destroy(); // SIGTERM; process.destroy() would close what is read below

      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
      assertThat(err.lines()).containsExactly("stopped");
      assertThat(out.readLine()).isNull();
    } finally {
      process.destroyForcibly();
    }
  }
}
