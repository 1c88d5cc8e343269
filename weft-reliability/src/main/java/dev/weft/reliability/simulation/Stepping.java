package dev.weft.reliability.simulation;

import dev.weft.testing.Simulation;
import org.jspecify.annotations.Nullable;

/**
 * Where the classes of a {@link FineWorld} ask whether another thread goes on: before each access
 * to shared memory. There is one simulation at a time in each world; elsewhere nobody asks.
 *
 * <p>Any thread.
 */
public final class Stepping {

  private static volatile @Nullable Simulation current;

  /**
   * How many classes are just initialized: that happens in the first run of a world only, and must
   * make no difference to it. Nobody else goes on meanwhile.
   */
  private static int held;

  private Stepping() {}

  /** From now on, this simulation decides. */
  static void of(Simulation simulation) {
    current = simulation;
  }

  /** A class begins to be initialized. */
  public static void hold() {
    held++;
  }

  /** A class is initialized. */
  public static void release() {
    held--;
  }

  /** Perhaps another thread goes on. */
  public static void point() {
    Simulation simulation = current;
    if (simulation != null && held == 0) {
      simulation.point();
    }
  }
}
