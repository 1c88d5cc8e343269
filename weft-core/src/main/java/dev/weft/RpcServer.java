package dev.weft;

import static java.util.Objects.requireNonNull;

import dev.weft.internal.server.ServerCore;
import dev.weft.internal.server.ServerMethods;
import dev.weft.internal.server.ServerSettings;
import dev.weft.internal.transport.Transports;
import dev.weft.spi.ServerInterceptor;
import dev.weft.spi.TransportListener;
import java.io.IOException;
import java.io.UncheckedIOException;
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

  /** What each connection has carried that there is now, from its handshake to its end. */
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
  public static final class Builder extends ServedBuilder<Builder> {

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
      if (servesNothing()) {
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
              spinning,
              time,
              random,
              chosenCompressions(true),
              authenticator,
              listener);
      ServerMethods methods = new ServerMethods(settings.codec());
      addServed(methods);
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
