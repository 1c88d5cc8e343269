package dev.weft;

/**
 * Serves the calls of a function without a result.
 *
 * @param <Q> the request
 */
@FunctionalInterface
public interface RpcProcedure<Q> {

  /** As {@link RpcHandler#handle}; the caller learns that it has ended. */
  void handle(Q request) throws Exception;
}
