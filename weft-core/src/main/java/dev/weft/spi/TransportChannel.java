package dev.weft.spi;

import dev.weft.PeerIdentity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;

/**
 * A stream of bytes to a peer that can be read, written and closed, as plainly as that: reading
 * blocks until there is something, writing until something is taken. Bytes that a write has not
 * taken are the first ones of the next write.
 *
 * <p>One virtual thread of Weft's reads, another writes, any third may close; closing ends both
 * with an {@link IOException}. Nobody else blocks on a channel, and nobody interrupts these two.
 * The methods {@link #readNow} and {@link #writeNow} are for speed: a channel that does without
 * them works as well.
 */
public interface TransportChannel extends ByteChannel {

  /** Returned by {@link #readNow} when only {@link #read} can find out. */
  int CANNOT_TELL = -2;

  /**
   * Does what must be done before the first byte, such as a TLS handshake; may block. Called once
   * and before all else, by the thread that will read, which a limit of time will end by closing
   * the channel. By default nothing.
   *
   * @throws javax.net.ssl.SSLException when the peer is not the right one
   * @throws IOException when the channel is lost
   */
  default void handshake() throws IOException {}

  /** The peer's address, for messages and logs. */
  String peer();

  /** Who the peer is, as far as the transport knows; after the {@link #handshake}. Any thread. */
  default PeerIdentity identity() {
    return PeerIdentity.UNKNOWN;
  }

  /**
   * Whether compressing is worth its time if nobody says otherwise: where bytes cost more than it
   * does, as they do between machines. By default it is.
   */
  default boolean prefersCompression() {
    return true;
  }

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
   * Nothing will be written for a while: the channel may give back what it needs for that alone.
   * Never while somebody writes; often, so it must be cheap. By default nothing.
   */
  default void rest() {}

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
