package dev.weft;

/** Serves the calls of a function with neither a request nor a result. */
@FunctionalInterface
public interface RpcAction {

  /** As {@link RpcHandler#handle}; the caller learns that it has ended. */
  void run() throws Exception;
}
