package dev.weft.internal.client;

import static java.util.Objects.requireNonNull;

import dev.weft.CallOptions;
import dev.weft.Executed;
import dev.weft.FailureKind;
import dev.weft.RpcCancelledException;
import dev.weft.RpcTimeoutException;
import dev.weft.internal.service.MethodDescription;
import dev.weft.spi.ClientInterceptor;
import dev.weft.spi.ClientRequest;
import dev.weft.spi.ClientRequest.Kind;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Leads calls through a client's interceptors, and makes them. A client without interceptors has
 * none of this.
 *
 * <p>Any thread.
 */
final class InterceptedCalls {

  private static final @Nullable Object[] NO_ARGUMENTS = {};

  private final Calls calls;
  private final List<ClientInterceptor> interceptors;

  InterceptedCalls(Calls calls, List<ClientInterceptor> interceptors) {
    this.calls = calls;
    this.interceptors = List.copyOf(interceptors);
  }

  /**
   * Calls a service's method as its declaration says.
   *
   * @param parameters all that the method has, a call context included
   */
  @SuppressWarnings("FutureReturnValueIgnored") // it is the result
  @Nullable Object call(
      ClientMethod method, @Nullable Object @Nullable [] parameters, CallOptions options)
      throws Throwable {
    MethodDescription description = method.bound().description();
    @Nullable Object[] arguments = parameters == null ? NO_ARGUMENTS : parameters;
    if (description.takesContext()) {
      arguments = Arrays.copyOfRange(arguments, 1, arguments.length);
    }
    if (description.async()) {
      return callAsync(method, arguments, options);
    }
    Kind kind = description.oneWay() ? Kind.ONE_WAY : Kind.SYNCHRONOUS;
    return call(kind, method, arguments, options);
  }

  /** Calls and waits, or sends a one-way message. */
  @Nullable Object call(
      Kind kind, ClientMethod method, @Nullable Object[] arguments, CallOptions options)
      throws Throwable {
    Invocation invocation = new Invocation(method, kind);
    return invocation.await(invocation.begin(arguments, options));
  }

  /** Calls without waiting. */
  <R> CompletableFuture<R> callAsync(
      ClientMethod method, @Nullable Object[] arguments, CallOptions options) {
    Invocation invocation = new Invocation(method, Kind.ASYNCHRONOUS);
    InterceptedFuture<R> future = new InterceptedFuture<>(invocation);
    invocation
        .begin(arguments, options)
        .whenComplete((result, failure) -> future.end(result, failure));
    return future;
  }

  private static Throwable causeOf(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }

  /** One call of the user's, from the first interceptor to its end. */
  private final class Invocation {

    private final ClientMethod method;
    private final Kind kind;
    private final Thread caller = Thread.currentThread();
    private final long startNanos = calls.nanoTime();

    /** The calls that are under way, or have been: they end with their caller's interest. */
    private final Queue<CompletableFuture<?>> attempts = new ConcurrentLinkedQueue<>();

    private volatile boolean cancelled;

    Invocation(ClientMethod method, Kind kind) {
      this.method = method;
      this.kind = kind;
    }

    CompletionStage<@Nullable Object> begin(@Nullable Object[] arguments, CallOptions options) {
      return proceed(
          0,
          new ClientRequest(
              method.label(), calls.address(), kind, Arrays.asList(arguments), options));
    }

    private CompletionStage<@Nullable Object> proceed(int place, ClientRequest request) {
      try {
        requireNonNull(request, "request is null");
        return place == interceptors.size()
            ? attempt(request)
            : requireNonNull(
                interceptors.get(place).intercept(request, changed -> proceed(place + 1, changed)),
                "an interceptor has returned null instead of a stage");
      } catch (Throwable e) { // an interceptor's own: it costs only this call
        return CompletableFuture.failedFuture(e);
      }
    }

    @SuppressWarnings("NullAway") // a result may be null, whatever the method's type says
    private CompletionStage<@Nullable Object> attempt(ClientRequest request) throws Throwable {
      CallOptions options = remaining(request.options());
      Object arguments = method.bound().arguments(request.arguments().toArray(), 0);
      if (kind == Kind.ONE_WAY) {
        calls.send(method, arguments, options);
        return CompletableFuture.completedFuture(null);
      }
      if (kind == Kind.SYNCHRONOUS && Thread.currentThread().equals(caller)) {
        return CompletableFuture.completedFuture(calls.call(method, arguments, options));
      }
      CompletableFuture<@Nullable Object> attempt = calls.callAsync(method, arguments, options);
      attempts.add(attempt);
      if (cancelled) {
        attempt.cancel(true);
      }
      return attempt;
    }

    /** The time of all attempts together is that of one call. */
    private CallOptions remaining(CallOptions options) {
      long timeoutNanos = calls.timeout(method, options).toNanos();
      long remainingNanos = timeoutNanos - (calls.nanoTime() - startNanos);
      if (remainingNanos <= 0) {
        method.counts().failed(FailureKind.TIMEOUT);
        throw new RpcTimeoutException(
            method.label()
                + " to "
                + calls.address()
                + " was not sent (again): its time is over after its interceptors",
            Executed.NO,
            null);
      }
      return options.withTimeout(Duration.ofNanos(remainingNanos));
    }

    @Nullable Object await(CompletionStage<@Nullable Object> end) throws Throwable {
      CompletableFuture<@Nullable Object> future = end.toCompletableFuture();
      try {
        return future.get();
      } catch (ExecutionException e) {
        throw causeOf(requireNonNull(e.getCause()));
      } catch (InterruptedException e) {
        cancel();
        future.cancel(true);
        Thread.currentThread().interrupt();
        throw new RpcCancelledException(
            method.label()
                + " to "
                + calls.address()
                + " was cancelled: its waiting thread was interrupted",
            Executed.MAYBE,
            e);
      }
    }

    void cancel() {
      cancelled = true;
      attempts.forEach(attempt -> attempt.cancel(true));
    }
  }

  /** What the caller has in his hands. Cancelling it cancels the calls below. */
  private static final class InterceptedFuture<R> extends CompletableFuture<R> {

    private final Invocation invocation;

    InterceptedFuture(Invocation invocation) {
      this.invocation = invocation;
    }

    @SuppressWarnings("unchecked") // the declaration says so, or the interceptor is to blame
    void end(@Nullable Object result, @Nullable Throwable failure) {
      if (failure == null) {
        complete((R) result);
      } else {
        completeExceptionally(causeOf(failure));
      }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      boolean done = super.cancel(mayInterruptIfRunning);
      if (done) {
        invocation.cancel();
      }
      return done;
    }

    /** Stages made from it are ordinary futures. */
    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
      return new CompletableFuture<>();
    }
  }
}
