package dev.weft.cli;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the counts must be. Shares nothing with what it checks: no call, no thread, and another way
 * of finding words.
 */
final class LocalCount {

  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{Nd}]+");

  private LocalCount() {}

  /** Counts the words of the text. */
  static Map<String, Long> of(Text text) {
    Map<String, Long> once = new HashMap<>();
    for (String line : text.lines()) {
      Matcher matcher = WORD.matcher(line);
      while (matcher.find()) {
        once.merge(matcher.group().toLowerCase(Locale.ROOT), 1L, Long::sum);
      }
    }
    once.replaceAll((word, count) -> count * text.times());
    return once;
  }

  /**
   * Checks counts.
   *
   * @throws CommandFailure naming a word, when they differ
   */
  static void check(Map<String, Long> expected, Map<String, Long> counts) {
    if (counts.equals(expected)) {
      return;
    }
    TreeSet<String> differing = new TreeSet<>(expected.keySet());
    differing.addAll(counts.keySet());
    differing.removeIf(word -> count(word, expected) == count(word, counts));
    String first = differing.first();
    throw CommandFailure.failed(
        "the counts of "
            + differing.size()
            + " words differ from those made locally: \""
            + first
            + "\" "
            + count(first, counts)
            + " times instead of "
            + count(first, expected));
  }

  private static long count(String word, Map<String, Long> counts) {
    return counts.getOrDefault(word, 0L);
  }
}
