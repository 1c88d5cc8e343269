package dev.weft.reliability.simulation;

import dev.weft.testing.Simulation;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells what happens in a simulation, to somebody who wants to know.
 *
 * <p>Threads of the simulation.
 */
final class Journal {

  private final Simulation simulation;
  private final @Nullable Consumer<String> reader;

  /**
   * @param reader {@code null}: nobody
   */
  Journal(Simulation simulation, @Nullable Consumer<String> reader) {
    this.simulation = simulation;
    this.reader = reader;
  }

  /** Tells a line, if somebody wants to know. */
  void note(Supplier<String> what) {
    if (reader != null) {
      reader.accept(
          String.format(
              Locale.ROOT, "%12.6f ms  %s", simulation.elapsed().toNanos() / 1e6, what.get()));
    }
  }
}
