package dev.weft.spi;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Wraps the calls of a client: for logging, tracing, retries, and the like. It may change what goes
 * on, give a result or fail without going on, go on several times, and see how it ends.
 *
 * <pre>{@code
 * builder.interceptor((request, next) -> {
 *   long start = System.nanoTime();
 *   return next.proceed(request.withMetadata("trace", newTraceId()))
 *       .whenComplete((result, failure) -> log(request.method(), start, failure));
 * });
 * }</pre>
 *
 * <p>One way of writing serves all kinds of calls. When the caller waits, {@code proceed} on his
 * thread blocks, and returns a stage that has completed already; on another thread, as after a
 * delay, it does not block. A future's stage completes on the reader thread of the connection: what
 * depends on it must not block (use the {@code …Async} methods for work that does). A one-way
 * message's completes with {@code null} as soon as the message is queued.
 *
 * <p>The one that was added first is the outermost: it sees the call first, and its end last. Each
 * time that the innermost goes on is one call in the statistics. The timeout of the request's
 * options counts from the beginning of the call, whatever the number of attempts; what an
 * interceptor itself waits for, it has to bound itself.
 *
 * <p>Any thread, any number at a time.
 */
@FunctionalInterface
public interface ClientInterceptor {

  /**
   * Wraps a call, on its caller's thread.
   *
   * @param next what follows: the next interceptor, at last the call itself
   * @return the call's end: its result, or the exception that the caller gets
   * @throws Exception as if the returned stage had failed with it; it costs only this call
   */
  CompletionStage<@Nullable Object> intercept(ClientRequest request, Next next) throws Exception;

  /** What follows an interceptor. */
  interface Next {

    /**
     * Goes on. Never throws.
     *
     * @return the end of what follows
     */
    CompletionStage<@Nullable Object> proceed(ClientRequest request);
  }
}
