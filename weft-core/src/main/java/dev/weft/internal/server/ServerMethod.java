package dev.weft.internal.server;

import dev.weft.Execution;
import dev.weft.internal.service.BoundMethod;
import dev.weft.internal.service.MethodDescription;
import dev.weft.internal.stats.MethodCounts;
import dev.weft.spi.ServerInterceptor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A method as a server serves it, or a name under which it serves nothing.
 *
 * @param bound what it is, and what carries its values
 * @param handler what serves it; {@code null}: there is no such method
 * @param execution where
 * @param limits of its own, or of its service, beside those of the connection and the server
 * @param counts its calls
 * @param shortestRun how long they take at the least
 */
record ServerMethod(
    BoundMethod bound,
    @Nullable Handler handler,
    Execution execution,
    List<Gate> limits,
    MethodCounts counts,
    ShortestRun shortestRun) {

  ServerMethod(
      BoundMethod bound, @Nullable Handler handler, Execution execution, List<Gate> limits) {
    this(bound, handler, execution, limits, new MethodCounts(bound.description().label()));
  }

  private ServerMethod(
      BoundMethod bound,
      @Nullable Handler handler,
      Execution execution,
      List<Gate> limits,
      MethodCounts counts) {
    this(bound, handler, execution, limits, counts, new ShortestRun());
  }

  /** The same method, whose calls go through these interceptors first. */
  ServerMethod behind(List<ServerInterceptor> interceptors) {
    return handler == null
        ? this
        : new ServerMethod(
            bound,
            new InterceptedHandler(handler, interceptors),
            execution,
            limits,
            counts,
            shortestRun);
  }

  /**
   * What a client calls that the server does not have.
   *
   * @param counts the calls of all such methods: peers can make up many names
   */
  static ServerMethod missing(String name, MethodCounts counts) {
    MethodDescription description =
        new MethodDescription(
            name, name, List.of(), List.of(), void.class, List.of(), false, false, false, null);
    return new ServerMethod(
        BoundMethod.withoutValues(description), null, Execution.inline(), List.of(), counts);
  }

  String label() {
    return bound.description().label();
  }

  /** The same, with one more limit. */
  ServerMethod limitedBy(Gate gate) {
    List<Gate> all = new ArrayList<>(limits);
    all.add(gate);
    return new ServerMethod(bound, handler, execution, List.copyOf(all), counts, shortestRun);
  }
}
