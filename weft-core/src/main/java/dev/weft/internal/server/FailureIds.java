package dev.weft.internal.server;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/** Ids under which failures stand in the log, and which clients are told instead of more. */
final class FailureIds {

  /** Odd, so that no id comes twice before all have come; about 2³² divided by the golden ratio. */
  private static final int STEP = 0x9e3779b9;

  private final AtomicInteger next;

  /** Beginning anywhere. */
  FailureIds(RandomGenerator random) {
    next = new AtomicInteger(random.nextInt());
  }

  /** One that no other failure nearby has. Any thread. */
  String next() {
    return Integer.toHexString(next.getAndAdd(STEP));
  }
}
