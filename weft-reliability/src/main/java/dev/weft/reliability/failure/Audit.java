package dev.weft.reliability.failure;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Holds what callers were told of their calls against what the servers have begun: each call ends
 * once, with its own answer; an answered one was run once, one of which it is said that it was not
 * executed never was, and none was run twice.
 *
 * <p>When all is quiet; one thread.
 */
final class Audit {

  /** So many violations are told in words. */
  private static final int TOLD_MAX = 5;

  private final Map<End, Long> ends = new EnumMap<>(End.class);
  private final List<String> violations = new ArrayList<>();
  private long violationCount;
  private long oneWaysLost;

  /** Looks at the first {@code calls} calls. */
  static Audit of(long calls, Journal ends, Journal begun) {
    Audit audit = new Audit();
    for (long call = 0; call < calls; call++) {
      audit.check(call, ends.get(call), begun.get(call));
    }
    return audit;
  }

  private void check(long call, int ended, int begun) {
    End end = End.first(ended);
    ends.merge(end, 1L, Long::sum);
    if (ended >= End.AGAIN) {
      violated(call, "ended " + (1 + ended / End.AGAIN) + " times");
    }
    switch (end) {
      case OPEN -> violated(call, "has never ended");
      case WRONG -> violated(call, "was given an answer that is not its own");
      case STRANGE -> violated(call, "failed with something that is no RpcException");
      case ANSWERED, YES -> {
        if (begun != 1) {
          violated(call, "ended with " + end + " and was run " + begun + " times");
        }
      }
      case NO -> {
        if (begun != 0) {
          violated(call, "was run " + begun + " times, and its caller told that it was not");
        }
      }
      case MAYBE, SENT -> {
        if (begun > 1) {
          violated(call, "was run " + begun + " times");
        }
        if (begun == 0 && end == End.SENT) {
          oneWaysLost++;
        }
      }
    }
  }

  private void violated(long call, String how) {
    violationCount++;
    if (violations.size() < TOLD_MAX) {
      violations.add("call " + call + " " + how);
    }
  }

  long count(End end) {
    return ends.getOrDefault(end, 0L);
  }

  /** Calls that failed, whatever their callers were told. */
  long failed() {
    return count(End.NO) + count(End.MAYBE) + count(End.YES) + count(End.STRANGE);
  }

  /** One-way messages that no server has begun. */
  long oneWaysLost() {
    return oneWaysLost;
  }

  /** The violations, the first ones in words. */
  List<String> violations() {
    if (violationCount <= TOLD_MAX) {
      return violations;
    }
    List<String> all = new ArrayList<>(violations);
    all.add((violationCount - TOLD_MAX) + " more such calls");
    return all;
  }

  /** Such as {@code 1,000 calls: 990 answered, 4 NO, 6 MAYBE}. */
  String figures() {
    long calls = ends.values().stream().mapToLong(Long::longValue).sum();
    StringBuilder text =
        new StringBuilder(
            String.format(Locale.ROOT, "%,d calls: %,d answered", calls, count(End.ANSWERED)));
    for (End end :
        List.of(End.NO, End.MAYBE, End.YES, End.OPEN, End.WRONG, End.STRANGE, End.SENT)) {
      if (count(end) > 0) {
        text.append(String.format(Locale.ROOT, ", %,d %s", count(end), end));
      }
    }
    return text.toString();
  }
}
