package dev.weft.reliability.attack;

import java.io.IOException;

/**
 * What hostile clients do to a server. It may be harmed in no way but that it works for them what
 * they ask for within its limits. Any thread.
 */
public interface Attack {

  /** Its name, as {@code --attack} takes it. */
  String name();

  /** What it does, in a few words. */
  String description();

  /**
   * Does it, as long as the siege goes on. That the server closes a connection is no failure.
   *
   * @throws IOException when the server is not there at all
   */
  void run(Siege siege) throws IOException, InterruptedException;
}
