package dev.weft;

import org.jspecify.annotations.Nullable;

/** There was no connection, or it was lost before the answer came. */
public final class RpcConnectionException extends RpcException {

  private static final long serialVersionUID = 1L;

  /** For Weft itself, and for tests of code that handles failures. */
  public RpcConnectionException(String message, Executed executed, @Nullable Throwable cause) {
    super(message, executed, cause);
  }
}
