package dev.weft;

import org.jspecify.annotations.Nullable;

/**
 * The two ends do not agree: an unknown method, a value that cannot be sent or read, a message over
 * the size limit.
 */
public final class RpcProtocolException extends RpcException {

  private static final long serialVersionUID = 1L;

  /** For Weft itself, and for tests of code that handles failures. */
  public RpcProtocolException(String message, Executed executed, @Nullable Throwable cause) {
    super(message, executed, cause);
  }
}
