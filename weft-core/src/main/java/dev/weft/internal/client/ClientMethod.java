package dev.weft.internal.client;

import dev.weft.internal.service.BoundMethod;
import dev.weft.internal.stats.MethodCounts;
import dev.weft.internal.wire.MethodName;
import org.jspecify.annotations.Nullable;

/**
 * A method as a client calls it.
 *
 * @param links what carries its calls
 * @param bound what it is, and what carries its values
 * @param name how requests name it
 * @param counts its calls
 * @param throttle what keeps them back while the server refuses them; of all methods of this name
 */
record ClientMethod(
    Links links, BoundMethod bound, MethodName name, MethodCounts counts, Throttle throttle) {

  /** A method that is counted nowhere else. */
  ClientMethod(Links links, BoundMethod bound, MethodName name) {
    this(links, bound, name, new MethodCounts(bound.description().label()), new Throttle());
  }

  /**
   * The arguments of a call, as {@link BoundMethod#arguments} gives them.
   *
   * @param parameters the method's, of which a call context is not sent
   */
  @Nullable Object arguments(@Nullable Object @Nullable [] parameters) {
    return bound.arguments(parameters, bound.description().takesContext() ? 1 : 0);
  }

  String label() {
    return bound.description().label();
  }
}
