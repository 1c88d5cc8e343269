package dev.weft;

/**
 * What happens to a call when as many are open as may be ({@code openCallsMax}, {@code
 * openBytesMax}). Whoever loses fails with a {@link RpcOverloadedException} at once, and was not
 * executed.
 */
public enum OverflowPolicy {
  /**
   * The new call takes the place of the oldest that is not sent yet: whoever asks last is the most
   * likely to be still interested. When all open calls are sent, the new one fails. Calls of a
   * {@link Batch} are never dropped for others. The default.
   */
  DROP_OLDEST,

  /** The new call fails. */
  REJECT_NEWEST,

  /**
   * The new call's thread waits for room, those that wait longest first, until the call's deadline;
   * one-way messages wait as well. Asynchronous calls, and what is made on a connection's reader
   * thread, must not wait: they fail, as with {@link #REJECT_NEWEST}.
   */
  WAIT
}
