package dev.weft.cli;

import java.util.Map;

/** The service that the demo calls. */
public interface WordCounter {

  /**
   * How often each word stands in the line. A word is a run of letters and digits, in lower case.
   */
  Map<String, Integer> count(String line);
}
