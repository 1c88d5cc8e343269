package dev.weft.fory;

import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the {@link Conformity} of declared types, on the ways of {@link SendableTypes}, which has
 * found that they can be sent.
 *
 * <p>One thread, while binding.
 */
final class ConformityMaker {

  private final Collection<Class<?>> sendable;
  private final Set<Class<?>> ownSerializers;
  private final Map<Shape, Conformity> made = new HashMap<>();
  private final Map<Class<?>, Integer> instantiations = new HashMap<>();

  /**
   * @param sendable all classes whose objects a peer can send, wherever their supertypes are
   *     declared
   * @param ownSerializers classes the user wrote serializers for, which are not looked into
   */
  ConformityMaker(Collection<Class<?>> sendable, Set<Class<?>> ownSerializers) {
    this.sendable = sendable;
    this.ownSerializers = ownSerializers;
  }

  /** What values of a declared type must be; finished by {@link #finish} only. */
  Conformity of(Shape shape) {
    Conformity known = made.get(shape);
    if (known != null) {
      return known;
    }
    Class<?> boxed = MethodType.methodType(shape.raw()).wrap().returnType();
    Conformity fresh = new Conformity(boxed);
    made.put(shape, fresh);
    Conformity.Content content = content(shape, fresh);
    if (content != null) {
      fresh.content(content);
    }
    return fresh;
  }

  /** All declared types are made. */
  void finish() {
    boolean changed = true;
    while (changed) { // types may hold each other in circles
      changed = false;
      for (Conformity each : made.values()) {
        changed |= each.becomesDeep();
      }
    }
    made.values().forEach(Conformity::settle);
  }

  private Conformity.@Nullable Content content(Shape shape, Conformity itself) {
    Class<?> type = shape.raw();
    if (JdkTypes.isValue(type) || type.isEnum() || ownSerializers.contains(type)) {
      return null;
    }
    if (type.isArray()) {
      return type.getComponentType().isPrimitive() ? null : array(shape);
    }
    if (JdkTypes.isContainer(type)) {
      return container(shape);
    }
    return object(shape, itself);
  }

  /** The elements are of the component's type, as Java sees to it, but theirs need not be. */
  private Conformity.@Nullable Content array(Shape shape) {
    Conformity component = of(shape.parts().get(0));
    return new ContainerContent(component, component);
  }

  private @Nullable ContainerContent container(Shape shape) {
    if (shape.parts().isEmpty()) {
      return null;
    }
    Conformity first = of(shape.parts().get(0));
    return new ContainerContent(
        first, shape.parts().size() == 1 ? first : of(shape.parts().get(1)));
  }

  private Conformity.@Nullable Content object(Shape shape, Conformity itself) {
    Class<?> type = shape.raw();
    ObjectContent content = new ObjectContent(type);
    if (type.isSealed() && !JdkTypes.isJdk(type)) {
      for (Class<?> permitted : type.getPermittedSubclasses()) {
        content.subtype(of(shape.subtype(permitted)));
      }
    }
    for (Class<?> candidate : sendable) {
      if (candidate != type && type.isAssignableFrom(candidate)) {
        content.subtype(of(Shape.of(candidate)));
      }
    }
    if (type == Object.class) {
      content.container(new ContainerContent(itself, itself));
    } else if (instantiations.merge(type, 1, Integer::sum) <= SendableTypes.INSTANTIATIONS_MAX) {
      addFields(content, shape);
    }
    return content;
  }

  private void addFields(ObjectContent content, Shape shape) {
    Class<?> type = shape.raw();
    for (Field field : type.getDeclaredFields()) {
      int modifiers = field.getModifiers();
      if (!Modifier.isStatic(modifiers)
          && !Modifier.isTransient(modifiers)
          && !field.getType().isPrimitive()) {
        content.field(field, of(shape.member(field.getGenericType())));
      }
    }
    if (type.getGenericSuperclass() == null) {
      return;
    }
    Shape superclass = shape.member(type.getGenericSuperclass());
    if (JdkTypes.isContainer(superclass.raw())) {
      ContainerContent container = container(superclass);
      if (container != null) {
        content.container(container);
      }
    } else if (!JdkTypes.isJdk(superclass.raw())) {
      addFields(content, superclass);
    }
  }
}
