package dev.weft.spi;

import org.jspecify.annotations.Nullable;

/**
 * Carries the values of one declared type.
 *
 * <p>Any thread; implementations must be safe to share.
 */
public interface Marshaller {

  /**
   * The bytes of a value.
   *
   * @return a new array that the caller owns
   * @throws RuntimeException when the value cannot be sent, for example because it holds an object
   *     of a type that was not bound; the message says which
   */
  byte[] encode(@Nullable Object value);

  /**
   * The value in these bytes, which come from a peer and are hostile until checked.
   *
   * @param bytes lent: not kept after the call
   * @param length all of these bytes belong to the value
   * @throws RuntimeException when they are not a value of the declared type
   */
  @Nullable Object decode(byte[] bytes, int offset, int length);
}
