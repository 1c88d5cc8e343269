package dev.weft;

import static java.util.Objects.requireNonNull;

import dev.weft.internal.client.Calls;
import dev.weft.internal.client.ClientSettings;
import dev.weft.internal.client.RemoteFunction;
import dev.weft.internal.client.Stub;
import dev.weft.internal.connection.Compressions;
import dev.weft.internal.connection.SystemTime;
import dev.weft.internal.service.ServiceDescription;
import dev.weft.internal.transport.OnConnectTransport;
import dev.weft.internal.transport.Transports;
import dev.weft.internal.wire.Frame;
import dev.weft.spi.Codec;
import dev.weft.spi.Compression;
import dev.weft.spi.OnConnect;
import dev.weft.spi.TimeSource;
import dev.weft.spi.Transport;
import java.lang.reflect.Type;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
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

  /** The server's address. */
  public String address() {
    return calls.address();
  }

  /** What it has carried so far. */
  public Stats stats() {
    return Stats.of(calls.openCalls(), calls.connections(), calls.traffic());
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
    private @Nullable Tls tls;
    private OnConnect onConnect = OnConnect.PASS;
    private Duration timeout = Duration.ofSeconds(20);
    private Duration connectTimeout = Duration.ofSeconds(5);
    private Duration backoffFirst = Duration.ofMillis(20);
    private Duration backoffMax = Duration.ofSeconds(1);
    private int openCallsMax = Frame.SLOTS_MAX;
    private long openBytesMax = 256L * 1024 * 1024;
    private int messageBytesMax = Defaults.MESSAGE_BYTES_MAX;
    private TimeSource time = SystemTime.INSTANCE;
    private RandomGenerator random = new SplittableRandom();

    private @Nullable Boolean compress;
    private final List<Compression> ownCompressions = new ArrayList<>();
    private @Nullable List<String> compressions;

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

    /**
     * Whether to compress: default yes, but no over transports that do not profit from it, within
     * one machine. Compression takes place when both ends want it.
     */
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
     * The names of what to compress with, the best first; what does not work here is left out, and
     * if nothing is left, it is {@code deflate}. Default: what is given to the builder, what is on
     * the class path (such as {@code zstd}) and works without a warning of the JVM, then {@code
     * deflate}. A name that nothing has is an {@link IllegalArgumentException} of {@link #connect}.
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

    /**
     * How {@code tls://} connections are made secure: by default the server needs a certificate of
     * an authority that the JVM trusts, for the host in the address.
     */
    public Builder tls(Tls newTls) {
      tls = newTls;
      return this;
    }

    /** What to do with each new channel: wrap it, refuse it, or, by default, let it pass. */
    public Builder onConnect(OnConnect newOnConnect) {
      onConnect = requireNonNull(newOnConnect, "onConnect is null");
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
      Transport transport =
          new OnConnectTransport(
              Transports.find(uri, transports, tls == null ? null : tls.settings()), onConnect);
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
              compressions(transport));
      Calls calls = new Calls(uri, transport, settings);
      calls.open();
      return new RpcClient(calls);
    }

    private Compressions compressions(Transport transport) {
      boolean wanted = compress == null ? transport.prefersCompression() : compress;
      return wanted ? Compressions.find(ownCompressions, compressions) : Compressions.NONE;
    }
  }
}
