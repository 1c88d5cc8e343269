package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WordCountTest {

  private final WordCounter counter = new SimpleWordCounter();

  @Test
  void wordsAreRunsOfLettersAndDigitsInLowerCase() {
    assertThat(counter.count("To be, or NOT to be: x2 = \"ÄRGER\"; don't"))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("to", 2, "be", 2, "or", 1, "not", 1, "x2", 1, "ärger", 1, "don", 1, "t", 1));
  }

  @Test
  void lineWithoutWordsHasNone() {
    assertThat(counter.count("")).isEmpty();
    assertThat(counter.count(" -- \t😀 ")).isEmpty();
  }

  @Test
  void bothWaysOfCountingAgreeOnAnyCharacters() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 2000; i++) {
      String line = randomLine(random);
      Map<String, Long> local = LocalCount.of(new Text(List.of(line), 1, 1));
      Map<String, Long> counted = new HashMap<>();
      counter.count(line).forEach((word, count) -> counted.put(word, (long) count));

      assertThat(counted).as(line).isEqualTo(local);
    }
  }

  private static String randomLine(SplittableRandom random) {
    StringBuilder line = new StringBuilder();
    while (line.length() < 40) {
      int codePoint = random.nextInt(random.nextInt(10) == 0 ? Character.MAX_CODE_POINT : 0x600);
      if (Character.getType(codePoint) != Character.SURROGATE) {
        line.appendCodePoint(codePoint);
      }
    }
    return line.toString();
  }

  @Test
  void repeatedTextCountsAsOften() {
    assertThat(LocalCount.of(new Text(List.of("a b", "b"), 1, 3)))
        .isEqualTo(Map.of("a", 3L, "b", 6L));
  }

  @Test
  void textIsRepeatedAsAWhole() {
    Text text = new Text(List.of("a", "b", "c"), 1, 1).repeatedTo(10);

    assertThat(text.times()).isEqualTo(4);
    assertThat(text.lineCount()).isEqualTo(12);
    assertThat(text.line(0)).isEqualTo("a");
    assertThat(text.line(11)).isEqualTo("c");
    assertThat(text.repeatedTo(2).times()).isEqualTo(1);
  }

  @Test
  void countsThatDifferAreToldWithAnExample() {
    assertThatThrownBy(
            () -> LocalCount.check(Map.of("a", 1L, "b", 2L, "c", 3L), Map.of("b", 5L, "c", 3L)))
        .isInstanceOf(CommandFailure.class)
        .hasMessage(
            "the counts of 2 words differ from those made locally: \"a\" 0 times instead of 1");
    assertThatCode(() -> LocalCount.check(Map.of("a", 1L), Map.of("a", 1L)))
        .doesNotThrowAnyException();
  }
}
