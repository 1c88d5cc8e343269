package dev.weft.reliability.overload;

import dev.weft.Executed;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A library whose server is overloaded. */
public interface Target {

  /** All there are, by their names. */
  List<Target> ALL =
      List.of(
          new WeftTarget("weft", false), new WeftTarget("weft-adaptive", true), new GrpcTarget());

  /** What it is called. */
  String name();

  /**
   * Starts a server.
   *
   * @param begun is told the number of each call whose handler begins
   */
  Server serve(Work work, IntConsumer begun) throws Exception;

  /** Connects a client of a server. */
  Client connect(String address) throws Exception;

  /**
   * Those of these names.
   *
   * @throws IllegalArgumentException when there is none of a name
   */
  static List<Target> named(List<String> names) {
    return names.stream().map(Target::named).toList();
  }

  private static Target named(String name) {
    return ALL.stream()
        .filter(target -> target.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "there is no peer \""
                    + name
                    + "\"; there are "
                    + ALL.stream().map(Target::name).collect(Collectors.joining(", "))));
  }

  /** A server that runs. */
  interface Server extends AutoCloseable {

    /** Where its clients find it. */
    String address();
  }

  /** A client with a connection. Any thread. */
  interface Client extends AutoCloseable {

    /** Makes a call that ends within so long, and does not wait for it. */
    void call(int number, long timeoutNanos, Completion completion);
  }

  /** Is told how a call has ended, once. */
  interface Completion {

    /** Called on a thread that must not be kept. */
    void ended(End end, @Nullable Executed executed);
  }

  /** How calls end. */
  enum End {
    ANSWERED,
    /** As the server, or its client, has too much to do. */
    REFUSED,
    /** Its deadline was over. */
    EXPIRED,
    /** In any other way: a bug, here or there. */
    FAILED
  }
}
