package dev.weft.internal.wire;

import dev.weft.FailureKind;

/**
 * Why a call failed at the server, as error frames say it. Order and numbers are the protocol's.
 */
public enum ErrorCode {
  /** The handler threw an exception that its method does not declare. */
  FAILED(1),
  /** The handler threw a declared exception; it is the payload. */
  DECLARED(2),
  /** No such service, function or method. */
  UNKNOWN_METHOD(3),
  /** The arguments could not be read, or were too large. */
  BAD_REQUEST(4),
  /** The result could not be sent. */
  BAD_RESPONSE(5),
  /** A limit of the server was reached. */
  OVERLOADED(6),
  /** The time was over before the handler began. */
  EXPIRED(7),
  /** The handler gave up because its call was cancelled by the server. */
  CANCELLED(8),
  /** The server is about to end, and did not run it: another connection may. */
  GOING_AWAY(9),
  /** The server does not permit it. */
  REFUSED(10),
  /** A code that this version does not know. */
  UNKNOWN(255);

  private static final ErrorCode[] VALUES = values();

  private final int number;

  ErrorCode(int number) {
    this.number = number;
  }

  /** The number on the wire. */
  public int number() {
    return number;
  }

  /** As what failures of this code are counted, at both ends. */
  public FailureKind kind() {
    return switch (this) {
      case FAILED -> FailureKind.REMOTE;
      case DECLARED -> FailureKind.DECLARED;
      case UNKNOWN_METHOD, BAD_REQUEST, BAD_RESPONSE, UNKNOWN -> FailureKind.PROTOCOL;
      case OVERLOADED -> FailureKind.OVERLOADED;
      case EXPIRED -> FailureKind.TIMEOUT;
      case CANCELLED -> FailureKind.CANCELLED;
      case GOING_AWAY -> FailureKind.CONNECTION;
      case REFUSED -> FailureKind.REFUSED;
    };
  }

  static ErrorCode of(int number) {
    for (ErrorCode code : VALUES) {
      if (code.number == number) {
        return code;
      }
    }
    return UNKNOWN;
  }
}
