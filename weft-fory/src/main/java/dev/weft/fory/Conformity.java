package dev.weft.fory;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a decoded value is what its declared type promises, also inside of collections, so that a
 * peer with another idea of the signature gets an error and user code no {@code
 * ClassCastException}.
 *
 * <p>What stands inside of records and POJOs is Fory's to check: it compares the fields' types.
 *
 * <p>Any thread.
 */
final class Conformity {

  private Conformity() {}

  /**
   * The first object that does not conform, or null when all do.
   *
   * @param declared the type that the value must be of; null is of any
   */
  static @Nullable Object firstStranger(Shape declared, @Nullable Object value) {
    if (value == null) {
      return null;
    }
    if (!declared.raw().isInstance(value)) {
      return value;
    }
    if (declared.parts().isEmpty() || !isDeep(declared)) {
      return null;
    }
    return switch (value) {
      case Collection<?> collection -> firstStranger(part(declared, 0), collection);
      case Map<?, ?> map when declared.parts().size() == 2 -> {
        Object stranger = firstStranger(part(declared, 0), map.keySet());
        yield stranger != null ? stranger : firstStranger(part(declared, 1), map.values());
      }
      case Optional<?> optional -> firstStranger(part(declared, 0), optional.orElse(null));
      case Object[] array -> firstStranger(part(declared, 0), java.util.Arrays.asList(array));
      default -> null;
    };
  }

  /** An array's elements are of its own type already, but an element's elements need not be. */
  private static boolean isDeep(Shape declared) {
    return JdkTypes.isContainer(declared.raw())
        || (declared.raw().isArray() && isDeep(part(declared, 0)));
  }

  private static Shape part(Shape declared, int index) {
    return declared.parts().get(index);
  }

  private static @Nullable Object firstStranger(Shape element, Collection<?> values) {
    if (element.raw() == Object.class) {
      return null;
    }
    boolean deep = isDeep(element);
    for (Object value : values) {
      if (value != null) {
        Object stranger =
            deep ? firstStranger(element, value) : element.raw().isInstance(value) ? null : value;
        if (stranger != null) {
          return stranger;
        }
      }
    }
    return null;
  }
}
