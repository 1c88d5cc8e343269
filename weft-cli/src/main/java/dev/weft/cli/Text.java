package dev.weft.cli;

import java.util.List;

/**
 * What the demo counts.
 *
 * @param lines at least one
 * @param files how many they are from
 * @param times how often they are sent, one after the other
 */
record Text(List<String> lines, int files, int times) {

  /** As it is, so often that there are at least so many lines. */
  Text repeatedTo(int linesMin) {
    return new Text(lines, files, Math.max(1, Math.ceilDiv(linesMin, lines.size())));
  }

  /** How many lines are sent in all. */
  long lineCount() {
    return (long) lines.size() * times;
  }

  /** A line from all that are sent. */
  String line(long index) {
    return lines.get((int) (index % lines.size()));
  }
}
