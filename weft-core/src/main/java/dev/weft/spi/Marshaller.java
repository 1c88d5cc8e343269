package dev.weft.spi;

import org.jspecify.annotations.Nullable;

/**
 * Carries the values of one declared type.
 *
 * <p>What a codec needs for its work lies in the cache of the processor that did the last work with
 * it, and is slow to get from there to another. So work that is probably done on one processor has
 * one number, its lane: a server's connection has one for all of its calls. It is a hint, which a
 * marshaller without state ignores.
 *
 * <p>Any thread; implementations must be safe to share.
 */
public interface Marshaller {

  /** The lane of work of which nothing is known. */
  int NO_LANE = -1;

  /**
   * Appends the bytes of a value.
   *
   * @param target lent; what it holds already stays, also when this fails
   * @param lane not negative, or {@link #NO_LANE}; work in different lanes may go on at the same
   *     time, and sometimes work in one lane, too
   * @throws RuntimeException when the value cannot be sent, for example because it holds an object
   *     of a type that was not bound; the message says which. What is behind the target's old
   *     length then does not matter
   */
  void encode(@Nullable Object value, Payload target, int lane);

  /**
   * The value in these bytes, which come from a peer and are hostile until checked.
   *
   * @param bytes lent: not kept after the call
   * @param length all of these bytes belong to the value
   * @param lane as for {@link #encode}
   * @throws RuntimeException when they are not a value of the declared type
   */
  @Nullable Object decode(byte[] bytes, int offset, int length, int lane);
}
