package dev.weft.internal.server;

import static java.util.Objects.requireNonNull;

import dev.weft.CallContext;
import dev.weft.spi.ServerInterceptor;
import dev.weft.spi.ServerRequest;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A handler inside a server's interceptors. Methods of a server without interceptors have none of
 * this.
 *
 * <p>Any thread.
 */
final class InterceptedHandler implements Handler {

  /** What has failed before the handler was begun, so that the caller can be told so. */
  static final class NotBegun extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NotBegun(Throwable cause) {
      super(null, cause, false, false);
    }
  }

  private final Handler handler;
  private final boolean unary;
  private final List<ServerInterceptor> interceptors;

  /**
   * @param unary whether the method has one argument
   */
  InterceptedHandler(Handler handler, boolean unary, List<ServerInterceptor> interceptors) {
    this.handler = handler;
    this.unary = unary;
    this.interceptors = interceptors;
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // it is the result
  public @Nullable Object handle(CallContext context, @Nullable Object arguments) throws Throwable {
    Run run = new Run(context);
    List<@Nullable Object> list =
        unary ? Collections.singletonList(arguments) : Arrays.asList((Object[]) arguments);
    CompletionStage<@Nullable Object> end = run.proceed(0, new ServerRequest(context, list));
    CompletableFuture<@Nullable Object> future = end.toCompletableFuture();
    if (!future.isDone()) {
      return run.endOf(end);
    }
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw run.failure(requireNonNull(e.getCause()));
    } catch (CancellationException e) {
      throw run.failure(e);
    }
  }

  /** One call. */
  private final class Run {

    private final CallContext context;
    private volatile boolean begun;
    private volatile @Nullable CompletionStage<?> handling;

    Run(CallContext context) {
      this.context = context;
    }

    private CompletionStage<@Nullable Object> proceed(int place, ServerRequest request) {
      try {
        requireNonNull(request, "request is null");
        return place == interceptors.size()
            ? begin(request)
            : requireNonNull(
                interceptors.get(place).intercept(request, changed -> proceed(place + 1, changed)),
                "an interceptor has returned null instead of a stage");
      } catch (Throwable e) { // an interceptor's or the handler's own: it costs only this call
        return CompletableFuture.failedFuture(e);
      }
    }

    @SuppressWarnings("unchecked") // the result's type is nobody's business here
    private CompletionStage<@Nullable Object> begin(ServerRequest request) throws Throwable {
      begun = true;
      List<@Nullable Object> arguments = request.arguments();
      Object result = handler.handle(context, unary ? arguments.get(0) : arguments.toArray());
      if (result instanceof CompletionStage<?> stage) {
        handling = stage;
        return (CompletionStage<@Nullable Object>) stage;
      }
      return CompletableFuture.completedFuture(result);
    }

    /** A future that ends as the stage does; cancelling it cancels what the handler has begun. */
    CompletableFuture<@Nullable Object> endOf(CompletionStage<@Nullable Object> stage) {
      CompletableFuture<@Nullable Object> end =
          new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterruptIfRunning) {
              CompletionStage<?> inner = handling;
              if (inner != null) {
                inner.toCompletableFuture().cancel(mayInterruptIfRunning);
              }
              return super.cancel(mayInterruptIfRunning);
            }
          };
      stage.whenComplete((result, failure) -> {
        if (failure == null) {
          end.complete(result);
        } else {
          end.completeExceptionally(failure(failure));
        }
      });
      return end;
    }

    Throwable failure(Throwable thrown) {
      Throwable cause = thrown.getCause();
      Throwable own = thrown instanceof CompletionException && cause != null ? cause : thrown;
      return begun ? own : new NotBegun(own);
    }
  }
}
