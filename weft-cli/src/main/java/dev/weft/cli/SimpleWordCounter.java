package dev.weft.cli;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Counts words, in the demo's server. Any thread. */
final class SimpleWordCounter implements WordCounter {

  @Override
  public Map<String, Integer> count(String line) {
    Map<String, Integer> counts = new HashMap<>();
    int begin = 0;
    while (begin < line.length()) {
      int end = endOfWord(line, begin);
      if (end > begin) {
        counts.merge(line.substring(begin, end).toLowerCase(Locale.ROOT), 1, Integer::sum);
        begin = end;
      } else {
        begin += Character.charCount(line.codePointAt(begin));
      }
    }
    return counts;
  }

  private static int endOfWord(String line, int begin) {
    int end = begin;
    while (end < line.length() && Character.isLetterOrDigit(line.codePointAt(end))) {
      end += Character.charCount(line.codePointAt(end));
    }
    return end;
  }
}
