package dev.weft.reliability.failure;

/** Whether what was to be shown was seen. */
public enum Verdict {
  /** All of it. */
  MET,
  /** The result says what was not. */
  MISSED,
  /** This machine does not allow to look; the result says why. */
  SKIPPED
}
