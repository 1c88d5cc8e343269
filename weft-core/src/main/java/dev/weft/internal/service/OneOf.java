package dev.weft.internal.service;

import java.lang.reflect.Type;
import java.util.List;

/**
 * A value that may be of any of these types; it travels with the name of its type. Any thread.
 *
 * @param types at least one, of different classes
 */
record OneOf(List<Type> types) implements Type {

  OneOf {
    types = List.copyOf(types);
    if (types.isEmpty()) {
      throw new IllegalArgumentException("a handler needs at least one type of message");
    }
    long classes = types.stream().map(TypeVariables::erase).distinct().count();
    if (classes < types.size()) {
      throw new IllegalArgumentException("a handler's types are not all of different classes");
    }
  }

  @Override
  public String getTypeName() {
    return "one of " + types;
  }
}
