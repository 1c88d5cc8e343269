package dev.weft;

import org.jspecify.annotations.Nullable;

/**
 * A call failed.
 *
 * <p>The subclass says why; {@link #executed()} says whether the handler can have run; the message
 * names the method, the peer and what to do.
 */
public abstract sealed class RpcException extends RuntimeException
    permits RpcTimeoutException,
        RpcConnectionException,
        RpcOverloadedException,
        RpcCancelledException,
        RpcRefusedException,
        RpcRemoteException,
        RpcProtocolException {

  private static final long serialVersionUID = 1L;

  private final Executed executed;

  RpcException(String message, Executed executed, @Nullable Throwable cause) {
    super(message, cause);
    this.executed = executed;
  }

  /**
   * Whether the server can have run the call. After {@link Executed#NO} it is safe to repeat it.
   */
  public final Executed executed() {
    return executed;
  }
}
