package dev.weft;

import java.security.Principal;

/**
 * Says who a client is, or that it is not wanted, from the credentials that it has sent with its
 * hello.
 */
@FunctionalInterface
public interface Authenticator {

  /**
   * Looks at a new client, on the thread of its connection, before anything it sends is served. It
   * may block; when the handshake timeout is over, its thread is interrupted, and the client goes
   * without an answer.
   *
   * @param peer the other end
   * @param credentials what the client's {@code credentials(...)} gave; empty when it gave nothing.
   *     They never appear in Weft's logs and messages
   * @return who it is: {@link CallContext#principal()}
   * @throws SecurityException when it is not wanted; the client is told the message, its calls fail
   *     with it, and it does not come back soon
   * @throws Exception when that cannot be found out just now; the client is told only this, and
   *     tries again later
   */
  Principal authenticate(Peer peer, byte[] credentials) throws Exception;

  /**
   * The other end of a new connection.
   *
   * @param address such as {@code tcp://127.0.0.1:49152}
   * @param identity what the transport has made sure of: its TLS certificates, or its user and
   *     group over a unix socket
   */
  record Peer(String address, PeerIdentity identity) {}
}
