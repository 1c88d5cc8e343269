package dev.weft;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How calls of one stub or function are made.
 *
 * @param timeout how long a call may take, sending and waiting for a connection included; {@code
 *     null}: the method's {@link Timeout}, else the client's default
 * @param failFast whether a call fails at once when there is no connection, with the reason of the
 *     last attempt, instead of waiting for one until its deadline; default: no
 * @param inheritDeadline whether a call made inside a handler ends at the latest with the handler's
 *     own deadline; default: yes
 */
public record CallOptions(@Nullable Duration timeout, boolean failFast, boolean inheritDeadline) {

  /** The longest timeout there is: seven days. */
  public static final Duration TIMEOUT_MAX = Duration.ofDays(7);

  /** The defaults of all three. */
  public static final CallOptions DEFAULT = new CallOptions(null, false, true);

  /**
   * @throws IllegalArgumentException for a timeout that is not positive, or over {@link
   *     #TIMEOUT_MAX}
   */
  public CallOptions {
    if (timeout != null) {
      checkTimeout(timeout);
    }
  }

  /** These options with another timeout: 1 nanosecond to {@link #TIMEOUT_MAX}. */
  public CallOptions withTimeout(Duration timeout) {
    return new CallOptions(timeout, failFast, inheritDeadline);
  }

  /** These options, failing at once when there is no connection. */
  public CallOptions withFailFast() {
    return new CallOptions(timeout, true, inheritDeadline);
  }

  /** These options, without regard to the deadline of the handler that makes the call. */
  public CallOptions withoutInheritedDeadline() {
    return new CallOptions(timeout, failFast, false);
  }

  /** The timeout, if it is one. */
  static Duration checkTimeout(Duration timeout) {
    if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(TIMEOUT_MAX) > 0) {
      throw new IllegalArgumentException(
          "timeout " + timeout + " is not between 1 ns and " + TIMEOUT_MAX);
    }
    return timeout;
  }
}
