package dev.weft.reliability.stress;

import java.util.List;

/** How long the stress tests look for what must not be. */
public enum Effort {

  /**
   * Each test in four JVMs (interpreted, the two compilers, the second one with its random
   * choices), half a second each: some minutes for all.
   */
  QUICK("-sc false -time 100 -iters 5 -f 1 -fsm 1"),

  /** The same for two and a half seconds, and with several random choices: about half an hour. */
  DEFAULT("-sc false -time 500 -iters 5 -f 1 -fsm 3"),

  /** With each actor interpreted or compiled by itself, in all combinations: some hours. */
  TOUGH("-sc true -time 1000 -iters 5 -f 1 -fsm 3");

  private final String options;

  Effort(String options) {
    this.options = options;
  }

  /** As jcstress understands it. */
  List<String> options() {
    return List.of(options.split(" ", -1));
  }
}
