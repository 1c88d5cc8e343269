package dev.weft;

import org.jspecify.annotations.Nullable;

/** The call's time was over before its answer came. */
public final class RpcTimeoutException extends RpcException {

  private static final long serialVersionUID = 1L;

  /** For Weft itself, and for tests of code that handles failures. */
  public RpcTimeoutException(String message, Executed executed, @Nullable Throwable cause) {
    super(message, executed, cause);
  }
}
