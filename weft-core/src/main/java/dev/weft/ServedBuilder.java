package dev.weft;

import static java.util.Objects.requireNonNull;

import dev.weft.internal.server.Handler;
import dev.weft.internal.server.ServerMethods;
import dev.weft.internal.service.MethodDescription;
import dev.weft.internal.service.ServiceDescription;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * What a server serves: services, objects, functions, and a handler for messages of any type. Not
 * for several threads.
 *
 * @param <B> the builder itself
 */
abstract sealed class ServedBuilder<B extends ServedBuilder<B>> extends EndpointBuilder<B>
    permits RpcServer.Builder {

  private final List<Consumer<ServerMethods>> served = new ArrayList<>();

  ServedBuilder() {}

  /** Whether nothing was added. */
  final boolean servesNothing() {
    return served.isEmpty();
  }

  /** Adds everything to a server's methods. */
  final void addServed(ServerMethods methods) {
    served.forEach(each -> each.accept(methods));
  }

  /**
   * Serves an interface under its simple name, on virtual threads.
   *
   * @throws IllegalArgumentException when the interface cannot be a service; the message says why
   */
  public <T> B service(Class<T> type, T service) {
    return service(type, service, Execution.virtualThreads());
  }

  /** As {@link #service(Class, Object)}, with its handlers where the execution says. */
  public <T> B service(Class<T> type, T service, Execution execution) {
    return service(ServiceDescription.defaultName(type), type, service, execution);
  }

  /** Serves an interface under a name; so one interface can be served by several objects. */
  public <T> B service(String name, Class<T> type, T service) {
    return service(name, type, service, Execution.virtualThreads());
  }

  /** As {@link #service(String, Class, Object)}, with its handlers where the execution says. */
  public <T> B service(String name, Class<T> type, T service, Execution execution) {
    if (!type.isInstance(service)) {
      throw new IllegalArgumentException(
          "the object to serve as " + name + " is null or does not implement " + type.getName());
    }
    requireNonNull(execution, "execution is null");
    ServiceDescription description = ServiceDescription.of(name, type);
    served.add(methods -> methods.add(description, service, execution));
    return self();
  }

  /**
   * Serves an object as it is: all its public methods can be called, but those of {@link Object}.
   * Clients call them through an interface of their own, with methods of the same names and types.
   *
   * @throws IllegalArgumentException when the object cannot be served; the message says why
   */
  public B service(String name, Object target) {
    return service(name, target, Execution.virtualThreads());
  }

  /** As {@link #service(String, Object)}, with its handlers where the execution says. */
  public B service(String name, Object target, Execution execution) {
    if (target == null || target instanceof Class<?>) {
      throw new IllegalArgumentException(
          "the object to serve as " + name + " is " + (target == null ? "null" : target));
    }
    requireNonNull(execution, "execution is null");
    ServiceDescription description = ServiceDescription.ofObject(name, target.getClass());
    served.add(methods -> methods.add(description, target, execution));
    return self();
  }

  /**
   * Serves messages of all these types, whatever they are, beside functions and services; there can
   * be one such handler. A client's counterpart is {@link RpcClient#handler}.
   *
   * @param types classes, or generic types such as {@link TypeRef#type()} of one; no two of the
   *     same class. Requests and responses are values of these types, or {@code null}
   * @throws IllegalArgumentException when there are no types, or two of one class
   */
  public B handler(List<? extends Type> types, RpcContextHandler<Object, Object> handler) {
    return handler(types, handler, Execution.virtualThreads());
  }

  /** As {@link #handler(List, RpcContextHandler)}, where the execution says. */
  public B handler(
      List<? extends Type> types, RpcContextHandler<Object, Object> handler, Execution execution) {
    return add(MethodDescription.handler(types), handler, execution);
  }

  /** Serves a function without a request, on virtual threads. */
  public <R> B function(String name, Class<R> response, Callable<R> handler) {
    requireNonNull(handler, "handler is null");
    return function(name, Void.class, response, (context, none) -> handler.call());
  }

  /** Serves a function without a result, on virtual threads. */
  public <Q> B procedure(String name, Class<Q> request, RpcProcedure<Q> handler) {
    requireNonNull(handler, "handler is null");
    return procedure(name, request, (context, argument) -> handler.handle(argument));
  }

  /** Serves a function without a result whose handler takes the call's context. */
  @SuppressWarnings("NullAway") // there is no value of Void
  public <Q> B procedure(String name, Class<Q> request, RpcContextProcedure<Q> handler) {
    requireNonNull(handler, "handler is null");
    return function(
        name,
        request,
        Void.class,
        (context, argument) -> {
          handler.handle(context, argument);
          return null;
        });
  }

  /** Serves a function with neither a request nor a result, on virtual threads. */
  public B procedure(String name, RpcAction handler) {
    requireNonNull(handler, "handler is null");
    return procedure(name, Void.class, (context, none) -> handler.run());
  }

  /**
   * Serves a function, on virtual threads.
   *
   * <p>{@code Void.class} as the request means that there is none, and its handler is given {@code
   * null}; as the response, that there is no result.
   *
   * @throws IllegalArgumentException when the name is empty
   */
  public <Q, R> B function(
      String name, Class<Q> request, Class<R> response, RpcHandler<Q, R> handler) {
    return function(name, request, response, handler, Execution.virtualThreads());
  }

  /** As {@link #function(String, Class, Class, RpcHandler)}, where the execution says. */
  public <Q, R> B function(
      String name,
      Class<Q> request,
      Class<R> response,
      RpcHandler<Q, R> handler,
      Execution execution) {
    return add(name, request, response, ignoringContext(handler), execution);
  }

  /** Serves a function whose handler takes the call's context. */
  public <Q, R> B function(
      String name, Class<Q> request, Class<R> response, RpcContextHandler<Q, R> handler) {
    return function(name, request, response, handler, Execution.virtualThreads());
  }

  /** As {@link #function(String, Class, Class, RpcContextHandler)}, where the execution says. */
  public <Q, R> B function(
      String name,
      Class<Q> request,
      Class<R> response,
      RpcContextHandler<Q, R> handler,
      Execution execution) {
    return add(name, request, response, handler, execution);
  }

  /** Serves a function of generic types. */
  public <Q, R> B function(
      String name, TypeRef<Q> request, TypeRef<R> response, RpcHandler<Q, R> handler) {
    return function(name, request, response, handler, Execution.virtualThreads());
  }

  /** As {@link #function(String, TypeRef, TypeRef, RpcHandler)}, where the execution says. */
  public <Q, R> B function(
      String name,
      TypeRef<Q> request,
      TypeRef<R> response,
      RpcHandler<Q, R> handler,
      Execution execution) {
    return add(name, request.type(), response.type(), ignoringContext(handler), execution);
  }

  private static <Q, R> RpcContextHandler<Q, R> ignoringContext(RpcHandler<Q, R> handler) {
    requireNonNull(handler, "handler is null");
    return (context, request) -> handler.handle(request);
  }

  private <Q, R> B add(
      String name,
      Type request,
      Type response,
      RpcContextHandler<Q, R> handler,
      Execution execution) {
    return add(MethodDescription.function(name, request, response), handler, execution);
  }

  @SuppressWarnings({"unchecked", "NullAway"}) // the marshaller makes requests of just this type
  private <Q, R> B add(
      MethodDescription description, RpcContextHandler<Q, R> handler, Execution execution) {
    requireNonNull(handler, "handler is null");
    requireNonNull(execution, "execution is null");
    Handler untyped =
        description.arguments().isEmpty()
            ? (context, none) -> handler.handle(context, null)
            : (context, argument) -> handler.handle(context, (Q) argument);
    served.add(methods -> methods.add(description, untyped, execution));
    return self();
  }
}
