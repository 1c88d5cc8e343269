package dev.weft.internal.client;

import dev.weft.Executed;
import dev.weft.RpcCancelledException;
import dev.weft.RpcConnectionException;
import dev.weft.RpcOverloadedException;
import dev.weft.RpcTimeoutException;
import dev.weft.internal.client.OpenCalls.Limit;
import dev.weft.internal.connection.Failures;
import org.jspecify.annotations.Nullable;

/**
 * Why calls to a server have failed, in words. Any thread.
 *
 * @param address the server's
 */
record CallFailures(String address) {

  private String to(ClientCall call) {
    return call.method().label() + " to " + address;
  }

  RpcOverloadedException refused(ClientCall call, String limit, Executed executed) {
    return new RpcOverloadedException(to(call) + " was not sent: " + limit, executed, null);
  }

  static String limit(Limit limit, OpenCalls open) {
    return switch (limit) {
      case CALLS -> open.callsMax() + " calls are open already (openCallsMax)";
      case BYTES -> "open calls hold more than " + open.bytesMax() + " bytes (openBytesMax)";
    };
  }

  RpcCancelledException cancelled(ClientCall call, String why, Executed executed) {
    return new RpcCancelledException(to(call) + " was cancelled: " + why, executed, null);
  }

  /**
   * @param failure why there is no connection, if there is none
   */
  RpcTimeoutException timeout(ClientCall call, Executed executed, @Nullable Throwable failure) {
    String why =
        executed == Executed.MAYBE
            ? "no answer came in time"
            : failure == null
                ? "it could not be sent in time"
                : "there was no connection in time: " + Failures.describe(failure);
    return new RpcTimeoutException(to(call) + " timed out: " + why, executed, failure);
  }

  RpcTimeoutException noRoomInTime(ClientCall call, String limit, Executed executed) {
    return new RpcTimeoutException(to(call) + " timed out: " + limit, executed, null);
  }

  RpcConnectionException noConnection(
      ClientCall call, Executed executed, @Nullable Throwable failure) {
    String reason = failure == null ? "none was made yet" : Failures.describe(failure);
    return connection(call, "there is no connection: " + reason, executed, failure);
  }

  RpcConnectionException lost(ClientCall call, Executed executed, Throwable reason) {
    return executed == Executed.NO
        ? noConnection(call, executed, reason)
        : connection(
            call, "the connection was lost: " + Failures.describe(reason), executed, reason);
  }

  RpcConnectionException closed(ClientCall call, Executed executed) {
    return connection(call, "the client was closed", executed, null);
  }

  private RpcConnectionException connection(
      ClientCall call, String reason, Executed executed, @Nullable Throwable cause) {
    return new RpcConnectionException(to(call) + ": " + reason, executed, cause);
  }
}
