package dev.weft.internal.client;

import dev.weft.internal.service.BoundMethod;
import dev.weft.internal.stats.MethodCounts;
import dev.weft.internal.wire.MethodName;

/**
 * A method as a client calls it.
 *
 * @param bound what it is, and what carries its values
 * @param name how requests name it
 * @param counts its calls
 */
record ClientMethod(BoundMethod bound, MethodName name, MethodCounts counts) {

  /** A method that is counted nowhere else. */
  ClientMethod(BoundMethod bound, MethodName name) {
    this(bound, name, new MethodCounts(bound.description().label()));
  }

  String label() {
    return bound.description().label();
  }
}
