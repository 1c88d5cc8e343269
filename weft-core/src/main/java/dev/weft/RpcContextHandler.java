package dev.weft;

/**
 * Serves the calls of a function, and wants to know more of them.
 *
 * @param <Q> the request
 * @param <R> the response
 */
@FunctionalInterface
public interface RpcContextHandler<Q, R> {

  /** As {@link RpcHandler#handle}, with the call's context. */
  R handle(CallContext context, Q request) throws Exception;
}
