package dev.weft.spi;

import org.jspecify.annotations.Nullable;

/**
 * Carries the values of one declared type.
 *
 * <p>Any thread; implementations must be safe to share.
 */
public interface Marshaller {

  /** No lane: the caller knows nothing of where it runs. */
  int NO_LANE = -1;

  /**
   * The bytes of a value.
   *
   * @return a new array that the caller owns
   * @throws RuntimeException when the value cannot be sent, for example because it holds an object
   *     of a type that was not bound; the message says which
   */
  byte[] encode(@Nullable Object value);

  /**
   * The same, with a hint. What a codec needs for its work lies in the cache of the processor that
   * did the last work with it, and is slow to get from there to another. So work that is probably
   * done on one processor carries one number: a server's connection has one for all of its calls.
   * By default the hint is ignored.
   *
   * @param lane not negative, and small; work in different lanes may go on at the same time, and
   *     sometimes work in one lane, too; or {@link #NO_LANE}
   */
  default byte[] encode(@Nullable Object value, int lane) {
    return encode(value);
  }

  /**
   * The value in these bytes, which come from a peer and are hostile until checked.
   *
   * @param bytes lent: not kept after the call
   * @param length all of these bytes belong to the value
   * @throws RuntimeException when they are not a value of the declared type
   */
  @Nullable Object decode(byte[] bytes, int offset, int length);

  /** The same, with a hint as for {@link #encode(Object, int)}. */
  default @Nullable Object decode(byte[] bytes, int offset, int length, int lane) {
    return decode(bytes, offset, length);
  }
}
