package dev.weft.fory;

import dev.weft.spi.ValueType;
import java.io.Externalizable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Follows declared types to all classes whose objects a value may hold, and refuses what cannot be
 * sent, naming the path to it.
 *
 * <p>One thread, while binding.
 */
final class SendableTypes {

  /** Enough for honest use; a class like {@code Nest<T> { Nest<List<T>> next; }} never ends. */
  static final int INSTANTIATIONS_MAX = 64;

  private final Set<Class<?>> registered;
  private final Set<Class<?>> ownSerializers;

  private final SortedMap<String, Class<?>> classes = new TreeMap<>();
  private final Set<Shape> seen = new HashSet<>();
  private final Map<Class<?>, Integer> instantiations = new HashMap<>();

  /**
   * @param registered what the user named to stand behind open types
   * @param ownSerializers classes the user wrote serializers for, which are not looked into
   */
  SendableTypes(Set<Class<?>> registered, Set<Class<?>> ownSerializers) {
    this.registered = registered;
    this.ownSerializers = ownSerializers;
  }

  /**
   * Adds a declared type and all it leads to.
   *
   * @throws IllegalArgumentException when something on the way cannot be sent
   */
  void add(ValueType declared) {
    Shape shape = Shape.of(declared.type());
    if (isException(shape)) {
      found(Thrown.class);
      for (Class<?> type : exceptions(declared)) {
        followException(type, declared.path());
      }
    } else {
      follow(shape, declared.path());
    }
  }

  static boolean isException(Shape shape) {
    return Throwable.class.isAssignableFrom(shape.raw());
  }

  /** The classes as which a declared exception may arrive: itself and its known subclasses. */
  Set<Class<?>> exceptions(ValueType declared) {
    Set<Class<?>> exceptions = new LinkedHashSet<>();
    collectExceptions(Shape.of(declared.type()).raw(), exceptions);
    return exceptions;
  }

  /** The classes found, by name, without those that Fory knows by itself. */
  SortedMap<String, Class<?>> classes() {
    return classes;
  }

  private void follow(Shape shape, String path) {
    if (!seen.add(shape)) {
      return;
    }
    Class<?> type = shape.raw();
    if (JdkTypes.isValue(type)) {
      return;
    }
    if (ownSerializers.contains(type)) {
      found(type);
    } else if (type.isArray()) {
      // Fory goes by the component's name, so that a reader can skip arrays of unknown classes.
      followAll(shape.parts(), path);
    } else if (type.isEnum()) {
      found(type);
    } else if (JdkTypes.isContainer(type)) {
      followAll(shape.parts(), path);
    } else {
      followUserType(shape, path);
    }
  }

  private void followAll(Collection<Shape> shapes, String path) {
    for (Shape shape : shapes) {
      follow(shape, path);
    }
  }

  private void followUserType(Shape shape, String path) {
    Class<?> type = shape.raw();
    boolean open = type.isInterface() || Modifier.isAbstract(type.getModifiers());
    boolean reachable = false;
    if (type.isSealed() && !JdkTypes.isJdk(type)) {
      for (Class<?> permitted : type.getPermittedSubclasses()) {
        follow(shape.subtype(permitted), path + ": subtype " + simpleName(permitted));
        reachable = true;
      }
    }
    for (Class<?> candidate : registered) {
      if (candidate != type && type.isAssignableFrom(candidate)) {
        follow(Shape.of(candidate), path + ": registered " + simpleName(candidate));
        reachable = true;
      }
    }
    if (open || type == Object.class) {
      if (!reachable) {
        throw refused(path, shape, Refusal.reason(type));
      }
    } else {
      refuseStrangeClass(shape, path);
      if (instantiations.merge(type, 1, Integer::sum) <= INSTANTIATIONS_MAX) {
        found(type);
        followFields(shape, path);
      }
    }
  }

  private static void refuseStrangeClass(Shape shape, String path) {
    Class<?> type = shape.raw();
    if (JdkTypes.isJdk(type) || Throwable.class.isAssignableFrom(type)) {
      throw refused(path, shape, Refusal.reason(type));
    }
    if (type.isHidden() || type.isAnonymousClass() || type.isSynthetic()) {
      throw refused(path, shape, "it has no name of its own; declare a record or a class");
    }
    if (writesItself(type)) {
      throw refused(
          path,
          shape,
          "it serializes itself; give a serializer to ForyCodec.builder().serializer(...)");
    }
    boolean isStatic = Modifier.isStatic(type.getModifiers());
    if (type.isLocalClass() && !isStatic) {
      throw refused(path, shape, "it is a local class; declare it outside of the method");
    }
    if (type.isMemberClass() && !isStatic) {
      throw new IllegalArgumentException(
          "%s: field %s.this$0: %s cannot be sent: %s is an inner class; make it static"
              .formatted(
                  path,
                  simpleName(type),
                  type.getEnclosingClass().getTypeName(),
                  type.getTypeName()));
    }
  }

  /** By java.io's private protocols, whose code would run while a peer's bytes are read. */
  private static boolean writesItself(Class<?> type) {
    if (Externalizable.class.isAssignableFrom(type)) {
      return true;
    }
    for (Class<?> c = type; c != null && !JdkTypes.isJdk(c); c = c.getSuperclass()) {
      for (Method method : c.getDeclaredMethods()) {
        switch (method.getName()) {
          case "writeReplace", "readResolve" -> {
            if (method.getParameterCount() == 0) {
              return true;
            }
          }
          case "writeObject", "readObject" -> {
            if (method.getParameterCount() == 1
                && method.getParameterTypes()[0].getName().startsWith("java.io.Object")) {
              return true;
            }
          }
          default -> {}
        }
      }
    }
    return false;
  }

  private void followFields(Shape shape, String path) {
    Class<?> type = shape.raw();
    String owner = simpleName(type);
    for (Field field : type.getDeclaredFields()) {
      int modifiers = field.getModifiers();
      if (!Modifier.isStatic(modifiers) && !Modifier.isTransient(modifiers)) {
        Shape part = shape.member(field.getGenericType());
        follow(part, path + ": field " + owner + "." + field.getName());
      }
    }
    if (type.getGenericSuperclass() != null) {
      followSuperclass(shape, shape.member(type.getGenericSuperclass()), path);
    }
  }

  /** A superclass counts for its fields only; that it is abstract, say, does not matter here. */
  private void followSuperclass(Shape shape, Shape superclass, String path) {
    Class<?> type = superclass.raw();
    if (type == Object.class || type == Record.class) {
      return;
    }
    if (JdkTypes.isJdk(type)) {
      if (!JdkTypes.isContainer(type)) {
        throw refused(path, shape, "it extends " + type.getTypeName());
      }
      followAll(superclass.parts(), path);
      return;
    }
    found(type);
    followFields(superclass, path);
  }

  private void collectExceptions(Class<?> type, Set<Class<?>> exceptions) {
    boolean known = false;
    if (type.isSealed()) {
      for (Class<?> permitted : type.getPermittedSubclasses()) {
        collectExceptions(permitted, exceptions);
        known = true;
      }
    }
    for (Class<?> candidate : registered) {
      if (candidate != type && type.isAssignableFrom(candidate)) {
        exceptions.add(candidate);
        known = true;
      }
    }
    if (!known || !Modifier.isAbstract(type.getModifiers())) {
      exceptions.add(type);
    }
  }

  private void followException(Class<?> type, String path) {
    String obstacle = ExceptionType.obstacle(type);
    if (obstacle != null) {
      throw refused(path, Shape.of(type), obstacle);
    }
    for (Field field : ExceptionType.fieldsOf(type)) {
      String owner = simpleName(field.getDeclaringClass());
      follow(Shape.of(field.getGenericType()), path + ": field " + owner + "." + field.getName());
    }
  }

  private void found(Class<?> type) {
    classes.put(type.getName(), type);
  }

  private static IllegalArgumentException refused(String path, Shape shape, String reason) {
    return new IllegalArgumentException(
        path + ": " + shape.raw().getTypeName() + " cannot be sent: " + reason);
  }

  private static String simpleName(Class<?> type) {
    String name = type.getSimpleName();
    return name.isEmpty() ? type.getName() : name;
  }
}
