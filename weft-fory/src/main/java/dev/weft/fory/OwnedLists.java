package dev.weft.fory;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.List;
import org.apache.fory.reflect.ReflectionUtils;
import org.jspecify.annotations.Nullable;

/**
 * Makes the JDK's immutable lists of arrays that nobody else has, without the copy that {@code
 * List.of} makes: by the constructor that it calls itself, which Fory can reach. With a copy where
 * it cannot.
 *
 * <p>Any thread.
 */
final class OwnedLists {

  /** Shorter ones without nulls are of a class without an array. */
  private static final int LENGTH_MIN = 3;

  /** Of an array, and whether it has nulls. */
  private static final @Nullable MethodHandle CONSTRUCTOR = constructor();

  private OwnedLists() {}

  private static @Nullable MethodHandle constructor() {
    try {
      return ReflectionUtils.getCtrHandle(
              List.of(1, 2, 3).getClass(), Object[].class, boolean.class)
          .asType(MethodType.methodType(List.class, Object[].class, boolean.class));
    } catch (Exception e) { // also checked ones, unsaid: another JDK may not have it, or keep it
      return null;
    }
  }

  /**
   * A list of just these elements.
   *
   * @param elements nobody may change them any more
   * @param nulls whether there are nulls among them
   */
  static List<?> of(@Nullable Object[] elements, boolean nulls) {
    if (CONSTRUCTOR == null || elements.length < LENGTH_MIN) {
      return nulls ? Arrays.stream(elements).toList() : List.of(elements);
    }
    try {
      return (List<?>) CONSTRUCTOR.invokeExact(elements, nulls);
    } catch (Throwable e) { // it throws none
      throw new AssertionError(e);
    }
  }
}
