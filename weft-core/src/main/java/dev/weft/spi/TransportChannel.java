package dev.weft.spi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;

/**
 * A stream of bytes to a peer that can be read, written and closed, as plainly as that: reading
 * blocks until there is something, writing until something is taken.
 *
 * <p>One virtual thread of Weft's reads, another writes, any third may close; closing ends both
 * with an {@link IOException}. Nobody else blocks on a channel, and nobody interrupts these two.
 * The methods {@link #readNow} and {@link #writeNow} are for speed: a channel that does without
 * them works as well.
 */
public interface TransportChannel extends ByteChannel {

  /** Returned by {@link #readNow} when only {@link #read} can find out. */
  int CANNOT_TELL = -2;

  /** The peer's address, for messages and logs. */
  String peer();

  /**
   * Reads what is there, without waiting for more. Reader thread only.
   *
   * @return the number of bytes read, 0 when there are none now, -1 at the end of the stream,
   *     {@link #CANNOT_TELL} when only {@link #read} can find out
   */
  default int readNow(ByteBuffer target) throws IOException {
    return CANNOT_TELL;
  }

  /**
   * Whether {@link #writeNow} is worth a try. Any thread; the answer may be outdated at once.
   *
   * @return whether the channel can write without waiting, as it is just now
   */
  default boolean canWriteNow() {
    return false;
  }

  /**
   * Writes what is taken without waiting, and without regard to interruptions: the calling thread's
   * interrupt status must neither matter nor be changed. Whoever holds the outbox.
   *
   * @return the number of bytes written, perhaps 0
   */
  default int writeNow(ByteBuffer source) throws IOException {
    return 0;
  }
}
