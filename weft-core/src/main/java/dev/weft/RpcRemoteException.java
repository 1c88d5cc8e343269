package dev.weft;

/**
 * The handler threw an exception that its method does not declare, or one that cannot be sent.
 *
 * <p>Its stack trace stays in the server's log, under the id that the message quotes.
 */
public final class RpcRemoteException extends RpcException {

  private static final long serialVersionUID = 1L;

  private final String type;

  /** For Weft itself, and for tests of code that handles failures. */
  public RpcRemoteException(String type, String message, Executed executed) {
    super(message, executed, null);
    this.type = type;
  }

  /** The class name of the handler's exception, such as {@code java.lang.IllegalStateException}. */
  public String type() {
    return type;
  }
}
