package dev.weft.internal.service;

import dev.weft.spi.Marshaller;
import dev.weft.spi.Payload;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Carries values that may be of several types: the name of the value's class, a zero byte, and the
 * bytes that its own marshaller makes; {@code null} is no bytes at all.
 *
 * <p>Only marshallers of listed types see bytes: a peer can name what it likes. Any thread.
 */
final class OneOfMarshaller implements Marshaller {

  private record Alternative(Class<?> type, byte[] name, Marshaller marshaller) {}

  private final String path;
  private final List<Alternative> alternatives = new ArrayList<>();

  /**
   * @param marshallers of the types, in their order
   */
  OneOfMarshaller(String path, OneOf oneOf, List<Marshaller> marshallers) {
    this.path = path;
    int i = 0;
    for (Type type : oneOf.types()) {
      Class<?> raw = TypeVariables.erase(type);
      byte[] name = raw.getName().getBytes(StandardCharsets.UTF_8);
      alternatives.add(new Alternative(raw, name, marshallers.get(i++)));
    }
  }

  @Override
  public void encode(@Nullable Object value, Payload target, int lane) {
    if (value == null) {
      return;
    }
    Alternative alternative = of(value);
    target.write(alternative.name, 0, alternative.name.length);
    target.write(0);
    alternative.marshaller.encode(value, target, lane);
  }

  /** Its own class, else the first that it is an instance of. */
  private Alternative of(Object value) {
    for (Alternative each : alternatives) {
      if (each.type == value.getClass()) {
        return each;
      }
    }
    for (Alternative each : alternatives) {
      if (each.type.isInstance(value)) {
        return each;
      }
    }
    throw new IllegalArgumentException(
        path + ": " + value.getClass().getTypeName() + " is none of " + names());
  }

  private List<String> names() {
    return alternatives.stream().map(each -> each.type.getTypeName()).toList();
  }

  @Override
  public @Nullable Object decode(byte[] bytes, int offset, int length, int lane) {
    if (length == 0) {
      return null;
    }
    for (Alternative each : alternatives) {
      int nameEnd = offset + each.name.length;
      if (length > each.name.length
          && bytes[nameEnd] == 0
          && Arrays.equals(bytes, offset, nameEnd, each.name, 0, each.name.length)) {
        return each.marshaller.decode(bytes, nameEnd + 1, length - each.name.length - 1, lane);
      }
    }
    throw new IllegalArgumentException(path + ": a value has come that is none of " + names());
  }
}
