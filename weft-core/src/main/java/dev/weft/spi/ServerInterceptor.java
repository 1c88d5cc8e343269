package dev.weft.spi;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Wraps the calls that a server serves: for logging, tracing, authorization by method, and the
 * like.
 *
 * <pre>{@code
 * builder.interceptor((request, next) -> {
 *   if (request.method().startsWith("Admin.") && !isAdmin(request.context())) {
 *     throw new RpcRefusedException(request.method() + " is for administrators");
 *   }
 *   return next.proceed(request);
 * });
 * }</pre>
 *
 * <p>The one that was added first is the outermost. All run where the handler runs (on the
 * connection's reader thread for inline handlers: they must not block there either). What fails
 * before the handler was begun reaches the caller as {@link dev.weft.Executed#NO}: an {@link
 * dev.weft.RpcRefusedException} or {@link dev.weft.RpcOverloadedException} as what it is, all else
 * as an exception of the handler would.
 *
 * <p>Any thread, any number at a time.
 */
@FunctionalInterface
public interface ServerInterceptor {

  /**
   * Wraps a call.
   *
   * @param next what follows: the next interceptor, at last the handler
   * @return the call's end: its result, or the exception that is told to the caller
   * @throws Exception as if the returned stage had failed with it; it costs only this call
   */
  CompletionStage<@Nullable Object> intercept(ServerRequest request, Next next) throws Exception;

  /** What follows an interceptor. */
  interface Next {

    /**
     * Goes on. Never throws. Unless the handler returns a future, the stage has completed already.
     *
     * @return the end of what follows
     */
    CompletionStage<@Nullable Object> proceed(ServerRequest request);
  }
}
