package dev.weft.internal.server;

import dev.weft.Execution;
import dev.weft.internal.service.BoundMethod;
import dev.weft.internal.service.MethodDescription;
import dev.weft.internal.service.ServiceDescription;
import dev.weft.internal.stats.Ledger;
import dev.weft.internal.stats.MethodCounts;
import dev.weft.spi.Codec;
import dev.weft.spi.ServerInterceptor;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All that a server can be asked for, by name.
 *
 * <p>Filled by one thread, then read by any.
 */
public final class ServerMethods {

  private static final int SHOWN_MAX = 10;
  private static final String UNKNOWN = "(unknown)";

  private final Codec codec;
  private final Map<String, ServerMethod> methods = new HashMap<>();
  private final Map<ByteBuffer, String> names = new HashMap<>(); // by their UTF-8
  private int nameBytesMax;
  private final Set<String> services = new HashSet<>();
  private final MethodCounts missing = new MethodCounts(UNKNOWN);
  private final ServerMethod anyMissing =
      ServerMethod.missing(
          UNKNOWN,
          missing,
          "there is no such method here, nor any of those that were named on this connection"
              + " before; do client and server have the same interfaces?");

  /** Empty. */
  public ServerMethods(Codec codec) {
    this.codec = codec;
  }

  /**
   * Adds a service.
   *
   * @throws IllegalArgumentException when the interface cannot be a service, or the name is taken
   */
  public void add(ServiceDescription service, Object target, Execution execution) {
    if (!services.add(service.name())) {
      throw taken(service.name());
    }
    for (BoundMethod bound : BoundMethod.bind(service.methods(), codec)) {
      Method method = bound.description().declarations().get(0);
      put(new ServerMethod(bound, invoker(method, target, bound), execution));
    }
  }

  /**
   * Adds a function.
   *
   * @throws IllegalArgumentException when its types cannot be sent, or the name is taken
   */
  public void add(MethodDescription function, Handler handler, Execution execution) {
    BoundMethod bound = BoundMethod.bind(List.of(function), codec).get(0);
    put(new ServerMethod(bound, handler, execution));
  }

  /**
   * Limits how many calls may run at a time of a service, of one of its methods, or of a function.
   *
   * @throws IllegalArgumentException when nothing of this name was added
   */
  public void limit(String name, int runningCallsMax) {
    Gate gate = new Gate("runningCallsMax of \"" + name + "\"", runningCallsMax);
    boolean found = false;
    for (Map.Entry<String, ServerMethod> each : methods.entrySet()) {
      String label = each.getValue().label();
      boolean ofService = services.contains(name) && label.startsWith(name + ".");
      if (label.equals(name) || ofService) {
        each.setValue(each.getValue().limitedBy(gate));
        found = true;
      }
    }
    if (!found) {
      throw new IllegalArgumentException(
          "runningCallsMax of \"" + name + "\": nothing of this name is served");
    }
  }

  private void put(ServerMethod method) {
    String name = method.bound().description().name();
    if (methods.putIfAbsent(name, method) != null) {
      throw taken(method.label());
    }
    ByteBuffer utf8 = StandardCharsets.UTF_8.encode(name);
    names.put(utf8, name);
    nameBytesMax = Math.max(nameBytesMax, utf8.remaining());
  }

  private static IllegalArgumentException taken(String name) {
    return new IllegalArgumentException(
        "\"" + name + "\" is served already; give one of the two another name");
  }

  /** Leads the calls of all methods added so far through these, the first the outermost. */
  public void intercept(List<ServerInterceptor> interceptors) {
    if (!interceptors.isEmpty()) {
      methods.replaceAll((name, method) -> method.behind(interceptors));
    }
  }

  /** Has all methods counted. */
  void countIn(Ledger ledger) {
    methods.values().forEach(method -> ledger.add(method.counts()));
    ledger.add(missing);
  }

  /** What stands for a method of this name, of which there is none. */
  ServerMethod missing(String name) {
    return ServerMethod.missing(name, missing, explainMissing(name));
  }

  /** What stands for all those of which not even the names are kept. */
  ServerMethod anyMissing() {
    return anyMissing;
  }

  /** How many there are. */
  int size() {
    return methods.size();
  }

  /** Whether nothing was added. */
  public boolean isEmpty() {
    return methods.isEmpty();
  }

  /** The method of this name in UTF-8, which is not read up; {@code null} when there is none. */
  @Nullable ServerMethod find(ByteBuffer utf8) {
    // To hash a name of a thousand bytes, which only an attacker sends, takes microseconds.
    String name = utf8.remaining() > nameBytesMax ? null : names.get(utf8);
    return name == null ? null : find(name);
  }

  /** The method of this name; {@code null} when there is none. */
  @Nullable ServerMethod find(String name) {
    return methods.get(name);
  }

  /** Says what there is instead of a method that there is not. */
  String explainMissing(String name) {
    int parenthesis = name.indexOf('(');
    String label = parenthesis < 0 ? name : name.substring(0, parenthesis);
    List<String> sameLabel = new ArrayList<>();
    TreeSet<String> services = new TreeSet<>();
    boolean serviceExists = false;
    int dot = label.indexOf('.');
    String service = dot < 0 || parenthesis < 0 ? "" : label.substring(0, dot);
    for (Map.Entry<String, ServerMethod> each : methods.entrySet()) {
      String otherLabel = each.getValue().label();
      if (otherLabel.equals(label)) {
        sameLabel.add(each.getKey());
      }
      serviceExists |= !service.isEmpty() && otherLabel.startsWith(service + ".");
      int otherDot = otherLabel.indexOf('.');
      boolean isMethod = !each.getValue().bound().description().isFunction();
      services.add(isMethod ? otherLabel.substring(0, otherDot) : otherLabel);
    }
    String missing = "there is no \"" + name + "\" here";
    if (!sameLabel.isEmpty()) {
      return missing + "; there is " + String.join(", ", sameLabel);
    }
    if (serviceExists) {
      return missing + "; the service " + service + " has no such method";
    }
    return missing
        + "; there is "
        + services.stream().limit(SHOWN_MAX).collect(Collectors.joining(", "))
        + (services.size() > SHOWN_MAX ? ", ..." : "");
  }

  private static Handler invoker(Method method, Object target, BoundMethod bound) {
    MethodDescription description = bound.description();
    MethodHandle handle;
    try {
      // The interface or its package may be less than public: whoever registers it may call it.
      method.setAccessible(true);
      handle = MethodHandles.lookup().unreflect(method).bindTo(target);
    } catch (IllegalAccessException | RuntimeException e) {
      throw new IllegalArgumentException(
          description.label()
              + " cannot be called: make "
              + method.getDeclaringClass().getName()
              + " public, or open its package to the module dev.weft",
          e);
    }
    int first = description.takesContext() ? 1 : 0;
    MethodHandle untyped = handle.asType(handle.type().generic());
    MethodHandle adapted =
        bound.isUnary()
            ? untyped
            : untyped.asSpreader(first, Object[].class, description.arguments().size());
    MethodHandle exact = adapted.asType(adapted.type().generic());
    return description.takesContext()
        ? (context, arguments) -> (Object) exact.invokeExact((Object) context, arguments)
        : (context, arguments) -> (Object) exact.invokeExact(arguments);
  }
}
