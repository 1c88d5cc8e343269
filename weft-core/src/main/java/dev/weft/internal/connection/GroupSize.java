package dev.weft.internal.connection;

import java.util.function.LongSupplier;

/**
 * How many messages are not kept waiting for more, but written: so that the peer works on them
 * while more come.
 *
 * <p>Large groups cost fewer system calls, and each thread's work stays in its processor's cache
 * for longer. But with all open calls in one group, one of the two sides would always wait for the
 * other. So a client's group is a part of the calls that are open; a server takes what comes.
 *
 * <p>Any thread, unless a method says otherwise.
 */
final class GroupSize {

  /** Of what so many messages cost, a write is a tenth or so. */
  static final int MIN = 64;

  /** With more, nothing was gained. */
  static final int MAX = 256;

  /** So many make up the open calls: one for each side to work on. */
  private static final int GROUPS = 2;

  private LongSupplier openCalls = () -> (long) GROUPS * MAX;
  private volatile int size = MAX;

  /** Before the connection runs: there are so many open calls. */
  void of(LongSupplier newOpenCalls) {
    openCalls = newOpenCalls;
    adapt();
  }

  int get() {
    return size;
  }

  /** Looks how many calls are open. Reader thread only. */
  void adapt() {
    int next = Math.clamp(openCalls.getAsLong() / GROUPS, MIN, MAX);
    if (next != size) {
      size = next;
    }
  }
}
