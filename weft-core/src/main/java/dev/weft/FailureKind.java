package dev.weft;

/** What statistics tell failed calls apart by; each is one class of exception. */
public enum FailureKind {
  /** Expired: {@link RpcTimeoutException}. */
  TIMEOUT,
  /** There was no connection, or it was lost: {@link RpcConnectionException}. */
  CONNECTION,
  /** Dropped, because a limit was reached: {@link RpcOverloadedException}. */
  OVERLOADED,
  /** {@link RpcCancelledException}. */
  CANCELLED,
  /** Not permitted: {@link RpcRefusedException}. */
  REFUSED,
  /**
   * The handler threw an exception that its method does not declare: {@link RpcRemoteException}.
   */
  REMOTE,
  /** The handler threw an exception that its method declares. */
  DECLARED,
  /** An unknown method, a value that cannot be sent or read: {@link RpcProtocolException}. */
  PROTOCOL;

  /** The kind of a call's failure. */
  public static FailureKind of(Throwable failure) {
    return failure instanceof RpcException rpc
        ? switch (rpc) {
          case RpcTimeoutException ignored -> TIMEOUT;
          case RpcConnectionException ignored -> CONNECTION;
          case RpcOverloadedException ignored -> OVERLOADED;
          case RpcCancelledException ignored -> CANCELLED;
          case RpcRefusedException ignored -> REFUSED;
          case RpcRemoteException ignored -> REMOTE;
          case RpcProtocolException ignored -> PROTOCOL;
        }
        : DECLARED;
  }
}
