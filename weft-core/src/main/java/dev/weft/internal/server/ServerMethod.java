package dev.weft.internal.server;

import dev.weft.Executed;
import dev.weft.Execution;
import dev.weft.internal.service.BoundMethod;
import dev.weft.internal.service.MethodDescription;
import dev.weft.internal.stats.MethodCounts;
import dev.weft.internal.wire.ErrorCode;
import dev.weft.spi.ServerInterceptor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A method as a server serves it, or a name under which it serves nothing.
 *
 * @param bound what it is, and what carries its values
 * @param handler what serves it; {@code null}: there is no such method
 * @param missing what its callers are told if there is no such method; else {@code null}
 * @param execution where
 * @param limits of its own, or of its service, beside those of the connection and the server
 * @param counts its calls
 * @param shortestRun how long they take at the least
 */
record ServerMethod(
    BoundMethod bound,
    @Nullable Handler handler,
    @Nullable Failure missing,
    Execution execution,
    List<Gate> limits,
    MethodCounts counts,
    ShortestRun shortestRun) {

  ServerMethod(BoundMethod bound, Handler handler, Execution execution) {
    this(
        bound,
        handler,
        null,
        execution,
        List.of(),
        new MethodCounts(bound.description().label()),
        new ShortestRun());
  }

  /** The same method, whose calls go through these interceptors first. */
  ServerMethod behind(List<ServerInterceptor> interceptors) {
    return handler == null
        ? this
        : new ServerMethod(
            bound,
            new InterceptedHandler(handler, bound.isUnary(), interceptors),
            missing,
            execution,
            limits,
            counts,
            shortestRun);
  }

  /**
   * What a client calls that the server does not have.
   *
   * @param counts the calls of all such methods: peers can make up many names
   * @param explanation what callers are told
   */
  static ServerMethod missing(String name, MethodCounts counts, String explanation) {
    MethodDescription description =
        new MethodDescription(
            name, name, List.of(), List.of(), void.class, List.of(), false, false, false, null);
    return new ServerMethod(
        BoundMethod.withoutValues(description),
        null,
        Failure.of(ErrorCode.UNKNOWN_METHOD, Executed.NO, "", explanation),
        Execution.inline(),
        List.of(),
        counts,
        new ShortestRun());
  }

  String label() {
    return bound.description().label();
  }

  /** The same, with one more limit. */
  ServerMethod limitedBy(Gate gate) {
    List<Gate> all = new ArrayList<>(limits);
    all.add(gate);
    return new ServerMethod(
        bound, handler, missing, execution, List.copyOf(all), counts, shortestRun);
  }
}
