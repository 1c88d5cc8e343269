package dev.weft.internal.server;

import dev.weft.Execution;
import dev.weft.internal.service.BoundMethod;
import dev.weft.internal.service.MethodDescription;
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
 */
record ServerMethod(
    BoundMethod bound, @Nullable Handler handler, Execution execution, List<Gate> limits) {

  /** What a client calls that the server does not have. */
  static ServerMethod missing(String name) {
    MethodDescription description =
        new MethodDescription(
            name, name, List.of(), List.of(), void.class, List.of(), false, false, false, null);
    return new ServerMethod(
        BoundMethod.withoutValues(description), null, Execution.inline(), List.of());
  }

  String label() {
    return bound.description().label();
  }

  /** The same, with one more limit. */
  ServerMethod limitedBy(Gate gate) {
    List<Gate> all = new ArrayList<>(limits);
    all.add(gate);
    return new ServerMethod(bound, handler, execution, List.copyOf(all));
  }
}
