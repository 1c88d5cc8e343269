package dev.weft;

import org.jspecify.annotations.Nullable;

/** The call was cancelled, or its waiting thread was interrupted. */
public final class RpcCancelledException extends RpcException {

  private static final long serialVersionUID = 1L;

  /** For Weft itself, and for tests of code that handles failures. */
  public RpcCancelledException(String message, Executed executed, @Nullable Throwable cause) {
    super(message, executed, cause);
  }
}
