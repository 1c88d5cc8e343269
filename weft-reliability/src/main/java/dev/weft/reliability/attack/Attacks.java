package dev.weft.reliability.attack;

import java.util.List;

/** All attacks, by their names. Any thread. */
public final class Attacks {

  private static final List<Attack> ALL =
      List.of(
          new BadBytes.Randomness(),
          new BadBytes.Lengths(),
          new BadBytes.Disorder(),
          new Slowness.OfHandshakes(),
          new Slowness.OfFrames(),
          new Slowness.OfBlocks(),
          new Slowness.OfAnswers(),
          new Slowness.OfReading(),
          new Slowness.OfBigRequests(),
          new Bomb(),
          new BadPayloads.DeepNesting(),
          new BadPayloads.ForeignClasses(),
          new Floods.OfUnknownMethods(),
          new Floods.OfCancels(),
          new Floods.OfPings(),
          new Floods.OfConnections());

  private Attacks() {}

  /** All. */
  public static List<Attack> all() {
    return ALL;
  }

  /** Their names. */
  public static List<String> names() {
    return ALL.stream().map(Attack::name).toList();
  }

  /**
   * One of them.
   *
   * @throws IllegalArgumentException when there is none of this name
   */
  public static Attack named(String name) {
    return ALL.stream()
        .filter(attack -> attack.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "there is no attack \"" + name + "\": there is " + String.join(", ", names())));
  }
}
