package dev.weft;

/**
 * Serves the calls of a function without a result, and wants to know more of them.
 *
 * @param <Q> the request
 */
@FunctionalInterface
public interface RpcContextProcedure<Q> {

  /** As {@link RpcProcedure#handle}, with the call's context. */
  void handle(CallContext context, Q request) throws Exception;
}
