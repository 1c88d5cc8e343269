package dev.weft.internal.client;

import dev.weft.CallOptions;
import dev.weft.ConnectionStats;
import dev.weft.Executed;
import dev.weft.FailureKind;
import dev.weft.RpcCancelledException;
import dev.weft.RpcException;
import dev.weft.RpcProtocolException;
import dev.weft.RpcTimeoutException;
import dev.weft.Stats;
import dev.weft.TrafficStats;
import dev.weft.internal.connection.InFlight.Slot;
import dev.weft.internal.service.BoundMethod;
import dev.weft.internal.service.CurrentCall;
import dev.weft.internal.service.MethodDescription;
import dev.weft.internal.stats.CallSum;
import dev.weft.internal.stats.MethodCounts;
import dev.weft.internal.wire.Frame;
import dev.weft.internal.wire.MetadataSection;
import dev.weft.internal.wire.MethodName;
import dev.weft.spi.Loan;
import dev.weft.spi.Marshaller;
import dev.weft.spi.Payload;
import dev.weft.spi.Transport;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Makes calls for stubs and functions: encodes, finds the deadline, sends, waits, decodes.
 *
 * <p>Any thread.
 */
public final class Calls {

  private final ClientSettings settings;
  private final Links links;
  private final Map<String, MethodName> names = new ConcurrentHashMap<>();
  private final Map<MethodName, Throttle> throttles = new ConcurrentHashMap<>();
  private final AtomicInteger nextName = new AtomicInteger();
  private final @Nullable InterceptedCalls intercepted;

  /** For one server; nothing happens before {@link #open}. */
  public Calls(URI address, Transport transport, ClientSettings settings) {
    this.settings = settings;
    this.links = new Links(address, transport, settings);
    this.intercepted =
        settings.interceptors().isEmpty()
            ? null
            : new InterceptedCalls(this, settings.interceptors());
  }

  /** Begins to connect. */
  public void open() {
    links.connect();
  }

  /** Ends all calls and the connection. */
  public void close() {
    links.close();
  }

  /** The server's address. */
  public String address() {
    return links.address();
  }

  /** Calls that have begun and not ended. Cheap. */
  public int openCalls() {
    return links.open().size();
  }

  /** Connections there are now. */
  public int connections() {
    return links.connected();
  }

  /** All that was counted since the beginning, or the last reset. */
  public Stats stats() {
    Map<String, CallSum> answered = new HashMap<>();
    TrafficStats traffic = links.traffic().sum(answered);
    return links.ledger().stats(openCalls(), links.queuedCalls(), connections(), answered, traffic);
  }

  /** Counts from here. */
  public void resetStats() {
    Map<String, CallSum> answered = new HashMap<>();
    TrafficStats traffic = links.traffic().sum(answered);
    links.ledger().reset(answered, traffic);
  }

  /** Each connection that there is. */
  public List<ConnectionStats> connectionStats() {
    return links.traffic().connections();
  }

  /** What calls go through first; {@code null}: nothing. */
  @Nullable InterceptedCalls intercepted() {
    return intercepted;
  }

  /**
   * Prepares methods to be called.
   *
   * @throws IllegalArgumentException when one cannot be, for its types or because there are too
   *     many
   */
  List<ClientMethod> bind(List<MethodDescription> descriptions) {
    List<ClientMethod> methods = new ArrayList<>();
    for (BoundMethod bound : BoundMethod.bind(descriptions, settings.codec())) {
      MethodName name = names.computeIfAbsent(bound.description().name(), this::newName);
      MethodCounts counts = new MethodCounts(bound.description().label());
      links.ledger().add(counts);
      Throttle throttle = throttles.computeIfAbsent(name, same -> new Throttle());
      methods.add(new ClientMethod(links, bound, name, counts, throttle));
    }
    return methods;
  }

  private MethodName newName(String text) {
    int index = nextName.getAndIncrement();
    if (index >= Frame.METHODS_MAX) {
      throw new IllegalArgumentException(
          "a client can call at most " + Frame.METHODS_MAX + " different methods: " + text);
    }
    return new MethodName(text, index);
  }

  /**
   * Calls and waits.
   *
   * @param arguments as {@link BoundMethod#arguments} gives them
   */
  @Nullable Object call(ClientMethod method, @Nullable Object arguments, CallOptions options)
      throws Throwable {
    checkMayBlock(method.label());
    if (Thread.currentThread().isInterrupted()) {
      method.counts().failed(FailureKind.CANCELLED);
      throw new RpcCancelledException(
          method.label() + " to " + address() + " was not sent: its thread is interrupted",
          Executed.NO,
          null);
    }
    ClientCall call = begin(method, arguments, options, Thread.currentThread());
    Loan loan = call.loan();
    try {
      links.start(call);
      return call.open(call.await(), Marshaller.NO_LANE);
    } finally {
      if (loan != null) {
        loan.takeBack();
      }
    }
  }

  /** Whoever waits for an answer must not be the one who brings it. */
  void checkMayBlock(String label) {
    if (links.readers().isCurrent()) {
      throw new IllegalStateException(
          label
              + ": a blocking call on the reader thread of its own connection would wait for"
              + " itself; make it on another thread, or asynchronously");
    }
  }

  /**
   * Calls, and gives the future of the answer.
   *
   * @param arguments as {@link BoundMethod#arguments} gives them
   */
  <R> CompletableFuture<R> callAsync(
      ClientMethod method, @Nullable Object arguments, CallOptions options) {
    ClientCall call;
    try {
      call = begin(method, arguments, options, null);
    } catch (RpcException e) {
      return CompletableFuture.failedFuture(e);
    }
    CallFuture<R> future = new CallFuture<>();
    future.call(call);
    links.start(call);
    return future;
  }

  /**
   * Sends without an answer.
   *
   * @param arguments as {@link BoundMethod#arguments} gives them
   */
  void send(ClientMethod method, @Nullable Object arguments, CallOptions options) {
    ClientCall call = begin(method, arguments, options, null);
    links.start(call);
    RpcException failure = call.failureSoFar();
    if (failure != null) {
      throw failure;
    }
  }

  /**
   * Makes a call; {@link Links#start} must follow.
   *
   * @param waiter the current thread if it will wait for the end
   * @throws RpcException when it cannot be
   */
  private ClientCall begin(
      ClientMethod method,
      @Nullable Object arguments,
      CallOptions options,
      @Nullable Thread waiter) {
    Slot slot = links.open().reserve();
    try {
      Payload payload = slot == null ? new Payload() : slot.payload();
      payload.takesLoans(waiter != null);
      encode(method, arguments, payload);
      long timeoutNanos = timeoutNanos(method, options);
      long now = settings.time().nanoTime();
      ClientCall call =
          new ClientCall(method, payload, now, now + timeoutNanos, waiter, options.failFast());
      call.metadata(MetadataSection.encode(options.metadata()));
      if (slot != null) {
        call.slot(slot);
      }
      return call;
    } catch (Throwable e) {
      if (slot != null) {
        links.open().free(slot);
      }
      throw e;
    }
  }

  /**
   * Encodes the arguments of a call.
   *
   * @param arguments as {@link BoundMethod#arguments} gives them
   * @throws RpcProtocolException when they cannot be sent, or are over the limit
   */
  void encode(ClientMethod method, @Nullable Object arguments, Payload target) {
    try {
      method.bound().encodeArguments(arguments, target);
    } catch (RuntimeException e) {
      throw unsendable(method, e);
    }
    checkSize(method, target);
  }

  private long timeoutNanos(ClientMethod method, CallOptions options) {
    try {
      return timeoutNanos(method.label(), timeout(method, options), options.inheritDeadline());
    } catch (RpcTimeoutException e) {
      method.counts().failed(FailureKind.TIMEOUT);
      throw e;
    }
  }

  private void checkSize(ClientMethod method, Payload payload) {
    if (payload.length() > settings.messageBytesMax()) {
      method.counts().failed(FailureKind.PROTOCOL);
      throw new RpcProtocolException(
          method.label()
              + " to "
              + address()
              + ": the arguments of "
              + payload.length()
              + " bytes are over the limit of "
              + settings.messageBytesMax()
              + " (messageBytesMax)",
          Executed.NO,
          null);
    }
  }

  private long timeoutNanos(String label, Duration timeout, boolean inheritDeadline) {
    long timeoutNanos = timeout.toNanos();
    CurrentCall.Running serving = inheritDeadline ? CurrentCall.get() : null;
    if (serving != null) {
      timeoutNanos = Math.min(timeoutNanos, serving.remainingNanos());
      if (timeoutNanos <= 0) {
        throw new RpcTimeoutException(
            label
                + " to "
                + address()
                + " was not sent: the time of "
                + serving.method()
                + ", which calls it, is over",
            Executed.NO,
            null);
      }
    }
    return timeoutNanos;
  }

  /**
   * Makes the calls of a batch, with one deadline for all.
   *
   * @param timeout {@code null}: the client's
   */
  List<ClientCall> beginAll(List<BatchCalls.Entry> entries, @Nullable Duration timeout) {
    long timeoutNanos =
        timeoutNanos("a batch", timeout == null ? settings.timeout() : timeout, true);
    long now = settings.time().nanoTime();
    List<ClientCall> made = new ArrayList<>(entries.size());
    for (BatchCalls.Entry entry : entries) {
      CallFuture<?> future = entry.future();
      ClientCall call =
          new ClientCall(
              entry.method(), entry.payload(), now, now + timeoutNanos, null, entry.failFast());
      call.inBatch();
      call.metadata(entry.metadata());
      if (future != null) {
        future.call(call);
      }
      made.add(call);
    }
    return made;
  }

  /** The connections that carry the calls. */
  Links links() {
    return links;
  }

  /** The time of calls. */
  long nanoTime() {
    return settings.time().nanoTime();
  }

  /** How long a call may take. */
  Duration timeout(ClientMethod method, CallOptions options) {
    Duration timeout = options.timeout();
    if (timeout == null) {
      timeout = method.bound().description().timeout();
    }
    return timeout == null ? settings.timeout() : timeout;
  }

  private RpcProtocolException unsendable(ClientMethod method, RuntimeException e) {
    method.counts().failed(FailureKind.PROTOCOL);
    return new RpcProtocolException(
        method.label() + " to " + address() + ": the arguments cannot be sent: " + e.getMessage(),
        Executed.NO,
        e);
  }
}
