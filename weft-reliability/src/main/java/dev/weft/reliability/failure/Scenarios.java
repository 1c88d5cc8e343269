package dev.weft.reliability.failure;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The scenarios there are. */
public final class Scenarios {

  private static final List<Scenario> ALL =
      List.of(
          new KillScenario(),
          new CloseScenario(),
          new RestartScenario(),
          new StopScenario(),
          new NetworkScenario(),
          new DescriptorsScenario(),
          new ErrorsScenario(),
          new HeapScenario(),
          new SoakScenario());

  private Scenarios() {}

  /** All of them, in the order in which they are run. */
  public static List<Scenario> all() {
    return ALL;
  }

  /** All but the soak, which takes an hour. */
  public static List<Scenario> byDefault() {
    return ALL.stream().filter(scenario -> !scenario.name().equals("soak")).toList();
  }

  /**
   * Those of these names, in their order.
   *
   * @throws IllegalArgumentException when there is none of a name
   */
  public static List<Scenario> named(List<String> names) {
    List<Scenario> found = new ArrayList<>();
    for (String name : names) {
      found.add(
          ALL.stream()
              .filter(scenario -> scenario.name().equals(name))
              .findFirst()
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "there is no scenario \"" + name + "\": there are " + names())));
    }
    return found;
  }

  private static String names() {
    return ALL.stream().map(Scenario::name).collect(Collectors.joining(", "));
  }
}
