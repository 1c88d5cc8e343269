package dev.weft.reliability.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code ./weft fuzz} has found worth keeping, and what it begins with, once more. */
final class CorpusTest {

  /** A folder for each target; surefire runs in the module's. */
  private static final Path CORPUS = Path.of("src/test/corpus");

  static List<String> targets() {
    return FuzzTargets.names();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void nothingInTheCorpusIsAFinding(String name) throws IOException {
    FuzzTarget target = FuzzTargets.named(name);
    Judge judge = new Judge(target);
    List<byte[]> inputs = new ArrayList<>(target.seeds());
    Path folder = CORPUS.resolve(name);
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.sorted().toList()) {
          inputs.add(Files.readAllBytes(file));
        }
      }
    }
    assertThat(inputs).isNotEmpty();
    for (byte[] input : inputs) {
      judge.judge(input);
    }
  }

  @Test
  void foldersOfTheCorpusAreTargets() throws IOException {
    try (Stream<Path> folders = Files.list(CORPUS)) {
      assertThat(folders.map(folder -> folder.getFileName().toString()))
          .isSubsetOf(FuzzTargets.names());
    }
  }

  private interface Reading {
    void read(byte[] input) throws Throwable;
  }

  private static Judge judgeOf(Reading reading) {
    return new Judge(
        new FuzzTarget() {
          @Override
          public String name() {
            return "bad";
          }

          @Override
          public void run(byte[] input) throws Throwable {
            reading.read(input);
          }

          @Override
          public long allocatedBytesMax(int inputBytes) {
            return 64 * 1024 * 1024;
          }

          @Override
          public List<byte[]> seeds() {
            return List.of();
          }
        });
  }

  @Test
  void whatIsNotDocumentedIsAFinding() {
    Judge judge =
        judgeOf(input -> {
          throw new ArrayIndexOutOfBoundsException(3);
        });
    assertThatThrownBy(() -> judge.judge(new byte[1]))
        .isInstanceOf(Finding.class)
        .hasMessageContaining("ArrayIndexOutOfBounds");
  }

  @Test
  void memoryOnTheWordOfALengthIsAFinding() {
    byte[][] kept = new byte[1][];
    Judge judge = judgeOf(input -> kept[0] = new byte[80 * 1024 * 1024]);
    assertThatThrownBy(() -> judge.judge(new byte[1]))
        .isInstanceOf(Finding.class)
        .hasMessageContaining("allocated");
  }

  @Test
  void manyLinesInTheLogAreAFinding() {
    Logger logger = Logger.getLogger("dev.weft.server");
    Judge judge =
        judgeOf(input -> {
          for (int i = 0; i < 100; i++) {
            logger.info("again");
          }
        });
    assertThatThrownBy(() -> judge.judge(new byte[1]))
        .isInstanceOf(Finding.class)
        .hasMessageContaining("100 lines");
  }

  @Test
  void aLineOfThePeersMakingIsAFinding() {
    Logger logger = Logger.getLogger("dev.weft.server");
    Judge judge = judgeOf(input -> logger.info("peer\nWARNING: all is lost"));
    assertThatThrownBy(() -> judge.judge(new byte[1]))
        .isInstanceOf(Finding.class)
        .hasMessageContaining("not one line");
  }
}
