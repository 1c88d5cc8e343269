package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.RpcServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {

  /** Kept here: loggers that nobody holds forget their level. */
  private static final Logger SERVER_LOG = Logger.getLogger("dev.weft.server");

  @TempDir private Path folder;

  @Test
  void wordsAreCountedByAServerInAnotherProcess() throws IOException {
    file("a.txt", "to be or not to be\n\n");
    file("b/c.txt", "that is the question: to be\n" + "long ".repeat(5_000));
    long childrenBefore = children();

    Weft weft = Weft.run("demo", folder);

    assertThat(weft.err()).isEmpty();
    assertThat(weft.status()).isZero();
    assertThat(weft.out())
        .startsWith("Counting the words of ")
        .containsSubsequence(
            "5,000  long", "3  be", "3  to", "1  is", "1  not", "1  or", "1  question")
        .contains("Checked: a count made locally agrees (5,012 words, 9 different).")
        .contains(
            "calls per second",
            "latency",
            "calls per system call",
            "bytes per call",
            "before compression");
    assertThat(children()).as("processes that are left").isEqualTo(childrenBefore);
  }

  @Test
  void runningServerCanBeUsed() throws IOException {
    file("a.txt", "one two two\n".repeat(100));
    try (RpcServer server = serve(new SimpleWordCounter())) {
      Weft weft = Weft.run("demo", "--connect", server.address(), "--callers", "7", folder);

      assertThat(weft.err()).isEmpty();
      assertThat(weft.status()).isZero();
      assertThat(weft.out()).contains("200  two", "100  one", "7 at a time", server.address());
    }
  }

  @Test
  void serverThatMiscountsIsFound() throws IOException {
    file("a.txt", "one two\n");
    try (RpcServer server = serve(DemoCommandTest::miscount)) {
      assertThat(Weft.run("demo", "--connect", server.address(), folder))
          .satisfies(weft -> assertThat(weft.status()).isEqualTo(1))
          .satisfies(weft -> assertThat(weft.out()).doesNotContain("agrees"))
          .extracting(Weft::err)
          .isEqualTo(
              "weft: the counts of 1 words differ from those made locally: \"one\" 2 times instead of"
                  + " 1\n");
    }
  }

  private static Map<String, Integer> miscount(String line) {
    Map<String, Integer> counts = new HashMap<>(new SimpleWordCounter().count(line));
    counts.computeIfPresent("one", (word, count) -> count + 1);
    return counts;
  }

  @Test
  void failingServerGetsOneLine() throws IOException {
    file("a.txt", "fine\nbad\n");
    SERVER_LOG.setLevel(Level.OFF);
    try (RpcServer server = serve(DemoCommandTest::fail)) {
      Weft weft = Weft.run("demo", "--connect", server.address(), folder);

      assertThat(weft.status()).isEqualTo(1);
      assertThat(weft.err())
          .startsWith("weft: a call has failed: ")
          .contains("WordCounter.count", "no such word")
          .hasLineCount(1);
    } finally {
      SERVER_LOG.setLevel(null);
    }
  }

  private static Map<String, Integer> fail(String line) {
    if (line.equals("bad")) {
      throw new IllegalArgumentException("no such word");
    }
    return Map.of();
  }

  @Test
  void nobodyAtTheAddressGetsOneLine() throws IOException {
    file("a.txt", "word\n");
    String address;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      address = "tcp://127.0.0.1:" + free.getLocalPort();
    }

    Weft weft = Weft.run("demo", "--connect", address, folder);

    assertThat(weft.status()).isEqualTo(1);
    assertThat(weft.out()).isEmpty();
    assertThat(weft.err())
        .startsWith("weft: no demo server answers: ")
        .contains(address)
        .hasLineCount(1);
  }

  @Test
  void badAddressGetsOneLine() throws IOException {
    file("a.txt", "word\n");

    Weft weft = Weft.run("demo", "--connect", "localhost", folder);

    assertThat(weft.status()).isEqualTo(2);
    assertThat(weft.err()).startsWith("weft: ").contains("\"localhost\"").hasLineCount(1);
  }

  @Test
  void missingPathGetsOneLine() {
    Path missing = folder.resolve("missing");

    assertThat(Weft.run("demo", missing))
        .isEqualTo(new Weft(2, "", "weft: " + missing + ": there is no such file or folder\n"));
  }

  @Test
  void pathWithoutTextGetsOneLine() {
    assertThat(Weft.run("demo", folder))
        .isEqualTo(new Weft(2, "", "weft: " + folder + ": there is no line of text in it\n"));
  }

  @Test
  void callersHaveALimit() {
    assertThat(Weft.run("demo", "--callers", "10001"))
        .isEqualTo(new Weft(2, "", "weft: --callers 10001 is not from 1 to 10000\n"));
  }

  @Test
  void ownSourcesAreFound() {
    assertThat(Checkout.folder()).isDirectoryContaining("glob:**/weft-core");
  }

  private static RpcServer serve(WordCounter counter) {
    return RpcServer.builder()
        .service(WordCounter.class, counter)
        .listen("tcp://127.0.0.1:0")
        .start();
  }

  private static long children() {
    return ProcessHandle.current().children().count();
  }

  private void file(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }
}
