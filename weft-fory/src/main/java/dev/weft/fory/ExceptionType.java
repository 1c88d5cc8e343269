package dev.weft.fory;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.fory.reflect.FieldAccessor;
import org.jspecify.annotations.Nullable;

/**
 * One class of exceptions: taken apart into message and fields, and rebuilt by the constructor that
 * gives the same message again.
 *
 * <p>Any thread.
 */
final class ExceptionType {

  private static final int RECIPES_MAX = 32;

  private final Class<?> type;
  private final Map<String, Part> parts = new LinkedHashMap<>();
  private final List<ConstructorRecipe> recipes;

  /** The recipe that told the right message last time; a race only costs a few tries. */
  private int preferred;

  /**
   * @param fields what {@link #fieldsOf} has found, and what their values must be
   */
  ExceptionType(Class<?> type, Map<Field, Conformity> fields) {
    this.type = type;
    fields.forEach((field, conformity) ->
        parts.put(field.getName(), new Part(FieldAccessor.createAccessor(field), conformity)));
    recipes = recipes(type, List.copyOf(fields.keySet()));
  }

  /**
   * Why exceptions of this class could not be rebuilt, or null when they can.
   *
   * <p>Looks at the class only; makes nothing.
   */
  static @Nullable String obstacle(Class<?> type) {
    if (Modifier.isAbstract(type.getModifiers())) {
      return "it is abstract; declare its subclasses, or seal it";
    }
    if (type.isAnonymousClass() || type.isLocalClass() || isInner(type)) {
      return "it is an inner or local class; make it static";
    }
    List<Field> fields = fieldsOf(type);
    for (Field field : fields) {
      if (fields.stream().filter(f -> f.getName().equals(field.getName())).count() > 1) {
        return "it has two fields named " + field.getName();
      }
    }
    if (recipes(type, fields).isEmpty()) {
      return "it cannot be rebuilt: give it a constructor (String message), (), or of its fields";
    }
    return null;
  }

  /** The instance fields of the user's own classes, from the class up to the JDK's. */
  static List<Field> fieldsOf(Class<?> type) {
    List<Field> fields = new ArrayList<>();
    for (Class<?> c = type; c != null && !JdkTypes.isJdk(c); c = c.getSuperclass()) {
      for (Field field : c.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers())
            && !Modifier.isTransient(field.getModifiers())) {
          fields.add(field);
        }
      }
    }
    return fields;
  }

  Thrown takeApart(Throwable exception, boolean declaredType) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    parts.forEach((name, part) -> values.put(name, part.accessor.get(exception)));
    return new Thrown(declaredType ? null : type.getName(), exception.getMessage(), values);
  }

  /**
   * An exception like the one that was taken apart. Fields that the other side does not know keep
   * what the constructor gave them; those that this side does not know are dropped.
   */
  Throwable rebuild(Thrown thrown) {
    Map<String, @Nullable Object> sent = thrown.fields();
    if (sent == null) {
      throw new IllegalArgumentException("an exception without fields has come");
    }
    @Nullable Object[] values = new @Nullable Object[parts.size()];
    int index = 0;
    for (Map.Entry<String, Part> part : parts.entrySet()) {
      values[index++] = part.getValue().checked(sent.get(part.getKey()));
    }
    Throwable exception = construct(thrown.message(), values);
    index = 0;
    for (Map.Entry<String, Part> part : parts.entrySet()) {
      Object value = values[index++];
      FieldAccessor accessor = part.getValue().accessor;
      if (sent.containsKey(part.getKey())
          && (value != null || !accessor.getField().getType().isPrimitive())) {
        accessor.set(exception, value);
      }
    }
    return exception;
  }

  private Throwable construct(@Nullable String message, @Nullable Object[] values) {
    Throwable first = null;
    RuntimeException failure = null;
    int start = preferred;
    for (int i = 0; i < recipes.size(); i++) {
      int tried = (start + i) % recipes.size();
      try {
        Throwable exception = recipes.get(tried).construct(message, values);
        if (Objects.equals(exception.getMessage(), message)) {
          preferred = tried;
          return exception;
        }
        first = first == null ? exception : first;
      } catch (RuntimeException e) {
        failure = e;
      }
    }
    if (first != null) {
      return first;
    }
    throw new IllegalArgumentException(type.getTypeName() + " cannot be rebuilt", failure);
  }

  private static List<ConstructorRecipe> recipes(Class<?> type, List<Field> fields) {
    List<ConstructorRecipe> recipes = new ArrayList<>();
    Constructor<?>[] constructors = type.getDeclaredConstructors();
    Arrays.sort(constructors, Comparator.comparingInt(Constructor::getParameterCount));
    for (Constructor<?> constructor : constructors) {
      if (!JdkTypes.isJdk(type) || Modifier.isPublic(constructor.getModifiers())) {
        for (ConstructorRecipe recipe : ConstructorRecipe.of(constructor, fields)) {
          if (recipes.size() < RECIPES_MAX) {
            recipes.add(recipe);
          }
        }
      }
    }
    // One that is told the message is more likely the right one than one that makes its own.
    recipes.sort(Comparator.comparing(recipe -> !recipe.takesMessage()));
    return List.copyOf(recipes);
  }

  private static boolean isInner(Class<?> type) {
    return type.isMemberClass() && !Modifier.isStatic(type.getModifiers());
  }

  /** A field, and what its value must be. */
  private record Part(FieldAccessor accessor, Conformity conformity) {

    @Nullable Object checked(@Nullable Object value) {
      Object stranger = value == null ? null : conformity.firstStranger(value);
      if (value == null || stranger == null) {
        return value;
      }
      Field field = accessor.getField();
      throw new IllegalArgumentException(
          "field %s.%s: a %s was expected, but a %s has come"
              .formatted(
                  field.getDeclaringClass().getSimpleName(),
                  field.getName(),
                  field.getGenericType().getTypeName(),
                  Conformity.describe(value, stranger)));
    }
  }
}
