package dev.weft;

import org.jspecify.annotations.Nullable;

/**
 * The server does not permit the call.
 *
 * <p>A {@link dev.weft.spi.ServerInterceptor} refuses a call by throwing one before it proceeds to
 * the handler; the caller gets one with the same message, and {@link Executed#NO}. Trying again
 * will not help by itself.
 */
public final class RpcRefusedException extends RpcException {

  private static final long serialVersionUID = 1L;

  /**
   * Refuses a call.
   *
   * @param reason is shown to the caller
   */
  public RpcRefusedException(String reason) {
    this(reason, Executed.NO, null);
  }

  /** For Weft itself, and for tests of code that handles failures. */
  public RpcRefusedException(String message, Executed executed, @Nullable Throwable cause) {
    super(message, executed, cause);
  }
}
