package dev.weft.reliability.simulation;

import dev.weft.testing.Simulation;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What came of one seed.
 *
 * @param answered how many of the calls had an answer; messages count as soon as they are queued
 * @param trace a number made of everything that has happened
 * @param steps how often a thread has gone on
 * @param elapsed how long it took by its own clock
 * @param violations what must not be; empty: all is well
 */
public record SeedRun(
    long seed,
    int calls,
    int answered,
    long faults,
    long steps,
    Duration elapsed,
    long trace,
    List<String> violations) {

  /** Runs a seed. */
  public static SeedRun of(long seed) {
    return of(seed, null);
  }

  /**
   * Runs a seed, and tells somebody all that happens.
   *
   * @param reader is given a line for each event
   */
  public static SeedRun of(long seed, @Nullable Consumer<String> reader) {
    Simulation simulation = new Simulation(seed);
    Stepping.of(simulation);
    Journal journal = new Journal(simulation, reader);
    Plan plan = Plan.of(simulation.random());
    CallBook book = new CallBook(simulation, journal, plan);
    Cluster cluster = new Cluster(simulation, journal, book, plan);
    journal.note(plan::toString);
    boolean done = false;
    try {
      simulation.run(inside -> cluster.run());
      done = true;
    } catch (Exception | Error e) { // whatever it is, the seed has found something
      book.violated(e.toString());
      if (reader != null) {
        for (StackTraceElement frame : e.getStackTrace()) {
          reader.accept("    at " + frame);
        }
      }
    }
    if (done) {
      book.check();
    }
    return new SeedRun(
        seed,
        book.size(),
        book.answered(),
        cluster.faults(),
        simulation.steps(),
        simulation.elapsed(),
        simulation.traceHash(),
        book.violations());
  }
}
