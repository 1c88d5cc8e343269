package dev.weft.internal.client;

/**
 * Permits sending a call again that the server has refused because it was overloaded: when that is
 * an exception, the next attempt probably succeeds; when it is the rule, it only adds to the load.
 * Ten answers earn a second attempt, and each refusal costs one, whether it is made or not (so does
 * gRPC's retry throttling): so second attempts are at most a tenth of the load, and when more than
 * one call in eleven is refused, there are none.
 *
 * <p>What was never sent, or was turned away by a server that ends, is sent again without it: the
 * next one gets it for the first time. Reader thread only.
 */
final class RetryBudget {

  private static final double EARNED_BY_ANSWER = 0.1;
  private static final double SAVED_MAX = 3;

  private double attempts;
  private long answersSeen;

  /**
   * The server has refused a call.
   *
   * @param answers how many answers it has given by now, this one included
   * @return whether it may be sent again
   */
  boolean refused(long answers) {
    long others = answers - answersSeen - 1;
    answersSeen = answers;
    attempts = Math.min(SAVED_MAX, attempts + others * EARNED_BY_ANSWER);
    boolean may = attempts >= 1;
    attempts = Math.max(0, attempts - 1);
    return may;
  }
}
