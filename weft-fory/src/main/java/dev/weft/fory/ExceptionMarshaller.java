package dev.weft.fory;

import static java.util.Objects.requireNonNull;

import dev.weft.spi.Marshaller;
import dev.weft.spi.Payload;
import java.lang.reflect.Field;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Carries exceptions of one declared class, and of those subclasses that both sides know because
 * the class is sealed or they are registered. Any other subclass arrives as its nearest known
 * superclass.
 *
 * <p>Any thread.
 */
final class ExceptionMarshaller implements Marshaller {

  private final String path;
  private final Class<?> declared;
  private final Map<String, Class<?>> known = new LinkedHashMap<>();
  private final Map<Class<?>, Map<Field, Conformity>> fields = new HashMap<>();
  private final Map<Class<?>, ExceptionType> types = new ConcurrentHashMap<>();
  private final ValueMarshaller parts;

  /**
   * @param known the declared class, unless it is abstract, and its known subclasses
   * @param conformities of their fields
   */
  ExceptionMarshaller(
      String path,
      Class<?> declared,
      Collection<Class<?>> known,
      ConformityMaker conformities,
      LoomPool pool) {
    this.path = path;
    this.declared = declared;
    Conformity itself = new Conformity(Thrown.class);
    parts = new ValueMarshaller(path, declared.getTypeName(), Thrown.class, itself, pool);
    for (Class<?> type : known) {
      this.known.put(type.getName(), type);
      Map<Field, Conformity> ofType = new LinkedHashMap<>();
      for (Field field : ExceptionType.fieldsOf(type)) {
        ofType.put(field, conformities.of(Shape.of(field.getGenericType())));
      }
      fields.put(type, ofType);
    }
  }

  @Override
  public void encode(@Nullable Object value, Payload target, int lane) {
    if (value == null) {
      parts.encode(null, target, lane);
      return;
    }
    for (Class<?> type = value.getClass(); type != null; type = type.getSuperclass()) {
      if (known.containsKey(type.getName())) {
        Thrown thrown = typeOf(type).takeApart((Throwable) value, type == declared);
        parts.encode(thrown, target, lane);
        return;
      }
    }
    throw new IllegalArgumentException(
        "%s: a %s was expected, but a %s was given"
            .formatted(path, declared.getTypeName(), value.getClass().getTypeName()));
  }

  @Override
  public @Nullable Object decode(byte[] bytes, int offset, int length, int lane) {
    Thrown thrown = (Thrown) parts.decode(bytes, offset, length, lane);
    if (thrown == null) {
      return null;
    }
    Class<?> type = thrown.type() == null ? declared : known.get(thrown.type());
    if (type == null || !known.containsKey(type.getName())) {
      throw new IllegalArgumentException(
          "%s: an exception of class %s has come, which is not declared"
              .formatted(path, thrown.type()));
    }
    return typeOf(type).rebuild(thrown);
  }

  /** Made when first needed, not at bind: it makes Fory open what reflection may not. */
  private ExceptionType typeOf(Class<?> type) {
    return types.computeIfAbsent(
        type, each -> new ExceptionType(each, requireNonNull(fields.get(each))));
  }
}
