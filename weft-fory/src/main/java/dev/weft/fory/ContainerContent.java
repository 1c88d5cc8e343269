package dev.weft.fory;

import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is in collections, maps, optionals and arrays.
 *
 * <p>Any thread.
 *
 * @param elements what the elements, or a map's keys, must be
 * @param values what a map's values must be
 */
record ContainerContent(Conformity elements, Conformity values) implements Conformity.Content {

  @Override
  public @Nullable Object firstStranger(Object container) {
    return switch (container) {
      case Collection<?> collection -> strangerAmong(elements, collection);
      case Map<?, ?> map -> {
        Object stranger = strangerAmong(elements, map.keySet());
        yield stranger != null ? stranger : strangerAmong(values, map.values());
      }
      case Optional<?> optional ->
          optional.isPresent() ? elements.firstStranger(optional.get()) : null;
      case Object[] array -> strangerAmong(elements, Arrays.asList(array));
      default -> null;
    };
  }

  private static @Nullable Object strangerAmong(Conformity conformity, Collection<?> all) {
    return conformity.canFail() ? conformity.firstStrangerAmong(all) : null;
  }

  @Override
  public boolean isDeep() {
    return elements.canFail() || values.canFail();
  }

  @Override
  public void settle() {}
}
