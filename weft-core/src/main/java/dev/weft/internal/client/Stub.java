package dev.weft.internal.client;

import dev.weft.CallOptions;
import dev.weft.internal.service.MethodDescription;
import dev.weft.internal.service.ServiceDescription;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns the calls of an interface's methods into remote ones. Any thread. */
public final class Stub implements InvocationHandler {

  private final Calls calls;
  private final String service;
  private final CallOptions options;
  private final Map<Method, ClientMethod> methods;
  private final Map<Method, MethodHandle> defaults;

  private Stub(Calls calls, ServiceDescription description, CallOptions options) {
    this.calls = calls;
    this.service = description.name();
    this.options = options;
    this.methods = new HashMap<>();
    this.defaults = new HashMap<>();
    for (ClientMethod method : calls.bind(description.methods())) {
      for (Method declaration : method.bound().description().declarations()) {
        methods.put(declaration, method);
      }
    }
    for (Method method : description.type().getMethods()) {
      if (method.isDefault()) {
        defaults.put(method, handleOf(method));
      }
    }
  }

  private static MethodHandle handleOf(Method method) {
    Class<?> owner = method.getDeclaringClass();
    try {
      return MethodHandles.privateLookupIn(owner, MethodHandles.lookup())
          .unreflectSpecial(method, owner);
    } catch (IllegalAccessException e) {
      throw new IllegalArgumentException(
          method + " cannot be called: open its package to the module dev.weft", e);
    }
  }

  /**
   * Makes an object that calls the service.
   *
   * @throws IllegalArgumentException when the interface cannot be a service
   */
  public static <T> T of(Calls calls, String name, Class<T> type, CallOptions options) {
    Stub stub = new Stub(calls, ServiceDescription.of(name, type), options);
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, stub));
  }

  /** The stub behind an object made by {@link #of}; {@code null} when it is another's. */
  static @Nullable Stub behind(Object object) {
    return Proxy.isProxyClass(object.getClass())
            && Proxy.getInvocationHandler(object) instanceof Stub stub
        ? stub
        : null;
  }

  /** Whose service it is. */
  Calls calls() {
    return calls;
  }

  CallOptions options() {
    return options;
  }

  /** What a method of the interface calls; {@code null} when it calls nothing remote. */
  @Nullable ClientMethod remote(Method method) {
    return methods.get(method);
  }

  /** The same, whose calls have other options. */
  private Stub(Stub other, CallOptions options) {
    this.calls = other.calls;
    this.service = other.service;
    this.options = options;
    this.methods = other.methods;
    this.defaults = other.defaults;
  }

  /**
   * A stub like another one, whose calls have other options. It costs little: nothing is bound
   * anew.
   *
   * @throws IllegalArgumentException when the object is not a stub of this client
   */
  public static <T> T withOptions(Calls calls, T object, CallOptions options) {
    if (!Proxy.isProxyClass(object.getClass())
        || !(Proxy.getInvocationHandler(object) instanceof Stub stub)
        || !stub.calls.equals(calls)) {
      throw new IllegalArgumentException("not an object of this client's service(...): " + object);
    }
    Class<?> proxy = object.getClass();
    @SuppressWarnings("unchecked") // an instance of the same proxy class
    T copy =
        (T)
            Proxy.newProxyInstance(
                proxy.getClassLoader(), proxy.getInterfaces(), new Stub(stub, options));
    return copy;
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] args)
      throws Throwable {
    ClientMethod remote = methods.get(method);
    if (remote == null) {
      return invokeLocally(proxy, method, args);
    }
    MethodDescription description = remote.bound().description();
    InterceptedCalls intercepted = calls.intercepted();
    if (intercepted != null) {
      return intercepted.call(remote, args, options);
    }
    Object arguments = remote.arguments(args);
    if (description.oneWay()) {
      calls.send(remote, arguments, options);
      return null;
    }
    return description.async()
        ? calls.callAsync(remote, arguments, options)
        : calls.call(remote, arguments, options);
  }

  @SuppressWarnings("ReferenceEquality") // a stub equals only itself
  @Nullable Object invokeLocally(Object proxy, Method method, @Nullable Object @Nullable [] args)
      throws Throwable {
    MethodHandle local = defaults.get(method);
    if (local != null) {
      MethodHandle bound = local.bindTo(proxy);
      return args == null ? bound.invoke() : bound.invokeWithArguments(args);
    }
    return switch (method.getName()) {
      case "toString" -> service + " at " + calls.address();
      case "hashCode" -> System.identityHashCode(proxy);
      case "equals" -> args != null && proxy == args[0];
      default -> throw new UnsupportedOperationException(method + " is not part of the service");
    };
  }
}
