package dev.weft.spi;

import java.io.IOException;

/**
 * What is to be done with each new channel before anything is sent over it: let it pass, wrap it
 * (see {@link ForwardingChannel}), or refuse it. As gorpc's {@code OnConnect}.
 *
 * <p>Runs on the thread that is going to read the connection, so it keeps up no other one; before
 * the channel's {@link TransportChannel#handshake}, so over TLS the peer's certificates are not
 * known yet.
 */
@FunctionalInterface
public interface OnConnect {

  /** Lets everybody pass. */
  OnConnect PASS = channel -> channel;

  /**
   * A channel was made.
   *
   * @return the channel to use: the same, or one that wraps it and closes it when it is closed
   * @throws IOException to refuse it; it is closed then. A server logs the message; a client tries
   *     again after its backoff, as if the server were not there
   */
  TransportChannel connected(TransportChannel channel) throws IOException;
}
