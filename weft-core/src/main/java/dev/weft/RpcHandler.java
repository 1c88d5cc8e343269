package dev.weft;

/**
 * Serves the calls of a function.
 *
 * @param <Q> the request
 * @param <R> the response
 */
@FunctionalInterface
public interface RpcHandler<Q, R> {

  /**
   * Serves one call, on the thread that the function's {@link Execution} says. It is interrupted
   * when the caller gives up.
   *
   * @throws Exception whatever it likes: the caller gets an {@link RpcRemoteException}
   */
  R handle(Q request) throws Exception;
}
