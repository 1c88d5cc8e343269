package dev.weft.reliability.failure;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What was not as it should be, round by round; the first of it in words. One thread. */
final class Misses {

  private static final int TOLD_MAX = 20;

  private final boolean timed;
  private final List<String> told = new ArrayList<>();
  private int round;
  private int more;

  /**
   * @param timed whether times count
   */
  Misses(boolean timed) {
    this.timed = timed;
  }

  void round(int newRound) {
    round = newRound;
  }

  /** Something was not so. */
  void add(String what) {
    if (told.size() < TOLD_MAX) {
      told.add("round " + (round + 1) + ": " + what);
    } else {
      more++;
    }
  }

  /** Holds a figure against what it may be. */
  void expectAtMost(String what, long figure, long most) {
    if (figure > most) {
      add(String.format(Locale.ROOT, "%s: %,d, should be at most %,d", what, figure, most));
    }
  }

  /** Holds a time against what it may be. */
  void expectMillis(String what, double millis, double most) {
    if (timed && millis > most) {
      add(String.format(Locale.ROOT, "%s: %,.0f ms, should be at most %,.0f", what, millis, most));
    }
  }

  void addAll(List<String> all) {
    all.forEach(this::add);
  }

  List<String> all() {
    if (more == 0) {
      return told;
    }
    List<String> all = new ArrayList<>(told);
    all.add("and " + more + " more");
    return all;
  }
}
