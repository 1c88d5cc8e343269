package dev.weft.reliability.failure;

import java.io.IOException;

/** One way to fail, done again and again, and what must be true of it. */
public interface Scenario {

  /** As it is selected on the command line. */
  String name();

  /** What it does, in a line. */
  String summary();

  /**
   * Does it.
   *
   * @throws IOException when a process or a file that it needs cannot be had; what Weft does wrong
   *     stands in the result
   */
  Result run(Stage stage) throws IOException, InterruptedException;
}
