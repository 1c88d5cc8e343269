package dev.weft.benchmarks;

import java.util.ArrayList;
import java.util.List;

/**
 * One kind of load, at one strength.
 *
 * @param kind how calls are made
 * @param callers how many calls are open at a time: each caller has one
 */
public record Case(Kind kind, int callers) {

  /** The most callers: Weft's clients have 65,536 calls open at the most. */
  public static final int CALLERS_MAX = 60_000;

  /** Calls open at a time in the asynchronous case. */
  private static final int ASYNC_CALLERS = 1000;

  /** How calls are made. */
  public enum Kind {
    /** Each caller is a virtual thread that waits for its answer before it calls again. */
    SYNC,
    /** Each call's completion makes the next call; no thread waits. */
    ASYNC
  }

  /**
   * @throws IllegalArgumentException for fewer than one or more than {@link #CALLERS_MAX} callers
   */
  public Case {
    if (callers < 1 || callers > CALLERS_MAX) {
      throw new IllegalArgumentException(
          callers + " callers: there can be from 1 to " + CALLERS_MAX);
    }
  }

  /** A synchronous case for each of these numbers of callers, then the asynchronous one. */
  public static List<Case> standard(List<Integer> callers) {
    List<Case> cases = new ArrayList<>();
    for (int each : callers) {
      cases.add(new Case(Kind.SYNC, each));
    }
    cases.add(new Case(Kind.ASYNC, ASYNC_CALLERS));
    return cases;
  }

  /** What the results call it, such as {@code sync-100}. */
  public String label() {
    return switch (kind) {
      case SYNC -> "sync-" + callers;
      case ASYNC -> "async-" + callers;
    };
  }
}
