package dev.weft;

/** Of arrays of counters. Any thread. */
final class Differences {

  private Differences() {}

  static long[] of(long[] now, long[] before) {
    long[] difference = now.clone();
    for (int i = 0; i < difference.length; i++) {
      difference[i] -= before[i];
    }
    return difference;
  }
}
