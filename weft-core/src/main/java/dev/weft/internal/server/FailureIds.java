package dev.weft.internal.server;

import java.util.concurrent.ThreadLocalRandom;

/** Ids under which failures stand in the log, and which clients are told instead of more. */
final class FailureIds {

  private FailureIds() {}

  /** One that no other failure nearby has. */
  static String next() {
    return Integer.toHexString(ThreadLocalRandom.current().nextInt());
  }
}
