package dev.weft.fory;

import dev.weft.spi.Codec;
import dev.weft.spi.Marshaller;
import dev.weft.spi.ValueType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.fory.resolver.TypeResolver;
import org.apache.fory.serializer.Serializer;

/**
 * Carries values by Apache Fory: records, POJOs, enums, sealed types, collections, and the JDK's
 * usual values.
 *
 * <p>Any thread.
 */
public final class ForyCodec implements Codec {

  private final Set<Class<?>> registered;
  private final Map<Class<?>, Function<TypeResolver, ? extends Serializer<?>>> serializers;

  /** With nothing registered beyond what signatures lead to. */
  public ForyCodec() {
    this(builder());
  }

  private ForyCodec(Builder builder) {
    registered = Set.copyOf(builder.registered);
    serializers = Map.copyOf(builder.serializers);
  }

  /** To register what signatures do not tell. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public String name() {
    return "fory-1";
  }

  @Override
  public List<Marshaller> bind(List<ValueType> types) {
    SendableTypes sendable = new SendableTypes(registered, serializers.keySet());
    for (ValueType type : types) {
      sendable.add(type);
    }
    LoomPool pool = LoomPool.of(new TypeSet(sendable.classes(), serializers));
    List<Marshaller> marshallers = new ArrayList<>(types.size());
    for (ValueType type : types) {
      Shape shape = Shape.of(type.type());
      if (SendableTypes.isException(shape)) {
        marshallers.add(
            new ExceptionMarshaller(type.path(), shape.raw(), sendable.exceptions(type), pool));
      } else {
        marshallers.add(new ValueMarshaller(type.path(), shape.name(), shape, pool));
      }
    }
    return marshallers;
  }

  /** Collects what signatures do not tell. */
  public static final class Builder {

    private final Set<Class<?>> registered = new LinkedHashSet<>();
    private final Map<Class<?>, Function<TypeResolver, ? extends Serializer<?>>> serializers =
        new LinkedHashMap<>();

    private Builder() {}

    public Builder register(Class<?>... types) {
      registered.addAll(List.of(types));
      return this;
    }

    public <T> Builder serializer(
        Class<T> type, Function<TypeResolver, ? extends Serializer<T>> creator) {
      serializers.put(type, creator);
      return this;
    }

    public ForyCodec build() {
      return new ForyCodec(this);
    }
  }
}
