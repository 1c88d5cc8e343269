package dev.weft.internal.server;

import dev.weft.internal.wire.ErrorCode;

/** A call, as those see it who decide when it may run. Any thread. */
interface Waiter {

  /** Whose it is: clients take turns. */
  Object client();

  /** Bytes of its arguments. */
  int requestBytes();

  /** When its caller gives up, as the server's time source counts. */
  long deadlineNanos();

  /** How long its caller waits altogether, from when it came. */
  long timeNanos();

  /** How long calls like it run at the least. */
  ShortestRun shortestRun();

  /** Has it run, now. */
  void start();

  /** Its time is over, or what is left of it is not enough, and it has not run. */
  void expire();

  /** It will not run, because of this limit. */
  void overloaded(String limit);

  /** It will not run. */
  void refuse(ErrorCode code, String message);

  /** Nobody waits for it any more. */
  void cancel(String why);
}
