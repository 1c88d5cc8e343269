package dev.weft.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One kind of load, at one strength.
 *
 * @param kind how calls are made
 * @param callers how many make them, each one after the other
 * @param size bytes of an argument in {@link Kind#BYTES}, calls of a batch in {@link Kind#BATCH},
 *     calls per second in {@link Kind#RATE}, else 0
 */
public record Case(Kind kind, int callers, int size) {

  /** The most callers: Weft's clients have 65,536 calls open at the most. */
  public static final int CALLERS_MAX = 60_000;

  /** Platform threads, and connections, are dearer. */
  static final int COSTLY_CALLERS_MAX = 2_000;

  private static final int BATCH_MAX = 10_000;
  private static final int BYTES_MAX = 16 << 20;
  private static final int RATE_MAX = 10_000_000;
  private static final int KILO = 1024;

  /** Callers of the cases that do not say how many. */
  private static final int SOME_CALLERS = 100;

  private static final Pattern SYNC = Pattern.compile("sync-(\\d{1,9})(-platform)?");
  private static final Pattern ASYNC = Pattern.compile("async-(\\d{1,9})");
  private static final Pattern BATCH = Pattern.compile("batch-(\\d{1,9})");
  private static final Pattern BYTES = Pattern.compile("bytes-(\\d{1,5})(k|m)");
  private static final Pattern CONNECTIONS = Pattern.compile("connections-(\\d{1,9})");

  /** How calls are made. */
  public enum Kind {
    /** Each caller is a virtual thread that waits for its answer before it calls again. */
    SYNC,
    /** Each caller is a platform thread that waits for its answer before it calls again. */
    PLATFORM,
    /** Each call's completion makes the next call; no thread waits. */
    ASYNC,
    /** Each caller sends messages that have no answer; each {@link Turn#ONE_WAYS}th is a call. */
    ONEWAY,
    /** Each caller makes some calls at once and waits for all of their answers. */
    BATCH,
    /** As {@link #SYNC}, with an array of bytes. */
    BYTES,
    /** As {@link #SYNC}, each caller with a connection of its own. */
    CONNECTIONS,
    /** So many calls per second, whether the answers come or not. */
    RATE
  }

  /**
   * @throws IllegalArgumentException for a number out of range
   */
  public Case {
    boolean costly = kind == Kind.PLATFORM || kind == Kind.CONNECTIONS;
    check("callers", callers, 1, costly ? COSTLY_CALLERS_MAX : CALLERS_MAX);
    switch (kind) {
      case BATCH -> check("calls of a batch", size, 1, BATCH_MAX);
      case BYTES -> check("bytes", size, Payload.BYTES_MIN, BYTES_MAX);
      case RATE -> check("calls per second", size, 1, RATE_MAX);
      default -> check("size", size, 0, 0);
    }
  }

  /** A case of a kind that has no size. */
  public Case(Kind kind, int callers) {
    this(kind, callers, 0);
  }

  /** So many calls per second. */
  public static Case rate(int callsPerSecond) {
    return new Case(Kind.RATE, 1, callsPerSecond);
  }

  /**
   * The cases of these labels, in this order; {@code sync} stands for a synchronous case for each
   * of these numbers of callers.
   *
   * @throws IllegalArgumentException for a label that means nothing, or a number out of range
   */
  public static List<Case> named(List<String> labels, List<Integer> callers) {
    List<Case> cases = new ArrayList<>();
    for (String label : labels) {
      if (label.equals("sync")) {
        callers.forEach(each -> cases.add(new Case(Kind.SYNC, each)));
      } else {
        cases.add(named(label));
      }
    }
    return cases;
  }

  private static Case named(String label) {
    Matcher matcher = SYNC.matcher(label);
    if (matcher.matches()) {
      return new Case(matcher.group(2) == null ? Kind.SYNC : Kind.PLATFORM, number(matcher));
    }
    matcher = ASYNC.matcher(label);
    if (matcher.matches()) {
      return new Case(Kind.ASYNC, number(matcher));
    }
    if (label.equals("oneway")) {
      return new Case(Kind.ONEWAY, SOME_CALLERS);
    }
    matcher = BATCH.matcher(label);
    if (matcher.matches()) {
      return new Case(Kind.BATCH, 1, number(matcher));
    }
    matcher = BYTES.matcher(label);
    if (matcher.matches()) {
      int unit = matcher.group(2).equals("k") ? KILO : KILO * KILO;
      return new Case(
          Kind.BYTES, SOME_CALLERS, (int) Math.min((long) number(matcher) * unit, BYTES_MAX + 1L));
    }
    matcher = CONNECTIONS.matcher(label);
    if (matcher.matches()) {
      return new Case(Kind.CONNECTIONS, number(matcher));
    }
    throw new IllegalArgumentException(
        "there is no case \""
            + label
            + "\": there are sync, sync-N, sync-N-platform, async-N, oneway, batch-N, bytes-Nk,"
            + " bytes-Nm, connections-N");
  }

  private static int number(Matcher matcher) {
    return Integer.parseInt(matcher.group(1));
  }

  private static void check(String what, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          value + " " + what + ": there can be from " + min + " to " + max);
    }
  }

  /** What the results call it, such as {@code sync-100}. */
  public String label() {
    return switch (kind) {
      case SYNC -> "sync-" + callers;
      case PLATFORM -> "sync-" + callers + "-platform";
      case ASYNC -> "async-" + callers;
      case ONEWAY -> "oneway";
      case BATCH -> "batch-" + size;
      case BYTES ->
          "bytes-" + (size % (KILO * KILO) == 0 ? size / KILO / KILO + "m" : size / KILO + "k");
      case CONNECTIONS -> "connections-" + callers;
      case RATE -> "rate-" + size;
    };
  }

  /** How many connections it needs. */
  int connections() {
    return kind == Kind.CONNECTIONS ? callers : 1;
  }
}
