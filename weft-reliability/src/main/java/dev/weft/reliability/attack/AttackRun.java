package dev.weft.reliability.attack;

/**
 * What came of an attack of the full size.
 *
 * @param quiet the good client's calls before
 * @param attacked the same meanwhile
 * @param most what the server has used at most, as far as was looked
 * @param logLines what it has logged meanwhile
 * @param alive whether the server still was there at the end
 * @param said the beginning of its log, if it has died
 */
public record AttackRun(
    String attack,
    Calls quiet,
    Calls attacked,
    Memory most,
    long logLines,
    boolean alive,
    String said) {

  /**
   * The good client's.
   *
   * @param failure the first that failed; empty: none has
   */
  public record Calls(long calls, long failed, String failure, double p50Micros, double p99Micros) {

    /** With what has failed among earlier ones, too; the times stay those of these. */
    Calls withFailuresOf(Calls earlier) {
      return new Calls(
          calls + earlier.calls,
          failed + earlier.failed,
          earlier.failed > 0 ? earlier.failure : failure,
          p50Micros,
          p99Micros);
    }
  }

  /** The server's. */
  public record Memory(long heapBytes, long directBytes, long residentBytes, int connections) {}

  /** How much longer the good client's calls took, at the 99th percentile. */
  public double ratio() {
    return attacked.p99Micros() / quiet.p99Micros();
  }

  /** Whether the server lives and has failed nobody. */
  public boolean isSurvived() {
    return alive && attacked.failed() == 0 && attacked.calls() > 0;
  }
}
