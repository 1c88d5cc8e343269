package dev.weft.reliability.failure;

import dev.weft.Executed;
import dev.weft.RpcException;

/** How a call has ended, as its caller was told. */
enum End {
  /** Not yet. */
  OPEN(0),
  ANSWERED(1),
  /** With something that is not its answer. */
  WRONG(2),
  /** Failed, and the server has not run it. */
  NO(3),
  /** Failed, and the server may have run it. */
  MAYBE(4),
  /** Failed, and the server has run it. */
  YES(5),
  /** With something that is no {@link RpcException}. */
  STRANGE(6),
  /** It was a one-way message, and has gone out: nobody learns more. */
  SENT(7);

  /** Added to a call's byte in a {@link Journal} for each time that it ended again. */
  static final int AGAIN = 16;

  private static final End[] BY_CODE = values();

  private final int code;

  End(int code) {
    this.code = code;
  }

  /** How it stands in a {@link Journal}. */
  int code() {
    return code;
  }

  /** What stands there, however often the call ended. */
  static End first(int noted) {
    return BY_CODE[noted % AGAIN];
  }

  /** What a failure says. */
  static End of(Throwable failure) {
    return failure instanceof RpcException e ? of(e.executed()) : STRANGE;
  }

  private static End of(Executed executed) {
    return switch (executed) {
      case NO -> NO;
      case MAYBE -> MAYBE;
      case YES -> YES;
    };
  }
}
