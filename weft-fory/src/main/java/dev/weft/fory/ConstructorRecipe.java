package dev.weft.fory;

import java.lang.invoke.MethodHandle;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import org.apache.fory.reflect.ReflectionUtils;
import org.jspecify.annotations.Nullable;

/**
 * One way to call one constructor of an exception: which parameter gets the message, which ones get
 * fields, and which get null because they are a cause.
 *
 * <p>Any thread.
 */
final class ConstructorRecipe {

  private static final int MESSAGE = -1;
  private static final int NULL = -2;

  private final Constructor<?> constructor;

  /** For each parameter: a field's index, or one of the two above. */
  private final int[] sources;

  private @Nullable MethodHandle handle;

  private ConstructorRecipe(Constructor<?> constructor, int[] sources) {
    this.constructor = constructor;
    this.sources = sources;
  }

  /** All ways to fill the parameters: fields fit by their type, in the order of declaration. */
  static List<ConstructorRecipe> of(Constructor<?> constructor, List<Field> fields) {
    List<ConstructorRecipe> recipes = new ArrayList<>();
    fill(constructor, fields, 0, 0, new int[constructor.getParameterCount()], recipes);
    return recipes;
  }

  boolean takesMessage() {
    for (int source : sources) {
      if (source == MESSAGE) {
        return true;
      }
    }
    return false;
  }

  Throwable construct(@Nullable String message, @Nullable Object[] fields) {
    @Nullable Object[] arguments = new @Nullable Object[sources.length];
    for (int i = 0; i < sources.length; i++) {
      arguments[i] =
          switch (sources[i]) {
            case MESSAGE -> message;
            case NULL -> null;
            default -> fields[sources[i]];
          };
    }
    try {
      return (Throwable) handle().invokeWithArguments(arguments);
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalArgumentException(constructor + " failed: " + e, e);
    }
  }

  /** Fory's, because it reaches private constructors in modules that are not open to us. */
  private MethodHandle handle() {
    MethodHandle found = handle;
    if (found == null) {
      found =
          ReflectionUtils.getCtrHandle(
              constructor.getDeclaringClass(), constructor.getParameterTypes());
      handle = found;
    }
    return found;
  }

  private static void fill(
      Constructor<?> constructor,
      List<Field> fields,
      int parameter,
      int nextField,
      int[] sources,
      List<ConstructorRecipe> recipes) {
    if (parameter == sources.length) {
      recipes.add(new ConstructorRecipe(constructor, sources.clone()));
      return;
    }
    Class<?> type = constructor.getParameterTypes()[parameter];
    boolean messageTaken = false;
    for (int i = 0; i < parameter; i++) {
      messageTaken |= sources[i] == MESSAGE;
    }
    if (type == String.class && !messageTaken) {
      sources[parameter] = MESSAGE;
      fill(constructor, fields, parameter + 1, nextField, sources, recipes);
    }
    if (Throwable.class.isAssignableFrom(type)) {
      sources[parameter] = NULL;
      fill(constructor, fields, parameter + 1, nextField, sources, recipes);
    }
    for (int field = nextField; field < fields.size(); field++) {
      if (fields.get(field).getType() == type) {
        sources[parameter] = field;
        fill(constructor, fields, parameter + 1, field + 1, sources, recipes);
        break;
      }
    }
  }
}
