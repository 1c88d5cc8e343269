package dev.weft;

import static java.util.Objects.requireNonNull;

import dev.weft.internal.server.Handler;
import dev.weft.internal.server.ServerCore;
import dev.weft.internal.server.ServerMethods;
import dev.weft.internal.server.ServerSettings;
import dev.weft.internal.service.MethodDescription;
import dev.weft.internal.service.ServiceDescription;
import dev.weft.internal.transport.Transports;
import dev.weft.spi.ServerInterceptor;
import dev.weft.spi.TransportListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Type;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Serves services and functions to any number of clients.
 *
 * <p>Its threads are virtual and keep no JVM alive; see {@link #awaitClosed}.
 *
 * <p>Any thread.
 */
public final class RpcServer implements AutoCloseable {

  private final ServerCore core;
  private final CountDownLatch closed = new CountDownLatch(1);

  private RpcServer(ServerCore core) {
    this.core = core;
  }

  /** What to serve, where, and how. */
  public static Builder builder() {
    return new Builder();
  }

  /** The real address, of the first if there are several, such as {@code tcp://127.0.0.1:41234}. */
  public String address() {
    return core.address();
  }

  /** All real addresses, in the order of {@link Builder#listen}. */
  public List<String> addresses() {
    return core.addresses();
  }

  /** Calls that wait just now until they can run; see {@link Builder#waitingCallsMax}. */
  public int waitingCalls() {
    return core.waitingCalls();
  }

  /**
   * One-way messages that were not served so far, because there is no such method, they could not
   * be read, a limit was reached, or the server was closed. Nobody else learns of them; the log
   * says why.
   */
  public long oneWaysDropped() {
    return core.oneWaysDropped();
  }

  /** What it has done since its beginning, or the last {@link #resetStats}. */
  public Stats stats() {
    return core.stats();
  }

  /** Has {@link #stats} count from here. Nothing stops for it, and no call is lost from it. */
  public void resetStats() {
    core.resetStats();
  }

  /** What each connection has carried that there is now. */
  public List<ConnectionStats> connectionStats() {
    return core.connectionStats();
  }

  /**
   * Ends without losing a call. No new connections are accepted; the clients are told to go away,
   * and move on if they have somewhere to go. Requests that come later fail with {@link
   * Executed#NO}; what came before is served, and its answers are written. When all that is done,
   * the server is closed.
   *
   * <p>What is not done in time is cancelled: its handlers are interrupted, and its callers told
   * so, with {@link RpcCancelledException}, or with {@link Executed#NO} when it was still waiting.
   *
   * <p>Returns when it is closed; at once, when it was closed before. Not from a handler, which
   * would wait for itself. Interrupting the waiting thread is as if the time were over.
   *
   * @param limit how long it may take until calls are cancelled; zero: not at all. A second more
   *     may pass until the last answers are written
   * @throws IllegalArgumentException when it is negative
   */
  public void shutdown(Duration limit) {
    if (limit.isNegative()) {
      throw new IllegalArgumentException("limit " + limit + " is negative");
    }
    core.shutdown(limit.toNanos());
    closed.countDown();
  }

  /**
   * Ends at once: closes all connections, and interrupts the handlers of open calls, whose callers
   * see a lost connection. One-way messages that were begun are finished. To end without losing
   * calls, {@link #shutdown} first.
   *
   * <p>The address is free when it returns; {@link Builder#start} on the same builder starts the
   * same server again.
   */
  @Override
  public void close() {
    core.close();
    closed.countDown();
  }

  /**
   * Waits until the server is closed. All its threads are virtual, and keep no JVM alive: a {@code
   * main} that has nothing else to do ends with this.
   *
   * @throws InterruptedException when the waiting thread is interrupted
   */
  public void awaitClosed() throws InterruptedException {
    closed.await();
  }

  @Override
  public String toString() {
    return "RpcServer at " + String.join(", ", addresses());
  }

  /** What a server serves, and its settings. Not for several threads. */
  public static final class Builder extends EndpointBuilder<Builder> {

    private final List<Consumer<ServerMethods>> served = new ArrayList<>();
    private final List<Consumer<ServerMethods>> limits = new ArrayList<>();
    private final List<URI> addresses = new ArrayList<>();
    private Duration handshakeTimeout = Duration.ofSeconds(5);
    private int connectionsMax = Defaults.connectionsMax(Runtime.getRuntime().maxMemory());
    private int runningCallsMax = 16 * 1024;
    private int runningCallsPerConnectionMax = Integer.MAX_VALUE;
    private boolean adaptRunningCalls;
    private long runningBytesMax = Defaults.shareOfHeap(256L * 1024 * 1024, 4);
    private int waitingCallsMax = 32 * 1024;
    private long waitingBytesMax = Defaults.shareOfHeap(64L * 1024 * 1024, 8);
    private long pendingResponseBytesMax = Defaults.shareOfHeap(256L * 1024 * 1024, 8);
    private Duration slowClientTimeout = Duration.ofSeconds(30);
    private @Nullable Authenticator authenticator;
    private final List<ServerInterceptor> interceptors = new ArrayList<>();

    private Builder() {}

    @Override
    Builder self() {
      return this;
    }

    /**
     * Serves an interface under its simple name, on virtual threads.
     *
     * @throws IllegalArgumentException when the interface cannot be a service; the message says why
     */
    public <T> Builder service(Class<T> type, T service) {
      return service(type, service, Execution.virtualThreads());
    }

    /** As {@link #service(Class, Object)}, with its handlers where the execution says. */
    public <T> Builder service(Class<T> type, T service, Execution execution) {
      return service(ServiceDescription.defaultName(type), type, service, execution);
    }

    /** Serves an interface under a name; so one interface can be served by several objects. */
    public <T> Builder service(String name, Class<T> type, T service) {
      return service(name, type, service, Execution.virtualThreads());
    }

    /** As {@link #service(String, Class, Object)}, with its handlers where the execution says. */
    public <T> Builder service(String name, Class<T> type, T service, Execution execution) {
      if (!type.isInstance(service)) {
        throw new IllegalArgumentException(
            "the object to serve as " + name + " is null or does not implement " + type.getName());
      }
      requireNonNull(execution, "execution is null");
      ServiceDescription description = ServiceDescription.of(name, type);
      served.add(methods -> methods.add(description, service, execution));
      return this;
    }

    /**
     * Serves an object as it is: all its public methods can be called, but those of {@link Object}.
     * Clients call them through an interface of their own, with methods of the same names and
     * types.
     *
     * @throws IllegalArgumentException when the object cannot be served; the message says why
     */
    public Builder service(String name, Object target) {
      return service(name, target, Execution.virtualThreads());
    }

    /** As {@link #service(String, Object)}, with its handlers where the execution says. */
    public Builder service(String name, Object target, Execution execution) {
      if (target == null || target instanceof Class<?>) {
        throw new IllegalArgumentException(
            "the object to serve as " + name + " is " + (target == null ? "null" : target));
      }
      requireNonNull(execution, "execution is null");
      ServiceDescription description = ServiceDescription.ofObject(name, target.getClass());
      served.add(methods -> methods.add(description, target, execution));
      return this;
    }

    /**
     * Serves messages of all these types, whatever they are, beside functions and services; there
     * can be one such handler. A client's counterpart is {@link RpcClient#handler}.
     *
     * @param types classes, or generic types such as {@link TypeRef#type()} of one; no two of the
     *     same class. Requests and responses are values of these types, or {@code null}
     * @throws IllegalArgumentException when there are no types, or two of one class
     */
    public Builder handler(List<? extends Type> types, RpcContextHandler<Object, Object> handler) {
      return handler(types, handler, Execution.virtualThreads());
    }

    /** As {@link #handler(List, RpcContextHandler)}, where the execution says. */
    public Builder handler(
        List<? extends Type> types,
        RpcContextHandler<Object, Object> handler,
        Execution execution) {
      return add(MethodDescription.handler(types), handler, execution);
    }

    /** Serves a function without a request, on virtual threads. */
    public <R> Builder function(String name, Class<R> response, Callable<R> handler) {
      requireNonNull(handler, "handler is null");
      return function(name, Void.class, response, (context, none) -> handler.call());
    }

    /** Serves a function without a result, on virtual threads. */
    public <Q> Builder procedure(String name, Class<Q> request, RpcProcedure<Q> handler) {
      requireNonNull(handler, "handler is null");
      return procedure(name, request, (context, argument) -> handler.handle(argument));
    }

    /** Serves a function without a result whose handler takes the call's context. */
    @SuppressWarnings("NullAway") // there is no value of Void
    public <Q> Builder procedure(String name, Class<Q> request, RpcContextProcedure<Q> handler) {
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
    public Builder procedure(String name, RpcAction handler) {
      requireNonNull(handler, "handler is null");
      return procedure(name, Void.class, (context, none) -> handler.run());
    }

    /**
     * Serves a function, on virtual threads.
     *
     * <p>{@code Void.class} as the request means that there is none, and its handler is given
     * {@code null}; as the response, that there is no result.
     *
     * @throws IllegalArgumentException when the name is empty
     */
    public <Q, R> Builder function(
        String name, Class<Q> request, Class<R> response, RpcHandler<Q, R> handler) {
      return function(name, request, response, handler, Execution.virtualThreads());
    }

    /** As {@link #function(String, Class, Class, RpcHandler)}, where the execution says. */
    public <Q, R> Builder function(
        String name,
        Class<Q> request,
        Class<R> response,
        RpcHandler<Q, R> handler,
        Execution execution) {
      return add(name, request, response, ignoringContext(handler), execution);
    }

    /** Serves a function whose handler takes the call's context. */
    public <Q, R> Builder function(
        String name, Class<Q> request, Class<R> response, RpcContextHandler<Q, R> handler) {
      return function(name, request, response, handler, Execution.virtualThreads());
    }

    /** As {@link #function(String, Class, Class, RpcContextHandler)}, where the execution says. */
    public <Q, R> Builder function(
        String name,
        Class<Q> request,
        Class<R> response,
        RpcContextHandler<Q, R> handler,
        Execution execution) {
      return add(name, request, response, handler, execution);
    }

    /** Serves a function of generic types. */
    public <Q, R> Builder function(
        String name, TypeRef<Q> request, TypeRef<R> response, RpcHandler<Q, R> handler) {
      return function(name, request, response, handler, Execution.virtualThreads());
    }

    /** As {@link #function(String, TypeRef, TypeRef, RpcHandler)}, where the execution says. */
    public <Q, R> Builder function(
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

    private <Q, R> Builder add(
        String name,
        Type request,
        Type response,
        RpcContextHandler<Q, R> handler,
        Execution execution) {
      return add(MethodDescription.function(name, request, response), handler, execution);
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // the marshaller makes requests of just this type
    private <Q, R> Builder add(
        MethodDescription description, RpcContextHandler<Q, R> handler, Execution execution) {
      requireNonNull(handler, "handler is null");
      requireNonNull(execution, "execution is null");
      Handler untyped =
          (context, arguments) ->
              handler.handle(context, arguments.length == 0 ? null : (Q) arguments[0]);
      served.add(methods -> methods.add(description, untyped, execution));
      return this;
    }

    /**
     * Where to listen, such as {@code tcp://0.0.0.0:7000}; port 0 is any free one. Several times:
     * at several addresses.
     *
     * @throws IllegalArgumentException when the address is not one
     */
    public Builder listen(String address) {
      addresses.add(Transports.parse(address));
      return this;
    }

    /** How long a new connection may take to say hello: default 5 s. */
    public Builder handshakeTimeout(Duration newTimeout) {
      handshakeTimeout = CallOptions.checkTimeout(newTimeout);
      return this;
    }

    /**
     * How many connections there may be; more are refused. Default 16,384, but at most one for each
     * 64 KiB of the heap; 1 to 1,048,576.
     */
    public Builder connectionsMax(int newMax) {
      connectionsMax = Defaults.checkRange("connectionsMax", newMax, 1, 1 << 20);
      return this;
    }

    /**
     * How many calls may run at a time, on all connections together; more wait, as {@link
     * #waitingCallsMax} says. Default 16,384, 1 to 16,777,216.
     *
     * <p>A call that had to wait runs on a virtual thread of its own even when its execution is
     * {@link Execution#inline()}.
     */
    public Builder runningCallsMax(int newMax) {
      runningCallsMax = Defaults.checkRange("runningCallsMax", newMax, 1, 1 << 24);
      return this;
    }

    /**
     * The same for one function, one service, or one of its methods such as {@code
     * "WordCounter.count"}: no default, 1 to 16,777,216. {@link #start} fails when nothing of this
     * name is served.
     */
    public Builder runningCallsMax(String name, int newMax) {
      int max = Defaults.checkRange("runningCallsMax", newMax, 1, 1 << 24);
      limits.add(methods -> methods.limit(requireNonNull(name, "name is null"), max));
      return this;
    }

    /** The same for each connection: no default, 1 to 16,777,216. */
    public Builder runningCallsPerConnectionMax(int newMax) {
      runningCallsPerConnectionMax =
          Defaults.checkRange("runningCallsPerConnectionMax", newMax, 1, 1 << 24);
      return this;
    }

    /**
     * Whether the server finds out by itself how many calls it should run at a time, between the
     * number of processors and {@link #runningCallsMax(int)}: fewer, when more make each of them
     * take longer. For handlers whose own limit is not known, or changes; it needs some hundred
     * calls a second to see something, and now and then runs few for a moment, to compare. Default
     * no.
     */
    public Builder adaptRunningCalls(boolean newAdapt) {
      adaptRunningCalls = newAdapt;
      return this;
    }

    /**
     * How many calls may wait until they can run; more are refused at once as overloaded, {@link
     * Executed#NO}. Default 32,768, 0 to 16,777,216.
     *
     * <p>The clients take turns. Of a client's calls the oldest is the next, as long as the queue
     * is a burst that drains. When it stands, the newest is, and who has waited for 5 ms (or twice
     * the time between two calls that begin, if that is more) is refused as overloaded. A call
     * whose time would be over before it has run is refused at once.
     */
    public Builder waitingCallsMax(int newMax) {
      waitingCallsMax = Defaults.checkRange("waitingCallsMax", newMax, 0, 1 << 24);
      return this;
    }

    /**
     * How many bytes the arguments of waiting calls may have together; more calls are refused at
     * once as overloaded. Default 64 MiB, but at most an eighth of the heap; least 1.
     */
    public Builder waitingBytesMax(long newMax) {
      waitingBytesMax = Defaults.checkPositive("waitingBytesMax", newMax);
      return this;
    }

    /**
     * How many bytes the arguments of running and waiting calls may have together (arguments of
     * less than a kilobyte do not count), those included that have come in part; more calls are
     * refused as overloaded. Default 256 MiB, but at most a quarter of the heap; least 1.
     */
    public Builder runningBytesMax(long newMax) {
      runningBytesMax = Defaults.checkPositive("runningBytesMax", newMax);
      return this;
    }

    /**
     * How many bytes of responses may wait for the clients to read them, for one or for all
     * together (those of less than a kilobyte do not count); while there are more, the calls of
     * clients for which more than their share waits are refused as overloaded, and beyond twice as
     * many, their results are dropped and the callers told so. Default 256 MiB, but at most an
     * eighth of the heap; least 1.
     */
    public Builder pendingResponseBytesMax(long newMax) {
      pendingResponseBytesMax = Defaults.checkPositive("pendingResponseBytesMax", newMax);
      return this;
    }

    /**
     * How long too many responses may wait for a client, or many and none of them be read, until
     * its connection is closed; and how long a large request may take to arrive when others need
     * the room that it has in {@link #runningBytesMax}. Default 30 s, 1 ns to {@link
     * CallOptions#TIMEOUT_MAX}.
     */
    public Builder slowClientTimeout(Duration newTimeout) {
      slowClientTimeout = CallOptions.checkTimeout(newTimeout);
      return this;
    }

    /** Who decides which clients are served, and says who they are. Default: all are. */
    public Builder authenticator(Authenticator newAuthenticator) {
      authenticator = requireNonNull(newAuthenticator, "authenticator is null");
      return this;
    }

    /** Wraps all calls. Several times: the first is the outermost. Default none. */
    public Builder interceptor(ServerInterceptor interceptor) {
      interceptors.add(requireNonNull(interceptor, "interceptor is null"));
      return this;
    }

    /**
     * Listens, and begins to serve.
     *
     * @throws IllegalArgumentException when a type cannot be sent, a name is taken, or an address
     *     has no transport
     * @throws IllegalStateException when there is nothing to serve, or no address to listen at
     * @throws UncheckedIOException when an address cannot be had
     */
    public RpcServer start() {
      if (served.isEmpty()) {
        throw new IllegalStateException("nothing to serve: add a service or a function");
      }
      if (addresses.isEmpty()) {
        throw new IllegalStateException("nowhere to listen: add listen(\"tcp://127.0.0.1:0\")");
      }
      ServerSettings settings =
          new ServerSettings(
              chosenCodec(),
              handshakeTimeout,
              connectionsMax,
              runningCallsMax,
              runningCallsPerConnectionMax,
              adaptRunningCalls,
              runningBytesMax,
              waitingCallsMax,
              waitingBytesMax,
              pendingResponseBytesMax,
              Defaults.unansweredRequestsMax(),
              slowClientTimeout,
              messageBytesMax,
              time,
              random,
              chosenCompressions(true),
              authenticator,
              listener);
      ServerMethods methods = new ServerMethods(settings.codec());
      served.forEach(each -> each.accept(methods));
      limits.forEach(each -> each.accept(methods));
      methods.intercept(List.copyOf(interceptors));
      ServerCore core = new ServerCore(settings, methods, openListeners());
      core.onConnect(onConnect);
      core.start();
      return new RpcServer(core);
    }

    private List<TransportListener> openListeners() {
      List<TransportListener> listeners = new ArrayList<>();
      try {
        for (URI address : addresses) {
          listeners.add(transportFor(address).listen(address));
        }
      } catch (IOException | RuntimeException e) {
        for (TransportListener listener : listeners) {
          closeAfter(e, listener);
        }
        throw e instanceof IOException io
            ? new UncheckedIOException(io.getMessage(), io)
            : (RuntimeException) e;
      }
      return listeners;
    }

    private static void closeAfter(Exception failure, TransportListener listener) {
      try {
        listener.close();
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
    }
  }
}
