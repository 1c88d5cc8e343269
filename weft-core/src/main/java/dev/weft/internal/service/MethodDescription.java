package dev.weft.internal.service;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What can be called under one name: a method of a service, or a function.
 *
 * @param name its name on the wire: {@code echo}, {@code WordCounter.count(java.lang.String)}
 * @param label its name in messages: {@code echo}, {@code WordCounter.count}
 * @param method the interface's method; {@code null} for a function
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
    @Nullable Method method,
    List<Type> arguments,
    Type result,
    List<Class<? extends Throwable>> exceptions,
    boolean oneWay,
    boolean async,
    boolean takesContext,
    @Nullable Duration timeout) {

  /** A function of one argument. */
  public static MethodDescription function(String name, Type request, Type response) {
    return new MethodDescription(
        Names.checkFunction(name),
        name,
        null,
        List.of(request),
        response,
        List.of(),
        false,
        false,
        false,
        null);
  }

  /** Whether its result is one that has to be sent. */
  public boolean hasResult() {
    return result != void.class && result != Void.class;
  }
}
