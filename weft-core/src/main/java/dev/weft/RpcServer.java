package dev.weft;

import static java.util.Objects.requireNonNull;

import dev.weft.internal.connection.Compressions;
import dev.weft.internal.connection.SystemTime;
import dev.weft.internal.server.Handler;
import dev.weft.internal.server.ServerCore;
import dev.weft.internal.server.ServerMethods;
import dev.weft.internal.server.ServerSettings;
import dev.weft.internal.service.MethodDescription;
import dev.weft.internal.service.ServiceDescription;
import dev.weft.internal.transport.Transports;
import dev.weft.spi.Codec;
import dev.weft.spi.Compression;
import dev.weft.spi.TimeSource;
import dev.weft.spi.Transport;
import dev.weft.spi.TransportListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Type;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

  /** What it has carried so far. */
  public Stats stats() {
    return Stats.of(core.runningCalls(), core.connectionCount(), core.traffic());
  }

  /**
   * Ends all connections, and interrupts the handlers of open calls. One-way messages that were
   * begun are finished.
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
  public static final class Builder {

    private final List<Consumer<ServerMethods>> served = new ArrayList<>();
    private final List<URI> addresses = new ArrayList<>();
    private final List<Transport> transports = new ArrayList<>();
    private @Nullable Codec codec;
    private Duration handshakeTimeout = Duration.ofSeconds(5);
    private int connectionsMax = 16 * 1024;
    private int runningCallsMax = 64 * 1024;
    private long runningBytesMax = 256L * 1024 * 1024;
    private long waitingBytesMax = 256L * 1024 * 1024;
    private int messageBytesMax = Defaults.MESSAGE_BYTES_MAX;
    private TimeSource time = SystemTime.INSTANCE;

    private boolean compress = true;
    private final List<Compression> ownCompressions = new ArrayList<>();
    private @Nullable List<String> compressions;

    private Builder() {}

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
     * Serves a function, on virtual threads.
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

    @SuppressWarnings("unchecked") // the marshaller makes requests of just this type
    private <Q, R> Builder add(
        String name,
        Type request,
        Type response,
        RpcContextHandler<Q, R> handler,
        Execution execution) {
      requireNonNull(handler, "handler is null");
      requireNonNull(execution, "execution is null");
      MethodDescription description = MethodDescription.function(name, request, response);
      Handler untyped = (context, arguments) -> handler.handle(context, (Q) arguments[0]);
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

    /** How many connections there may be; more are refused. Default 16,384, 1 to 1,048,576. */
    public Builder connectionsMax(int newMax) {
      connectionsMax = Defaults.checkRange("connectionsMax", newMax, 1, 1 << 20);
      return this;
    }

    /**
     * How many calls may run at a time, on all connections together; more are refused as
     * overloaded. Default 65,536, 1 to 16,777,216.
     */
    public Builder runningCallsMax(int newMax) {
      runningCallsMax = Defaults.checkRange("runningCallsMax", newMax, 1, 1 << 24);
      return this;
    }

    /**
     * How many bytes the arguments of running calls may have together (arguments of less than a
     * kilobyte do not count); more calls are refused as overloaded. Default 256 MiB, least 1.
     */
    public Builder runningBytesMax(long newMax) {
      runningBytesMax = Defaults.checkPositive("runningBytesMax", newMax);
      return this;
    }

    /**
     * How many bytes of answers may wait for one client to read them (answers of less than a
     * kilobyte do not count); while there are more, its calls are refused as overloaded. Default
     * 256 MiB, least 1.
     */
    public Builder waitingBytesMax(long newMax) {
      waitingBytesMax = Defaults.checkPositive("waitingBytesMax", newMax);
      return this;
    }

    /**
     * The most bytes that the arguments or the result of a call may have; more fail, without harm
     * to other calls. Default 64 MiB, 1 to 1 GiB.
     */
    public Builder messageBytesMax(int newMax) {
      messageBytesMax = Defaults.checkRange("messageBytesMax", newMax, 1, 1 << 30);
      return this;
    }

    /** The codec: default the one on the class path. Both ends need the same. */
    public Builder codec(Codec newCodec) {
      codec = newCodec;
      return this;
    }

    /** Whether to compress for clients that want it: default yes. */
    public Builder compression(boolean newCompress) {
      compress = newCompress;
      return this;
    }

    /**
     * A compression of one's own, or one on the class path together with the warnings of the JVM
     * that it may cause; preferred to those that Weft finds.
     */
    public Builder compression(Compression compression) {
      ownCompressions.add(compression);
      return this;
    }

    /**
     * The names of what to compress with, in any order: the client's order counts; what does not
     * work here is left out, and if nothing is left, it is {@code deflate}. Default: what is given
     * to the builder, what is on the class path (such as {@code zstd}) and works without a warning
     * of the JVM, then {@code deflate}. A name that nothing has is an {@link
     * IllegalArgumentException} of {@link #start}.
     */
    public Builder compressions(String... names) {
      compressions = List.of(names);
      return this;
    }

    /** A transport of one's own, for addresses of its scheme. */
    public Builder transport(Transport transport) {
      transports.add(transport);
      return this;
    }

    /** Where the time comes from: default the machine's clock; another is for tests. */
    public Builder time(TimeSource newTime) {
      time = newTime;
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
              codec == null ? Defaults.codec() : codec,
              handshakeTimeout,
              connectionsMax,
              runningCallsMax,
              runningBytesMax,
              waitingBytesMax,
              messageBytesMax,
              time,
              compress ? Compressions.find(ownCompressions, compressions) : Compressions.NONE);
      ServerMethods methods = new ServerMethods(settings.codec());
      served.forEach(each -> each.accept(methods));
      settings.compressions().names(); // now, so that the first client need not wait for a library
      ServerCore core = new ServerCore(settings, methods, openListeners());
      core.start();
      return new RpcServer(core);
    }

    private List<TransportListener> openListeners() {
      List<TransportListener> listeners = new ArrayList<>();
      try {
        for (URI address : addresses) {
          listeners.add(Transports.find(address, transports).listen(address));
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
