package dev.weft.fory;

import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A declared type with all its type variables replaced: a class, and what it is made of.
 *
 * <p>Any thread.
 *
 * @param raw the class
 * @param parts its type arguments, or an array's component; empty for a raw or a plain class
 */
record Shape(Class<?> raw, List<Shape> parts) {

  /** The type as it stands in a signature; a wildcard or a free variable counts as its bound. */
  static Shape of(Type type) {
    return of(type, Map.of());
  }

  /** This class's own view of one of its members' types. */
  Shape member(Type type) {
    return of(type, bindings());
  }

  /** A direct subtype, with its variables bound as far as this type's arguments tell. */
  Shape subtype(Class<?> subtype) {
    Map<TypeVariable<?>, Shape> bindings = new HashMap<>();
    List<Type> supertypes = new ArrayList<>(List.of(subtype.getGenericInterfaces()));
    if (subtype.getGenericSuperclass() != null) {
      supertypes.add(subtype.getGenericSuperclass());
    }
    for (Type supertype : supertypes) {
      if (supertype instanceof ParameterizedType parameterized
          && parameterized.getRawType() == raw
          && !parts.isEmpty()) {
        Type[] arguments = parameterized.getActualTypeArguments();
        for (int i = 0; i < arguments.length; i++) {
          if (arguments[i] instanceof TypeVariable<?> variable) {
            bindings.put(variable, parts.get(i));
          }
        }
      }
    }
    TypeVariable<?>[] variables = subtype.getTypeParameters();
    List<Shape> arguments = new ArrayList<>(variables.length);
    for (TypeVariable<?> variable : variables) {
      Shape bound = bindings.get(variable);
      arguments.add(bound != null ? bound : erased(variable));
    }
    return new Shape(subtype, List.copyOf(arguments));
  }

  /** As in source code, such as {@code java.util.List<java.lang.String>}. */
  String name() {
    if (raw.isArray() || parts.isEmpty()) {
      return raw.getTypeName();
    }
    List<String> names = new ArrayList<>(parts.size());
    for (Shape part : parts) {
      names.add(part.name());
    }
    return raw.getTypeName() + "<" + String.join(", ", names) + ">";
  }

  private Map<TypeVariable<?>, Shape> bindings() {
    if (raw.isArray() || parts.isEmpty()) {
      return Map.of();
    }
    TypeVariable<?>[] variables = raw.getTypeParameters();
    Map<TypeVariable<?>, Shape> bindings = new HashMap<>();
    for (int i = 0; i < variables.length; i++) {
      bindings.put(variables[i], parts.get(i));
    }
    return bindings;
  }

  private static Shape of(Type type, Map<TypeVariable<?>, Shape> bindings) {
    return switch (type) {
      case Class<?> array when array.isArray() ->
          new Shape(array, List.of(of(array.getComponentType(), bindings)));
      case Class<?> plain -> new Shape(plain, erasedArguments(plain));
      case ParameterizedType parameterized -> parameterized(parameterized, bindings);
      case GenericArrayType array -> {
        Shape component = of(array.getGenericComponentType(), bindings);
        yield new Shape(Array.newInstance(component.raw, 0).getClass(), List.of(component));
      }
      case WildcardType wildcard -> of(wildcard.getUpperBounds()[0], bindings);
      case TypeVariable<?> variable -> {
        Shape bound = bindings.get(variable);
        yield bound != null ? bound : erased(variable);
      }
      default -> throw new IllegalArgumentException("unknown kind of type: " + type);
    };
  }

  private static Shape parameterized(ParameterizedType type, Map<TypeVariable<?>, Shape> bindings) {
    Class<?> raw = (Class<?>) type.getRawType();
    TypeVariable<?>[] variables = raw.getTypeParameters();
    Type[] arguments = type.getActualTypeArguments();
    List<Shape> parts = new ArrayList<>(arguments.length);
    for (int i = 0; i < arguments.length; i++) {
      // The ? of Page<?> says less than the T extends Order of Page<T>.
      boolean unbounded =
          arguments[i] instanceof WildcardType wildcard
              && wildcard.getUpperBounds()[0] == Object.class;
      parts.add(unbounded ? erased(variables[i]) : of(arguments[i], bindings));
    }
    return new Shape(raw, List.copyOf(parts));
  }

  private static List<Shape> erasedArguments(Class<?> raw) {
    List<Shape> parts = new ArrayList<>();
    for (TypeVariable<?> variable : raw.getTypeParameters()) {
      parts.add(erased(variable));
    }
    return List.copyOf(parts);
  }

  /** Only the bound's class: its arguments may name the variable again, as in T extends A of T. */
  private static Shape erased(TypeVariable<?> variable) {
    Type bound = variable.getBounds()[0];
    while (bound instanceof TypeVariable<?> other) {
      bound = other.getBounds()[0];
    }
    Class<?> raw =
        bound instanceof ParameterizedType parameterized
            ? (Class<?>) parameterized.getRawType()
            : (Class<?>) bound;
    return new Shape(raw, List.of());
  }
}
