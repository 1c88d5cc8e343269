package dev.weft.internal.service;

import dev.weft.Sensitive;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What can be called under one name: a method of a service, or a function.
 *
 * @param name its name on the wire: {@code echo}, {@code WordCounter.count(java.lang.String)}
 * @param label its name in messages: {@code echo}, {@code WordCounter.count}
 * @param declarations where the interface and its parents declare it, the one that counts first;
 *     empty for a function
 * @param arguments their types, without a leading call context
 * @param result the type of its result; {@code void.class} for none
 * @param exceptions the exceptions that it declares
 * @param oneWay whether nobody waits for its end
 * @param async whether it returns a future of its result
 * @param takesContext whether its first parameter is the call context
 * @param timeout its own timeout; {@code null}: the client's
 */
public record MethodDescription(
    String name,
    String label,
    List<Method> declarations,
    List<Type> arguments,
    Type result,
    List<Class<? extends Throwable>> exceptions,
    boolean oneWay,
    boolean async,
    boolean takesContext,
    @Nullable Duration timeout) {

  /** The name of what serves messages of any listed type; nothing else may have it. */
  private static final String HANDLER_NAME = "()";

  /** A function of one argument, or of none when the request is {@link Void}. */
  public static MethodDescription function(String name, Type request, Type response) {
    return function(Names.checkFunction(name), name, request, response);
  }

  /**
   * What takes and gives messages of all these types.
   *
   * @throws IllegalArgumentException when there are none, or two of one class
   */
  public static MethodDescription handler(List<? extends Type> types) {
    OneOf messages = new OneOf(List.copyOf(types));
    return function(HANDLER_NAME, "handler", messages, messages);
  }

  private static MethodDescription function(
      String name, String label, Type request, Type response) {
    return new MethodDescription(
        name,
        label,
        List.of(),
        request == Void.class || request == void.class ? List.of() : List.of(request),
        response,
        List.of(),
        false,
        false,
        false,
        null);
  }

  /** Whether it is a function, not a method of an interface. */
  public boolean isFunction() {
    return declarations.isEmpty();
  }

  /** This description, for what the other describes as well. */
  MethodDescription andAlso(MethodDescription other) {
    List<Method> both = new ArrayList<>(declarations);
    both.addAll(other.declarations);
    Set<Class<? extends Throwable>> all = new TreeSet<>(Comparator.comparing(Class::getName));
    all.addAll(exceptions);
    all.addAll(other.exceptions);
    return new MethodDescription(
        name,
        label,
        List.copyOf(both),
        arguments,
        result,
        List.copyOf(all),
        oneWay,
        async,
        takesContext,
        timeout);
  }

  /** Whether it is marked with {@link Sensitive}: itself, where it stands, or what it carries. */
  public boolean isSensitive() {
    for (Method declaration : declarations) {
      if (declaration.isAnnotationPresent(Sensitive.class)
          || declaration.getDeclaringClass().isAnnotationPresent(Sensitive.class)
          || Arrays.stream(declaration.getParameters())
              .anyMatch(parameter -> parameter.isAnnotationPresent(Sensitive.class))) {
        return true;
      }
    }
    return Stream.concat(arguments.stream(), Stream.of(result))
        .anyMatch(type -> TypeVariables.erase(type).isAnnotationPresent(Sensitive.class));
  }

  /** Whether its result is one that has to be sent. */
  public boolean hasResult() {
    return result != void.class && result != Void.class;
  }
}
