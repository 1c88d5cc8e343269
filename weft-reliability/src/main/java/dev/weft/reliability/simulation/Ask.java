package dev.weft.reliability.simulation;

import java.time.Duration;

/**
 * What a simulated call asks for.
 *
 * @param call its number, which no other has
 * @param manner how its handler behaves
 * @param nanos how long that takes, for manners that take time
 * @param bytes how much it carries along
 * @param answerBytes how much its answer shall carry
 */
public record Ask(long call, Manner manner, long nanos, int bytes, int answerBytes) {

  /** How a handler behaves. */
  public enum Manner {
    /** Answers at once. */
    PROMPT,
    /** Lets others go first. */
    POLITE,
    /** Takes its time, and minds interruptions. */
    SLOW,
    /** Takes its time, whoever interrupts it. */
    DEAF,
    /** Never answers by itself. */
    NEVER,
    /** Throws. */
    THROWS,
    /** Throws what its method declares, if it declares anything. */
    DECLINES,
    /** Has an answer that is over the limit. */
    HUGE,
    /** Has an answer that cannot be encoded. */
    UNSENDABLE
  }

  /** The same in a manner that comes to an end whoever waits for it. */
  Ask finite() {
    return manner == Manner.NEVER
        ? new Ask(call, Manner.SLOW, Math.max(1, nanos), bytes, answerBytes)
        : this;
  }

  @Override
  public String toString() {
    String time =
        manner == Manner.SLOW || manner == Manner.DEAF ? " " + Duration.ofNanos(nanos) : "";
    return call + " (" + manner + time + ", " + bytes + " bytes for " + answerBytes + ")";
  }
}
