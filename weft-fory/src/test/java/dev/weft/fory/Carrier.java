package dev.weft.fory;

import dev.weft.spi.Marshaller;
import dev.weft.spi.Payload;
import dev.weft.spi.ValueType;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the tests share: binding one type, and sending a value to and fro. */
final class Carrier {

  static final String PATH = "Shop.order: argument 1";

  private Carrier() {}

  /** Tells a generic type: {@code new Of<List<String>>() {}}. */
  abstract static class Of<T> {
    final Type type =
        ((ParameterizedType) getClass().getGenericSuperclass()).getActualTypeArguments()[0];
  }

  static Marshaller bind(Type type) {
    return bind(new ForyCodec(), type);
  }

  static Marshaller bind(ForyCodec codec, Type type) {
    return codec.bind(List.of(new ValueType(PATH, type))).getFirst();
  }

  static @Nullable Object roundTrip(Marshaller marshaller, @Nullable Object value) {
    return decode(marshaller, encode(marshaller, value));
  }

  static @Nullable Object roundTrip(Type type, @Nullable Object value) {
    return roundTrip(bind(type), value);
  }

  static byte[] encode(Marshaller marshaller, @Nullable Object value) {
    Payload payload = new Payload();
    marshaller.encode(value, payload, Marshaller.NO_LANE);
    return payload.toByteArray();
  }

  static @Nullable Object decode(Marshaller marshaller, byte[] bytes) {
    return marshaller.decode(bytes, 0, bytes.length, Marshaller.NO_LANE);
  }

  /** The declared result of a method of this name. */
  static Type result(Class<?> service, String method) {
    for (Method candidate : service.getDeclaredMethods()) {
      if (candidate.getName().equals(method)) {
        return candidate.getGenericReturnType();
      }
    }
    throw new IllegalArgumentException(method);
  }
}
