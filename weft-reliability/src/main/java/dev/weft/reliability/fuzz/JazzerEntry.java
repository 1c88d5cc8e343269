package dev.weft.reliability.fuzz;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** What Jazzer calls in the process that it runs in: by reflection, and on one thread. */
public final class JazzerEntry {

  /** The system property that names the target. */
  static final String TARGET = "weft.fuzz.target";

  private static @Nullable Judge judge;

  private JazzerEntry() {}

  /** Before the first input: here, loading classes may take its time and memory. */
  public static void fuzzerInitialize() {
    FuzzTarget target = FuzzTargets.named(requireNonNull(System.getProperty(TARGET), TARGET));
    Judge fresh = new Judge(target);
    for (byte[] seed : target.seeds()) {
      try {
        fresh.judge(seed);
      } catch (Finding e) {
        // If it is one, it will be again.
      }
    }
    judge = fresh;
  }

  /** For each input. */
  public static void fuzzerTestOneInput(byte[] input) {
    requireNonNull(judge).judge(input);
  }
}
