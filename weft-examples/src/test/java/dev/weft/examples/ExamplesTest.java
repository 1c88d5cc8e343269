package dev.weft.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** The examples do what they say. */
class ExamplesTest {

  /**
   * One of the examples fails on purpose; kept, because the logging system holds it only weakly.
   */
  private static final Logger SERVER_LOG = Logger.getLogger("dev.weft.server");

  static {
    SERVER_LOG.setLevel(Level.OFF);
  }

  private interface Main {
    void run(String... args) throws Exception;
  }

  private static List<String> output(Main main) throws Exception {
    PrintStream before = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, UTF_8));
    try {
      main.run();
    } finally {
      System.setOut(before);
    }
    return bytes.toString(UTF_8).lines().toList();
  }

  @Test
  void quickStart() throws Exception {
    assertThat(output(QuickStart::main))
        .containsExactly(
            "{be=2, not=1, or=1, to=2}", "{be=2, not=1, or=1, to=2}", "hi", "hi again", "hi later");
  }

  /** The README shows the example itself, without the package. */
  @Test
  void quickStartIsTheReadmes() throws IOException {
    String readme = Files.readString(Path.of("../README.md"));
    String source = Files.readString(Path.of("src/main/java/dev/weft/examples/QuickStart.java"));
    assertThat(readme).contains(source.substring(source.indexOf("import ")).strip());
  }

  @Test
  void asyncAndCancel() throws Exception {
    assertThat(output(AsyncAndCancel::main))
        .containsExactly("the sum of the squares is 333833500", "the handler was interrupted");
  }

  @Test
  void deadlinesAndErrors() throws Exception {
    assertThat(output(DeadlinesAndErrors::main))
        .containsExactly(
            "slept well",
            "too late; executed: MAYBE",
            "the handler threw java.lang.IllegalStateException; executed: YES",
            "the two ends do not agree; executed: NO",
            "no connection; executed: NO");
  }

  @Test
  void handlersOnExecutors() throws Exception {
    assertThat(output(HandlersOnExecutors::main))
        .containsExactly(
            "2^127 - 1 is 170141183460469231731687303715884105727",
            "thread: a virtual one",
            "computingThread: computing-N",
            "ping: pong");
  }

  @Test
  void declaredExceptions() throws Exception {
    assertThat(output(DeclaredExceptions::main))
        .containsExactly("left: 30", "ann has not enough: 40 more");
  }

  @Test
  void ownTransport() throws Exception {
    assertThat(output(OwnTransport::main))
        .containsExactly("hi over xor://127.0.0.1:PORT", "100000 characters came back");
  }

  @Test
  void ownCodec() throws Exception {
    assertThat(output(OwnCodec::main))
        .containsExactly("Price[item=7, cents=799, stock=3]", "{7=a cup}");
  }
}
