package dev.weft.fory;

import dev.weft.spi.Codec;
import dev.weft.spi.Marshaller;
import dev.weft.spi.ValueType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.apache.fory.resolver.TypeResolver;
import org.apache.fory.serializer.Serializer;

/**
 * Carries values by <a href="https://fory.apache.org">Apache Fory</a>, the default codec.
 *
 * <p>What can be sent: primitives and their boxes, strings, enums, records, any class made of
 * fields, arrays, {@code BigInteger}, {@code BigDecimal}, {@code UUID}, {@code URI}, {@code
 * Locale}, {@code Currency}, {@code BitSet}, {@code Date}, {@code java.time}, {@code Optional}, the
 * JDK's usual collections, immutable ones and views included, sealed types with all their subtypes,
 * and {@code null} anywhere. Transient and static fields stay behind. Two references to one object
 * arrive as two objects, and a cycle fails; so does text with half of a surrogate pair, and a null
 * that a field's map of objects has for the key null. Values may be nested 256 levels deep, where a
 * list around its elements is a level.
 *
 * <p>What may change on one side: fields and enum constants, in any order, because both go by name;
 * fields that the other side does not know are dropped, and missing ones are null or zero. A
 * class's name, or the type of a field other than a wider number, must not change.
 *
 * <p>Exceptions arrive with their message and the fields of the user's own exception classes: no
 * stack trace, no cause.
 *
 * <p>Only classes that the signatures lead to, or that were registered, are ever instantiated,
 * whatever a peer sends.
 *
 * <p>Any thread.
 */
public final class ForyCodec implements Codec {

  private final Set<Class<?>> registered;
  private final Map<Class<?>, Function<TypeResolver, ? extends Serializer<?>>> serializers;

  /** A codec with nothing registered beyond what the signatures lead to. */
  public ForyCodec() {
    this(builder());
  }

  private ForyCodec(Builder builder) {
    registered = Set.copyOf(builder.registered);
    serializers = Map.copyOf(builder.serializers);
  }

  /** For what signatures do not tell: types behind {@code Object}, and serializers. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public String name() {
    // Fory's numbers for the JDK's classes are part of the format: count on when they change.
    return "fory-1";
  }

  @Override
  public List<Marshaller> bind(List<ValueType> types) {
    SendableTypes sendable = new SendableTypes(registered, serializers.keySet());
    for (ValueType type : types) {
      sendable.add(type);
    }
    LoomPool pool = LoomPool.of(new TypeSet(sendable.classes(), usedSerializers(sendable)));
    ConformityMaker conformities =
        new ConformityMaker(sendable.classes().values(), serializers.keySet());
    List<Marshaller> marshallers = new ArrayList<>(types.size());
    for (ValueType type : types) {
      Shape shape = Shape.of(type.type());
      if (SendableTypes.isException(shape)) {
        marshallers.add(
            new ExceptionMarshaller(
                type.path(), shape.raw(), sendable.exceptions(type), conformities, pool));
      } else if (shape.raw() == byte[].class && !serializers.containsKey(byte[].class)) {
        marshallers.add(new BytesMarshaller(type.path()));
      } else {
        Conformity conformity = conformities.of(shape);
        marshallers.add(
            new ValueMarshaller(type.path(), shape.name(), shape.raw(), conformity, pool));
      }
    }
    conformities.finish();
    return List.copyOf(marshallers);
  }

  /** Only those needed, so that functions without them share their pools with all others. */
  private Map<Class<?>, Function<TypeResolver, ? extends Serializer<?>>> usedSerializers(
      SendableTypes sendable) {
    Map<Class<?>, Function<TypeResolver, ? extends Serializer<?>>> used = new LinkedHashMap<>();
    serializers.forEach((type, creator) -> {
      if (sendable.classes().containsValue(type)) {
        used.put(type, creator);
      }
    });
    return used;
  }

  /**
   * Collects what signatures do not tell. Both ends must be told the same.
   *
   * <p>One thread.
   */
  public static final class Builder {

    private final Set<Class<?>> registered = new LinkedHashSet<>();
    private final Map<Class<?>, Function<TypeResolver, ? extends Serializer<?>>> serializers =
        new LinkedHashMap<>();

    private Builder() {}

    /**
     * Registers classes that may stand where a signature says {@code Object}, an interface, or a
     * class of which they are subclasses. Default: none, and then {@code Object}, interfaces and
     * abstract classes that are not sealed are refused.
     *
     * @param types concrete classes; what their fields lead to need not be told
     */
    public Builder register(Class<?>... types) {
      for (Class<?> type : types) {
        registered.add(Objects.requireNonNull(type, "type is null"));
      }
      return this;
    }

    /**
     * Gives a class a serializer of the user's own, for a class that cannot be sent otherwise, or
     * not well. Default: Fory's, generated for the class.
     *
     * @param type the class itself, not a supertype
     * @param maker called once for each Fory instance, of which there are some; a serializer need
     *     not be safe for threads. It must not allocate on the word of lengths it has read
     */
    public <T> Builder serializer(
        Class<T> type, Function<TypeResolver, ? extends Serializer<T>> maker) {
      serializers.put(
          Objects.requireNonNull(type, "type is null"),
          Objects.requireNonNull(maker, "maker is null"));
      return this;
    }

    /** The codec. */
    public ForyCodec build() {
      return new ForyCodec(this);
    }
  }
}
