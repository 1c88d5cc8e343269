package dev.weft.fory;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.fory.collection.ObjectArray;
import org.apache.fory.context.ReadContext;
import org.apache.fory.reflect.FieldAccessor;
import org.apache.fory.resolver.TypeInfo;
import org.apache.fory.serializer.UnknownClass;
import org.jspecify.annotations.Nullable;

/**
 * Finds the placeholders that Fory makes for objects of classes that only the other side knows. In
 * a field that only the other side knows, they are dropped with it: so must it be. Anywhere else,
 * such as a new subtype in a list, they must not reach user code.
 *
 * <p>Any thread.
 */
final class UnknownClasses {

  /** What a user's class holds, as far as it may hold a placeholder. */
  private static final ClassValue<List<FieldAccessor>> FIELDS =
      new ClassValue<>() {
        @Override
        protected List<FieldAccessor> computeValue(Class<?> type) {
          return accessors(type);
        }
      };

  private UnknownClasses() {}

  /** Whether the value that was just read named an unknown class. Cheap: most name one or two. */
  static boolean met(ReadContext reader) {
    ObjectArray<TypeInfo> types = reader.getMetaReadContext().readTypeInfos;
    for (int i = 0; i < types.size; i++) {
      TypeInfo type = types.get(i);
      if (type != null && UnknownClass.isUnknowClass(type.getType())) {
        return true;
      }
    }
    return false;
  }

  /** Whether a placeholder is still reachable; looks at each object, so only ask when met. */
  static boolean isHeldBy(@Nullable Object value) {
    return switch (value) {
      case null -> false;
      case UnknownClass placeholder -> true;
      case Collection<?> elements -> isHeldByOne(elements) || isHeldByFields(value);
      case Map<?, ?> map ->
          isHeldByOne(map.keySet()) || isHeldByOne(map.values()) || isHeldByFields(value);
      case Optional<?> optional -> isHeldBy(optional.orElse(null));
      case Object[] array -> isHeldByOne(Arrays.asList(array));
      default -> isHeldByFields(value);
    };
  }

  private static boolean isHeldByOne(Collection<?> elements) {
    for (Object element : elements) {
      if (isHeldBy(element)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isHeldByFields(Object value) {
    for (FieldAccessor field : FIELDS.get(value.getClass())) {
      if (isHeldBy(field.get(value))) {
        return true;
      }
    }
    return false;
  }

  private static List<FieldAccessor> accessors(Class<?> type) {
    List<FieldAccessor> accessors = new ArrayList<>();
    for (Class<?> c = type; c != null && !JdkTypes.isJdk(c); c = c.getSuperclass()) {
      for (Field field : c.getDeclaredFields()) {
        int modifiers = field.getModifiers();
        boolean sent = !Modifier.isStatic(modifiers) && !Modifier.isTransient(modifiers);
        if (sent && !field.getType().isPrimitive() && !c.isEnum()) {
          accessors.add(FieldAccessor.createAccessor(field));
        }
      }
    }
    return List.copyOf(accessors);
  }
}
