package dev.weft.internal.service;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the type variables of a type's parents stand for: in {@code interface Users extends
 * Store<User>}, the {@code T} of {@code Store<T>} is {@code User}.
 */
final class TypeVariables {

  private final Map<TypeVariable<?>, Type> meanings = new HashMap<>();

  private TypeVariables() {}

  static TypeVariables of(Class<?> type) {
    TypeVariables variables = new TypeVariables();
    variables.collect(type);
    return variables;
  }

  private void collect(Class<?> type) {
    for (Type parent : type.getGenericInterfaces()) {
      collect(parent);
    }
    Type superclass = type.getGenericSuperclass();
    if (superclass != null) {
      collect(superclass);
    }
  }

  private void collect(Type parent) {
    if (parent instanceof ParameterizedType parameterized) {
      Class<?> raw = (Class<?>) parameterized.getRawType();
      TypeVariable<?>[] names = raw.getTypeParameters();
      Type[] arguments = parameterized.getActualTypeArguments();
      for (int i = 0; i < names.length; i++) {
        meanings.put(names[i], arguments[i]);
      }
      collect(raw);
    } else if (parent instanceof Class<?> raw) {
      collect(raw);
    }
  }

  /**
   * The type with all variables replaced.
   *
   * @throws IllegalArgumentException when a variable stands for nothing; the message begins with
   *     the path
   */
  Type resolve(Type type, String path) {
    return switch (type) {
      case TypeVariable<?> variable -> {
        Type meaning = meanings.get(variable);
        if (meaning == null) {
          throw new IllegalArgumentException(
              path
                  + ": nobody knows what "
                  + variable
                  + " stands for; make an interface that extends "
                  + variable.getGenericDeclaration()
                  + " with a type in its place");
        }
        yield resolve(meaning, path);
      }
      case ParameterizedType parameterized ->
          new Parameterized(
              (Class<?>) parameterized.getRawType(),
              resolve(parameterized.getActualTypeArguments(), path),
              parameterized.getOwnerType());
      case GenericArrayType array -> {
        Type component = resolve(array.getGenericComponentType(), path);
        yield component instanceof Class<?> raw ? raw.arrayType() : new GenericArray(component);
      }
      case WildcardType wildcard -> resolve(wildcard.getUpperBounds()[0], path);
      default -> type;
    };
  }

  private Type[] resolve(Type[] types, String path) {
    return Arrays.stream(types).map(type -> resolve(type, path)).toArray(Type[]::new);
  }

  /** The class that remains of a resolved type at run time. */
  static Class<?> erase(Type type) {
    return switch (type) {
      case Class<?> raw -> raw;
      case ParameterizedType parameterized -> (Class<?>) parameterized.getRawType();
      case OneOf ignored -> Object.class;
      case GenericArrayType array -> erase(array.getGenericComponentType()).arrayType();
      default -> throw new IllegalArgumentException("not a resolved type: " + type);
    };
  }

  private record Parameterized(Class<?> raw, Type[] arguments, @Nullable Type owner)
      implements ParameterizedType {

    @Override
    public Type[] getActualTypeArguments() {
      return arguments.clone();
    }

    @Override
    public Type getRawType() {
      return raw;
    }

    @Override
    public @Nullable Type getOwnerType() {
      return owner;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof ParameterizedType that
          && raw.equals(that.getRawType())
          && Arrays.equals(arguments, that.getActualTypeArguments())
          && Objects.equals(owner, that.getOwnerType());
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(arguments) ^ Objects.hashCode(owner) ^ raw.hashCode();
    }

    @Override
    public String toString() {
      StringBuilder text = new StringBuilder(raw.getName()).append('<');
      for (int i = 0; i < arguments.length; i++) {
        text.append(i == 0 ? "" : ", ").append(arguments[i].getTypeName());
      }
      return text.append('>').toString();
    }
  }

  private record GenericArray(Type component) implements GenericArrayType {

    @Override
    public Type getGenericComponentType() {
      return component;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof GenericArrayType that
          && component.equals(that.getGenericComponentType());
    }

    @Override
    public int hashCode() {
      return component.hashCode();
    }

    @Override
    public String toString() {
      return component.getTypeName() + "[]";
    }
  }
}
