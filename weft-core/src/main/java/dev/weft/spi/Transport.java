package dev.weft.spi;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/**
 * Makes channels between processes: TCP, a unix socket, a pipe in memory.
 *
 * <p>Found by {@link java.util.ServiceLoader} for the {@link #scheme()} of an address, or given to
 * a builder. Any thread.
 */
public interface Transport {

  /** The scheme of the addresses it serves, such as {@code tcp}. */
  String scheme();

  /**
   * Connects, on a virtual thread that may block.
   *
   * @param timeout how long it may take at the most
   * @throws IOException when there is nobody, with a message that names the address
   */
  TransportChannel connect(URI address, Duration timeout) throws IOException;

  /**
   * Listens.
   *
   * @throws IOException when the address cannot be had, with a message that names it
   */
  TransportListener listen(URI address) throws IOException;
}
