package dev.weft.internal.service;

import dev.weft.CallContext;
import dev.weft.CallOptions;
import dev.weft.OneWay;
import dev.weft.Timeout;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an interface means as a service: its methods under their names. Both ends derive it from the
 * interface alone, so that they agree. The server's end may be an object without an interface: then
 * its public methods are what counts.
 *
 * @param name the service's name, at first the interface's simple name
 * @param type the interface
 * @param methods all that can be called, sorted by name
 */
public record ServiceDescription(String name, Class<?> type, List<MethodDescription> methods) {

  /** Interfaces under their own names, read once: there may be thousands of stubs of one. */
  private static final ClassValue<ServiceDescription> READ =
      new ClassValue<>() {
        @Override
        protected ServiceDescription computeValue(Class<?> type) {
          return read(defaultName(type), type);
        }
      };

  /**
   * Reads an interface.
   *
   * @throws IllegalArgumentException when it cannot be a service; the message says what stands
   *     against it
   */
  public static ServiceDescription of(String name, Class<?> type) {
    return name.equals(defaultName(type)) ? READ.get(type) : read(name, type);
  }

  private static ServiceDescription read(String name, Class<?> type) {
    Names.checkService(name);
    if (!type.isInterface() || type.isAnnotation()) {
      throw new IllegalArgumentException(
          type.getName() + " is not an interface: a service is described by one");
    }
    if (type.isSealed()) {
      throw new IllegalArgumentException(
          type.getName() + " is sealed: its stubs could not implement it");
    }
    return of(
        name,
        type,
        ServiceDescription::isRemote,
        " has no methods that could be called: abstract, and not Object's");
  }

  /**
   * Reads the class of an object that is served as it is: all its public methods can be called but
   * those of {@link Object}, inherited ones too.
   *
   * @throws IllegalArgumentException when it cannot be a service; the message says what stands
   *     against it
   */
  public static ServiceDescription ofObject(String name, Class<?> type) {
    Names.checkService(name);
    return of(
        name,
        type,
        ServiceDescription::isPublic,
        " has no methods that could be called: public, not static, and not Object's");
  }

  private static ServiceDescription of(
      String name, Class<?> type, Predicate<Method> isServed, String obstacle) {
    TypeVariables variables = TypeVariables.of(type);
    Map<String, MethodDescription> methods = new TreeMap<>();
    for (Method method : type.getMethods()) {
      if (isServed.test(method)) {
        MethodDescription description = describe(name, type, method, variables);
        methods.merge(description.name(), description, ServiceDescription::merge);
      }
    }
    if (methods.isEmpty()) {
      throw new IllegalArgumentException(type.getName() + obstacle);
    }
    return new ServiceDescription(name, type, List.copyOf(methods.values()));
  }

  /** The name of a service whose user gives it none. */
  public static String defaultName(Class<?> type) {
    return type.getSimpleName();
  }

  /**
   * Methods with the same name and arguments are one for callers: declared by several parents, or
   * declared again with a narrower result. The narrowest result counts, then the own declaration;
   * of unrelated parents the one that is first by its name, so that both ends agree.
   */
  private static MethodDescription merge(MethodDescription one, MethodDescription other) {
    if (one.takesContext() != other.takesContext()) {
      throw new IllegalArgumentException(
          one.label()
              + ": is there with and without a call context, and so twice under one name; rename"
              + " one of the two");
    }
    if (one.oneWay() != other.oneWay()) {
      throw new IllegalArgumentException(
          one.label() + ": one of its declarations is @OneWay and another is not");
    }
    return isNarrower(other.declarations().get(0), one.declarations().get(0))
        ? other.andAlso(one)
        : one.andAlso(other);
  }

  private static boolean isNarrower(Method one, Method other) {
    if (one.getReturnType() != other.getReturnType()) {
      return other.getReturnType().isAssignableFrom(one.getReturnType());
    }
    Class<?> owner = one.getDeclaringClass();
    Class<?> otherOwner = other.getDeclaringClass();
    return otherOwner.isAssignableFrom(owner)
        || (!owner.isAssignableFrom(otherOwner)
            && owner.getName().compareTo(otherOwner.getName()) < 0);
  }

  private static boolean isRemote(Method method) {
    return Modifier.isAbstract(method.getModifiers()) && !isOfObject(method);
  }

  private static boolean isPublic(Method method) {
    return !Modifier.isStatic(method.getModifiers())
        && !method.isSynthetic() // a bridge to one that is served itself
        && !isOfObject(method);
  }

  private static boolean isOfObject(Method method) {
    try {
      Object.class.getMethod(method.getName(), method.getParameterTypes());
      return true;
    } catch (NoSuchMethodException e) {
      return false;
    }
  }

  private static MethodDescription describe(
      String service, Class<?> type, Method method, TypeVariables variables) {
    String label = service + "." + method.getName();
    if (method.getTypeParameters().length > 0) {
      throw new IllegalArgumentException(
          label + ": has type parameters of its own, which nobody could know at run time");
    }
    Class<?>[] parameters = method.getParameterTypes();
    boolean takesContext = parameters.length > 0 && parameters[0] == CallContext.class;
    int first = takesContext ? 1 : 0;
    Type[] generic = method.getGenericParameterTypes();
    List<Type> arguments = new ArrayList<>();
    for (int i = first; i < generic.length; i++) {
      arguments.add(variables.resolve(generic[i], label + ": argument " + (i - first + 1)));
    }
    String signature =
        arguments.stream()
            .map(TypeVariables::erase)
            .map(Class::getName)
            .collect(Collectors.joining(","));
    boolean async = isFuture(method.getReturnType());
    boolean oneWay = method.isAnnotationPresent(OneWay.class);
    MethodDescription description =
        new MethodDescription(
            Names.checkLength(label + "(" + signature + ")"),
            label,
            List.of(method),
            List.copyOf(arguments),
            result(method, variables, label),
            exceptions(method),
            oneWay,
            async,
            takesContext,
            timeout(type, method, label));
    if (oneWay && (method.getReturnType() != void.class || !description.exceptions().isEmpty())) {
      throw new IllegalArgumentException(
          label + ": is @OneWay, so it must return void and declare no exceptions");
    }
    return description;
  }

  private static boolean isFuture(Class<?> type) {
    return type == CompletableFuture.class || type == CompletionStage.class;
  }

  private static Type result(Method method, TypeVariables variables, String label) {
    Type declared = method.getGenericReturnType();
    if (!isFuture(method.getReturnType())) {
      return variables.resolve(declared, label + ": result");
    }
    if (!(declared instanceof ParameterizedType future)) {
      throw new IllegalArgumentException(
          label
              + ": result: a raw future does not say of what; write CompletableFuture<Something>");
    }
    return variables.resolve(future.getActualTypeArguments()[0], label + ": result");
  }

  private static List<Class<? extends Throwable>> exceptions(Method method) {
    List<Class<? extends Throwable>> exceptions = new ArrayList<>();
    for (Class<?> exception : method.getExceptionTypes()) {
      exceptions.add(exception.asSubclass(Throwable.class));
    }
    return List.copyOf(exceptions);
  }

  private static @Nullable Duration timeout(Class<?> type, Method method, String label) {
    Timeout timeout = method.getAnnotation(Timeout.class);
    if (timeout == null) {
      timeout = method.getDeclaringClass().getAnnotation(Timeout.class);
    }
    if (timeout == null) {
      timeout = type.getAnnotation(Timeout.class);
    }
    if (timeout == null) {
      return null;
    }
    if (timeout.millis() < 1 || timeout.millis() > CallOptions.TIMEOUT_MAX.toMillis()) {
      throw new IllegalArgumentException(
          label
              + ": @Timeout of "
              + timeout.millis()
              + " ms is not between 1 ms and "
              + CallOptions.TIMEOUT_MAX);
    }
    return Duration.ofMillis(timeout.millis());
  }
}
