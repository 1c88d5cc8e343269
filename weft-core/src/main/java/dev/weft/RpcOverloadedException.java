package dev.weft;

import org.jspecify.annotations.Nullable;

/** A limit was reached, here or at the server; the message names it. */
public final class RpcOverloadedException extends RpcException {

  private static final long serialVersionUID = 1L;

  /** For Weft itself, and for tests of code that handles failures. */
  public RpcOverloadedException(String message, Executed executed, @Nullable Throwable cause) {
    super(message, executed, cause);
  }
}
