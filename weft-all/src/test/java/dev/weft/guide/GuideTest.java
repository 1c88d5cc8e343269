package dev.weft.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every line of the guide's Java examples stands in a test of this package that runs it. */
class GuideTest {

  private static final Pattern JAVA = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
  private static final Path GUIDE = Path.of("../docs/guide");
  private static final Path TESTS = Path.of("src/test/java/dev/weft/guide");

  static Stream<Path> pages() throws IOException {
    try (Stream<Path> files = Files.list(GUIDE)) {
      return files.filter(file -> file.toString().endsWith(".md")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void itsExamplesAreRun(Path page) throws IOException {
    String tests;
    try (Stream<Path> files = Files.list(TESTS)) {
      tests = files.map(GuideTest::code).collect(Collectors.joining("\n"));
    }
    Set<String> tested = tests.lines().collect(Collectors.toSet());
    List<String> shown =
        JAVA.matcher(Files.readString(page))
            .results()
            .flatMap((MatchResult example) -> withoutIndents(example.group(1)).lines())
            .toList();
    assertThat(shown).isNotEmpty();
    assertThat(tested).containsAll(shown);
  }

  private static String code(Path file) {
    try {
      return withoutIndents(Files.readString(file));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String withoutIndents(String code) {
    return code.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .collect(Collectors.joining("\n"));
  }
}
