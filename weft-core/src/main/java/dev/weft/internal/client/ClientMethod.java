package dev.weft.internal.client;

import dev.weft.internal.service.BoundMethod;
import dev.weft.internal.wire.MethodName;

/**
 * A method as a client calls it.
 *
 * @param bound what it is, and what carries its values
 * @param name how requests name it
 */
record ClientMethod(BoundMethod bound, MethodName name) {

  String label() {
    return bound.description().label();
  }
}
