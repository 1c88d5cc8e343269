package dev.weft;

import static java.util.Objects.requireNonNull;

import dev.weft.internal.client.BatchCalls;
import dev.weft.internal.client.Calls;
import dev.weft.internal.client.ClientSettings;
import dev.weft.internal.client.LinkSettings;
import dev.weft.internal.client.RemoteFunction;
import dev.weft.internal.client.RemoteSupplier;
import dev.weft.internal.client.Stub;
import dev.weft.internal.service.MethodDescription;
import dev.weft.internal.service.ServiceDescription;
import dev.weft.internal.transport.OnConnectTransport;
import dev.weft.internal.transport.Transports;
import dev.weft.internal.wire.Frame;
import dev.weft.internal.wire.Hello;
import dev.weft.spi.ClientInterceptor;
import dev.weft.spi.Transport;
import java.lang.reflect.Type;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls the services and functions of a server, over one connection (or several) that it keeps up
 * by itself.
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

  /** Makes calls that go out together. */
  public Batch batch() {
    return new Batch(new BatchCalls(calls));
  }

  /**
   * How many calls and messages have begun and not ended: those that wait to be sent and those that
   * wait for their answer. It costs next to nothing, so one can choose between clients by it for
   * each call.
   */
  public int pendingCalls() {
    return calls.openCalls();
  }

  /** The server's function of this name that takes no request. */
  public <R> RpcSupplier<R> function(String name, Class<R> response) {
    return new RemoteSupplier<>(function(name, Void.class, response));
  }

  /** The server's function of this name that gives no result. */
  public <Q> RpcFunction<Q, Void> procedure(String name, Class<Q> request) {
    return function(name, request, Void.class);
  }

  /** The server's function of this name that takes no request and gives no result. */
  public RpcSupplier<Void> procedure(String name) {
    return function(name, Void.class);
  }

  /**
   * The server's {@link RpcServer.Builder#handler handler} of messages.
   *
   * @param types of the messages that are sent and received; the server's may be more
   * @throws IllegalArgumentException when there are none, two are of one class, or one cannot be
   *     sent
   */
  public RpcFunction<Object, Object> handler(List<? extends Type> types) {
    return new RemoteFunction<>(calls, MethodDescription.handler(types), CallOptions.DEFAULT);
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
  public static final class Builder extends EndpointBuilder<Builder> {

    private Duration timeout = Duration.ofSeconds(20);
    private Duration connectTimeout = Duration.ofSeconds(5);
    private Duration backoffFirst = Duration.ofMillis(20);
    private Duration backoffMax = Duration.ofMillis(500);
    private int openCallsMax = 32 * 1024;
    private long openBytesMax = 256L * 1024 * 1024;
    private LinkSettings links = LinkSettings.DEFAULT;

    private @Nullable Supplier<byte[]> credentials;
    private final List<ClientInterceptor> interceptors = new ArrayList<>();

    private Builder() {}

    @Override
    Builder self() {
      return this;
    }

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
     * 500 ms, so that the client is back well within a second of its server's return; half of it is
     * random. It begins anew when a connection was of use: when a call was answered on it, or it
     * lasted longer than {@code longest}. A server that does not permit this client is asked again
     * after the longest time only.
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
     * How many calls may be open at a time, on all connections together, whether they are sent or
     * wait for it; what happens to more, {@link #overflow} says. Default 32,768, 1 to 65,536.
     */
    public Builder openCallsMax(int newMax) {
      openCallsMax = Defaults.checkRange("openCallsMax", newMax, 1, Frame.SLOTS_MAX);
      return this;
    }

    /**
     * How many bytes the arguments of open calls may have together (arguments of less than a
     * kilobyte do not count); what happens to more, {@link #overflow} says. Default 256 MiB, least
     * 1.
     */
    public Builder openBytesMax(long newMax) {
      openBytesMax = Defaults.checkPositive("openBytesMax", newMax);
      return this;
    }

    /**
     * What happens to a call for which there is no room: default {@link
     * OverflowPolicy#DROP_OLDEST}.
     */
    public Builder overflow(OverflowPolicy policy) {
      links = links.withOverflow(policy);
      return this;
    }

    /**
     * How many connections to keep up: default 1, which carries millions of calls per second; up to
     * 256. More help where one connection is held back by the network (long distances, a lossy
     * line, a load balancer that counts connections) or by one core. Each call goes to the
     * connection with the fewest.
     */
    public Builder connections(int count) {
      links = links.withConnections(Defaults.checkRange("connections", count, 1, 256));
      return this;
    }

    /**
     * How long a message may wait for others to go out with it: default zero, at once, which packs
     * together whatever is there anyway; at most 1 s. More makes fewer, fuller blocks out of many
     * independent messages, and every lone call as much slower.
     *
     * @throws IllegalArgumentException when it is negative or over 1 s
     */
    public Builder flushDelay(Duration delay) {
      if (delay.isNegative() || delay.compareTo(Duration.ofSeconds(1)) > 0) {
        throw new IllegalArgumentException("flushDelay " + delay + " is not from 0 to 1 s");
      }
      links = links.withFlushDelay(delay);
      return this;
    }

    /**
     * When a server counts as stuck: when calls are open and nothing has come from it for the
     * interval, it is sent a ping; when nothing has come for the timeout after that, the connection
     * is closed, its open calls fail with a {@link RpcConnectionException}, and the client connects
     * anew. It looks four times in the interval, so it may be a quarter of it late. Default 5 s
     * each, 1 ns to {@link CallOptions#TIMEOUT_MAX}; long ones where the server is stopped in a
     * debugger. A callback that blocks the connection's reader thread looks like a stuck server,
     * too. While no calls are open, nothing is sent.
     */
    public Builder heartbeat(Duration interval, Duration timeout) {
      links =
          links.withHeartbeat(
              CallOptions.checkTimeout(interval), CallOptions.checkTimeout(timeout));
      return this;
    }

    /** Wraps all calls. Several times: the first is the outermost. Default none. */
    public Builder interceptor(ClientInterceptor interceptor) {
      interceptors.add(requireNonNull(interceptor, "interceptor is null"));
      return this;
    }

    /**
     * What proves to the server who this client is, such as a password's or a token's bytes: at
     * most 8 KiB, sent once for each connection, before the first call. Over {@code tcp} anybody on
     * the way can read them; use {@code tls}. Default: none.
     *
     * @throws IllegalArgumentException when they are too long
     */
    public Builder credentials(byte[] newCredentials) {
      byte[] copy = newCredentials.clone();
      if (copy.length > Hello.CREDENTIALS_BYTES_MAX) {
        throw new IllegalArgumentException(
            "credentials of "
                + copy.length
                + " bytes are over the limit of "
                + Hello.CREDENTIALS_BYTES_MAX);
      }
      credentials = () -> copy;
      return this;
    }

    /** As {@link #credentials(byte[])}: the token's UTF-8 bytes. */
    public Builder credentials(String token) {
      return credentials(token.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * As {@link #credentials(byte[])}, asked for at each new connection, so that they can change.
     * It is asked on the client's own thread and may block; when it throws, or gives more than 8
     * KiB, the connection counts as failed and is tried again later.
     */
    public Builder credentials(Supplier<byte[]> newCredentials) {
      credentials = requireNonNull(newCredentials, "credentials is null");
      return this;
    }

    /**
     * The client. Returns at once; the connection is made in the background.
     *
     * @throws IllegalArgumentException when the address is not one, or nothing serves its scheme
     */
    public RpcClient connect(String address) {
      URI uri = Transports.parse(address);
      Transport transport = new OnConnectTransport(transportFor(uri), onConnect);
      ClientSettings settings =
          new ClientSettings(
              chosenCodec(),
              timeout,
              connectTimeout,
              backoffFirst,
              backoffMax,
              openCallsMax,
              openBytesMax,
              messageBytesMax,
              spinning,
              time,
              random,
              chosenCompressions(false),
              links,
              credentials,
              List.copyOf(interceptors),
              listener);
      Calls calls = new Calls(uri, transport, settings);
      calls.open();
      return new RpcClient(calls);
    }
  }
}
