package dev.weft;

import static java.util.Objects.requireNonNull;

import dev.weft.internal.client.Calls;
import dev.weft.internal.client.ClientSettings;
import dev.weft.internal.client.RemoteFunction;
import dev.weft.internal.client.Stub;
import dev.weft.internal.connection.SystemTime;
import dev.weft.internal.service.ServiceDescription;
import dev.weft.internal.transport.Transports;
import dev.weft.internal.wire.Frame;
import dev.weft.spi.ClientInterceptor;
import dev.weft.spi.Codec;
import dev.weft.spi.TimeSource;
import dev.weft.spi.Transport;
import java.lang.reflect.Type;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Calls the services and functions of a server, over one connection that it keeps up by itself.
 *
 * <p>One client for each server is enough for a whole process: any thread, any number at a time.
 */
public final class RpcClient implements AutoCloseable {

  private final Calls calls;

  private RpcClient(Calls calls) {
    this.calls = calls;
  }

  /**
   * A client of the server at this address, with all settings at their defaults. Returns at once;
   * the connection is made in the background, and calls wait for it until their deadline.
   *
   * @param address such as {@code tcp://127.0.0.1:7000}
   * @throws IllegalArgumentException when the address is not one
   */
  public static RpcClient connect(String address) {
    return builder().connect(address);
  }

  /** A client with settings. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * An object whose methods call the service of the interface's simple name.
   *
   * @throws IllegalArgumentException when the interface cannot be a service; the message says why
   */
  public <T> T service(Class<T> type) {
    return service(type, CallOptions.DEFAULT);
  }

  /** As {@link #service(Class)}, with options for its calls. */
  public <T> T service(Class<T> type, CallOptions options) {
    return service(ServiceDescription.defaultName(type), type, options);
  }

  /** An object whose methods call the service of this name. */
  public <T> T service(String name, Class<T> type) {
    return service(name, type, CallOptions.DEFAULT);
  }

  /** As {@link #service(String, Class)}, with options for its calls. */
  public <T> T service(String name, Class<T> type, CallOptions options) {
    return Stub.of(calls, name, type, options);
  }

  /**
   * The server's function of this name.
   *
   * @throws IllegalArgumentException when one of the types cannot be sent
   */
  public <Q, R> RpcFunction<Q, R> function(String name, Class<Q> request, Class<R> response) {
    return function(name, request, response, CallOptions.DEFAULT);
  }

  /** As {@link #function(String, Class, Class)}, with options for its calls. */
  public <Q, R> RpcFunction<Q, R> function(
      String name, Class<Q> request, Class<R> response, CallOptions options) {
    return new RemoteFunction<>(calls, name, request, response, options);
  }

  /** As {@link #function(String, Class, Class)}, for generic types. */
  public <Q, R> RpcFunction<Q, R> function(String name, TypeRef<Q> request, TypeRef<R> response) {
    return function(name, request, response, CallOptions.DEFAULT);
  }

  /** As {@link #function(String, TypeRef, TypeRef)}, with options for its calls. */
  public <Q, R> RpcFunction<Q, R> function(
      String name, TypeRef<Q> request, TypeRef<R> response, CallOptions options) {
    Type requestType = request.type();
    return new RemoteFunction<>(calls, name, requestType, response.type(), options);
  }

  /**
   * The same stub, whose calls have other options; so one call can have its own metadata or
   * timeout. It costs little.
   *
   * @param stub of one of this client's {@code service} methods
   * @throws IllegalArgumentException when it is not
   */
  public <T> T withOptions(T stub, CallOptions options) {
    return Stub.withOptions(calls, stub, options);
  }

  /** The server's address. */
  public String address() {
    return calls.address();
  }

  /** What it has done since its beginning, or the last {@link #resetStats}. */
  public Stats stats() {
    return calls.stats();
  }

  /** Has {@link #stats} count from here. Nothing stops for it, and no call is lost from it. */
  public void resetStats() {
    calls.resetStats();
  }

  /** What each connection has carried that there is now. */
  public List<ConnectionStats> connectionStats() {
    return calls.connectionStats();
  }

  /**
   * Ends the connection. Open calls fail with an {@link RpcConnectionException}, and so do calls
   * that are made later.
   */
  @Override
  public void close() {
    calls.close();
  }

  @Override
  public String toString() {
    return "RpcClient of " + address();
  }

  /** Settings of a client. Not for several threads. */
  public static final class Builder {

    private @Nullable Codec codec;
    private final List<Transport> transports = new ArrayList<>();
    private Duration timeout = Duration.ofSeconds(20);
    private Duration connectTimeout = Duration.ofSeconds(5);
    private Duration backoffFirst = Duration.ofMillis(20);
    private Duration backoffMax = Duration.ofSeconds(1);
    private int openCallsMax = Frame.SLOTS_MAX;
    private long openBytesMax = 256L * 1024 * 1024;
    private int messageBytesMax = Defaults.MESSAGE_BYTES_MAX;
    private TimeSource time = SystemTime.INSTANCE;
    private RandomGenerator random = new SplittableRandom();
    private final List<ClientInterceptor> interceptors = new ArrayList<>();
    private @Nullable Consumer<? super ConnectionEvent> listener;

    private Builder() {}

    /**
     * How long a call may take when neither its options nor its method say so: default 20 s, 1 ns
     * to {@link CallOptions#TIMEOUT_MAX}.
     */
    public Builder timeout(Duration newTimeout) {
      timeout = CallOptions.checkTimeout(newTimeout);
      return this;
    }

    /** How long connecting, and then the handshake, may take: default 5 s. */
    public Builder connectTimeout(Duration newTimeout) {
      connectTimeout = CallOptions.checkTimeout(newTimeout);
      return this;
    }

    /**
     * How long to wait before connecting again: default from 20 ms, doubled with each failure up to
     * 1 s; half of it is random.
     *
     * @throws IllegalArgumentException when the first is over the longest, or one is not a timeout
     */
    public Builder backoff(Duration first, Duration longest) {
      if (first.compareTo(longest) > 0) {
        throw new IllegalArgumentException("first " + first + " is longer than " + longest);
      }
      backoffFirst = CallOptions.checkTimeout(first);
      backoffMax = CallOptions.checkTimeout(longest);
      return this;
    }

    /**
     * How many calls may be open at a time; more fail as overloaded. Default and most 65,536, least
     * 1.
     */
    public Builder openCallsMax(int newMax) {
      openCallsMax = Defaults.checkRange("openCallsMax", newMax, 1, Frame.SLOTS_MAX);
      return this;
    }

    /**
     * How many bytes the arguments of open calls may have together (arguments of less than a
     * kilobyte do not count); more fail as overloaded. Default 256 MiB, least 1.
     */
    public Builder openBytesMax(long newMax) {
      openBytesMax = Defaults.checkPositive("openBytesMax", newMax);
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

    /** A transport of one's own, for addresses of its scheme. */
    public Builder transport(Transport transport) {
      transports.add(transport);
      return this;
    }

    /** Wraps all calls. Several times: the first is the outermost. Default none. */
    public Builder interceptor(ClientInterceptor interceptor) {
      interceptors.add(requireNonNull(interceptor, "interceptor is null"));
      return this;
    }

    /**
     * Is told what happens to the connection, on a thread where it may block; see {@link
     * ConnectionEvent}. Default none.
     */
    public Builder listener(Consumer<? super ConnectionEvent> newListener) {
      listener = requireNonNull(newListener, "listener is null");
      return this;
    }

    /** Where the time comes from: default the machine's clock; another is for tests. */
    public Builder time(TimeSource newTime) {
      time = newTime;
      return this;
    }

    /** Where randomness comes from: default a fresh one; another is for tests. */
    public Builder random(RandomGenerator newRandom) {
      random = newRandom;
      return this;
    }

    /**
     * The client. Returns at once; the connection is made in the background.
     *
     * @throws IllegalArgumentException when the address is not one, or nothing serves its scheme
     */
    public RpcClient connect(String address) {
      URI uri = Transports.parse(address);
      Transport transport = Transports.find(uri, transports);
      ClientSettings settings =
          new ClientSettings(
              codec == null ? Defaults.codec() : codec,
              timeout,
              connectTimeout,
              backoffFirst,
              backoffMax,
              openCallsMax,
              openBytesMax,
              messageBytesMax,
              time,
              random,
              List.copyOf(interceptors),
              listener);
      Calls calls = new Calls(uri, transport, settings);
      calls.open();
      return new RpcClient(calls);
    }
  }
}
