package dev.weft;

import static java.util.Objects.requireNonNull;

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
 * @param metadata texts that travel with the calls; default: none
 */
public record CallOptions(
    @Nullable Duration timeout, boolean failFast, boolean inheritDeadline, Metadata metadata) {

  /** The longest timeout there is: seven days. */
  public static final Duration TIMEOUT_MAX = Duration.ofDays(7);

  /** The defaults of all. */
  public static final CallOptions DEFAULT = new CallOptions(null, false, true, Metadata.EMPTY);

  /**
   * @throws IllegalArgumentException for a timeout that is not positive, or over {@link
   *     #TIMEOUT_MAX}
   */
  public CallOptions {
    requireNonNull(metadata, "metadata is null");
    if (timeout != null) {
      checkTimeout(timeout);
    }
  }

  /** These options with another timeout: 1 nanosecond to {@link #TIMEOUT_MAX}. */
  public CallOptions withTimeout(Duration timeout) {
    return new CallOptions(timeout, failFast, inheritDeadline, metadata);
  }

  /** These options, failing at once when there is no connection. */
  public CallOptions withFailFast() {
    return new CallOptions(timeout, true, inheritDeadline, metadata);
  }

  /** These options, without regard to the deadline of the handler that makes the call. */
  public CallOptions withoutInheritedDeadline() {
    return new CallOptions(timeout, failFast, false, metadata);
  }

  /** These options with other metadata. */
  public CallOptions withMetadata(Metadata metadata) {
    return new CallOptions(timeout, failFast, inheritDeadline, metadata);
  }

  /**
   * These options with one more entry of metadata, which replaces the value that the key had.
   *
   * @throws IllegalArgumentException when it breaks one of {@link Metadata}'s limits
   */
  public CallOptions withMetadata(String key, String value) {
    return withMetadata(metadata.with(key, value));
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
