package dev.weft.spi;

import java.io.Closeable;
import java.io.IOException;

/** Accepts channels at an address. Any thread. */
public interface TransportListener extends Closeable {

  /** The real address, with the port that was chosen when the asked-for one was 0. */
  String address();

  /**
   * Waits for the next channel, on a virtual thread.
   *
   * @throws IOException when the listener is closed, or when accepting failed this time
   */
  TransportChannel accept() throws IOException;
}
