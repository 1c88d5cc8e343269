package dev.weft.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every Java example of the guide stands, line by line, in a test of this package that runs it. */
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
    List<String> examples =
        JAVA.matcher(Files.readString(page))
            .results()
            .map((MatchResult result) -> withoutIndents(result.group(1)))
            .toList();
    assertThat(examples).isNotEmpty().allSatisfy(example -> assertThat(tests).contains(example));
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
