package dev.weft.internal.service;

import dev.weft.internal.wire.Varint;
import dev.weft.internal.wire.WireException;
import dev.weft.spi.Codec;
import dev.weft.spi.Marshaller;
import dev.weft.spi.Payload;
import dev.weft.spi.ValueType;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A method together with what carries its values.
 *
 * <p>Arguments as a payload: none is empty, one is its bytes, more are each preceded by their
 * length.
 *
 * <p>Any thread.
 */
public final class BoundMethod {

  private static final @Nullable Object[] NONE = {};

  private final MethodDescription description;
  private final List<Marshaller> arguments;
  private final @Nullable Marshaller result;
  private final Map<String, Marshaller> exceptions;
  private final boolean sensitive;

  private BoundMethod(
      MethodDescription description,
      List<Marshaller> arguments,
      @Nullable Marshaller result,
      Map<String, Marshaller> exceptions) {
    this.description = description;
    this.arguments = arguments;
    this.result = result;
    this.exceptions = exceptions;
    this.sensitive = description.isSensitive();
  }

  /**
   * Binds methods that belong together.
   *
   * @throws IllegalArgumentException when the codec cannot send one of their types
   * @throws IllegalStateException when the codec gives too few marshallers, or too many
   */
  public static List<BoundMethod> bind(List<MethodDescription> methods, Codec codec) {
    List<ValueType> types = new ArrayList<>();
    for (MethodDescription method : methods) {
      int number = 0;
      for (var argument : method.arguments()) {
        addTypes(types, method.label() + ": argument " + ++number, argument);
      }
      if (method.hasResult()) {
        addTypes(types, method.label() + ": result", method.result());
      }
      for (var exception : method.exceptions()) {
        types.add(
            new ValueType(method.label() + ": exception " + exception.getSimpleName(), exception));
      }
    }
    List<Marshaller> marshallers = types.isEmpty() ? List.of() : codec.bind(types);
    if (marshallers.size() != types.size()) {
      throw new IllegalStateException(
          "the codec \"%s\" must make a marshaller for each of %d types, but has made %d"
              .formatted(codec.name(), types.size(), marshallers.size()));
    }
    List<BoundMethod> bound = new ArrayList<>();
    Iterator<Marshaller> rest = marshallers.iterator();
    for (MethodDescription method : methods) {
      List<Marshaller> arguments = new ArrayList<>();
      for (var argument : method.arguments()) {
        arguments.add(take(rest, method.label() + ": an argument", argument));
      }
      Marshaller result =
          method.hasResult() ? take(rest, method.label() + ": the result", method.result()) : null;
      Map<String, Marshaller> exceptions = new HashMap<>();
      for (var exception : method.exceptions()) {
        exceptions.put(exception.getName(), rest.next());
      }
      bound.add(new BoundMethod(method, List.copyOf(arguments), result, exceptions));
    }
    return bound;
  }

  private static void addTypes(List<ValueType> types, String path, Type type) {
    if (type instanceof OneOf(List<Type> alternatives)) {
      for (Type alternative : alternatives) {
        types.add(new ValueType(path, alternative));
      }
    } else {
      types.add(new ValueType(path, type));
    }
  }

  /** What carries this type, of those that carry what {@link #addTypes} has added. */
  private static Marshaller take(Iterator<Marshaller> marshallers, String path, Type type) {
    if (!(type instanceof OneOf oneOf)) {
      return marshallers.next();
    }
    List<Marshaller> alternatives = new ArrayList<>();
    for (int i = 0; i < oneOf.types().size(); i++) {
      alternatives.add(marshallers.next());
    }
    return new OneOfMarshaller(path, oneOf, alternatives);
  }

  /** A method without arguments, result or exceptions. */
  public static BoundMethod withoutValues(MethodDescription description) {
    return new BoundMethod(description, List.of(), null, Map.of());
  }

  /** Whether its calls must not be compressed together with others. */
  public boolean isSensitive() {
    return sensitive;
  }

  /** What is bound. */
  public MethodDescription description() {
    return description;
  }

  /**
   * These arguments in the form in which calls have them.
   *
   * @param values all parameters, of which the first {@code skip} are not sent
   * @return the argument itself if {@link #isUnary}, else an array of all
   */
  public @Nullable Object arguments(@Nullable Object @Nullable [] values, int skip) {
    if (values == null) {
      return NONE;
    }
    if (isUnary()) {
      return values[skip];
    }
    return skip == 0 ? values : Arrays.copyOfRange(values, skip, values.length);
  }

  /**
   * Appends arguments.
   *
   * @param values the argument itself if {@link #isUnary}, else an array of all; may be {@code
   *     null} if there are none
   */
  public void encodeArguments(@Nullable Object values, Payload target) {
    if (isUnary()) {
      arguments.get(0).encode(values, target, Marshaller.NO_LANE);
      return;
    }
    if (values == null) {
      return;
    }
    @Nullable Object[] all = (@Nullable Object[]) values;
    for (int i = 0; i < arguments.size(); i++) {
      int start = target.length();
      target.write(0); // its length, if that takes one byte
      arguments.get(i).encode(all[i], target, Marshaller.NO_LANE);
      precede(target, start);
    }
  }

  /** Puts the length in front of what follows the byte that was left free for it. */
  private static void precede(Payload target, int start) {
    int length = target.length() - start - 1;
    int more = Varint.size(length) - 1;
    if (more > 0) {
      target.ensure(more);
      byte[] array = target.array();
      System.arraycopy(array, start + 1, array, start + 1 + more, length);
      target.length(target.length() + more);
    }
    Varint.write(ByteBuffer.wrap(target.array(), start, 1 + more), length);
  }

  /** Whether there is one argument: it needs no array. */
  public boolean isUnary() {
    return arguments.size() == 1;
  }

  /**
   * The arguments in a payload, which is not kept.
   *
   * @param lane as in {@link Marshaller#decode}
   * @return the argument itself if {@link #isUnary}, else an array of all
   */
  public @Nullable Object decodeArguments(Payload payload, int lane) {
    int count = arguments.size();
    if (count == 0) {
      if (payload.length() > 0) {
        throw new WireException("there are arguments, but the method has none");
      }
      return NONE;
    }
    byte[] bytes = payload.array();
    if (count == 1) {
      return arguments.get(0).decode(bytes, payload.offset(), payload.length(), lane);
    }
    @Nullable Object[] values = new @Nullable Object[count];
    ByteBuffer in = ByteBuffer.wrap(bytes, payload.offset(), payload.length());
    for (int i = 0; i < count; i++) {
      int length = Varint.readInt(in, in.remaining(), "an argument's length");
      if (length > in.remaining()) {
        throw new WireException("argument " + (i + 1) + " is cut off");
      }
      values[i] = arguments.get(i).decode(bytes, in.position(), length, lane);
      in.position(in.position() + length);
    }
    if (in.hasRemaining()) {
      throw new WireException("there are more than " + count + " arguments");
    }
    return values;
  }

  /**
   * Appends a result.
   *
   * @param lane as in {@link Marshaller#encode}
   */
  public void encodeResult(@Nullable Object value, Payload target, int lane) {
    if (result != null) {
      result.encode(value, target, lane);
    }
  }

  /**
   * The result in a payload, which is not kept.
   *
   * @param lane as in {@link Marshaller#decode}
   */
  public @Nullable Object decodeResult(Payload payload, int lane) {
    return result == null
        ? null
        : result.decode(payload.array(), payload.offset(), payload.length(), lane);
  }

  /**
   * The declared exception that this one is: its class, or the nearest superclass that the method
   * declares; {@code null} when it is not declared.
   */
  public @Nullable String declaredName(Throwable thrown) {
    for (Class<?> type = thrown.getClass(); type != null; type = type.getSuperclass()) {
      if (exceptions.containsKey(type.getName())) {
        return type.getName();
      }
    }
    return null;
  }

  /** What carries a declared exception of this class; {@code null} when it is not declared. */
  public @Nullable Marshaller exception(String className) {
    return exceptions.get(className);
  }
}
