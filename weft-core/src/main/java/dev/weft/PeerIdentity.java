package dev.weft;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * Who is at the other end of a connection, as far as its transport has made sure of it: by
 * certificates over TLS, by the kernel's word over a unix socket; over TCP nobody knows. Any
 * thread.
 *
 * @param certificates the peer's TLS certificates, its own first, then those that vouch for it;
 *     empty without TLS, and of clients that were not asked for one
 * @param unixUser the user that the peer's process ran as when it connected, over a unix socket
 * @param unixGroup that process's group
 */
public record PeerIdentity(
    List<X509Certificate> certificates, Optional<String> unixUser, Optional<String> unixGroup) {

  /** Somebody of whom the transport knows nothing. */
  public static final PeerIdentity UNKNOWN = ofCertificates(List.of());

  /** Copies the list. */
  public PeerIdentity {
    certificates = List.copyOf(certificates);
  }

  /** Somebody who has shown certificates, his own first. */
  public static PeerIdentity ofCertificates(List<X509Certificate> certificates) {
    return new PeerIdentity(certificates, Optional.empty(), Optional.empty());
  }

  /** A process on this machine. */
  public static PeerIdentity ofProcess(String user, String group) {
    return new PeerIdentity(List.of(), Optional.of(user), Optional.of(group));
  }

  /** The peer's own certificate. */
  public Optional<X509Certificate> certificate() {
    return certificates.isEmpty() ? Optional.empty() : Optional.of(certificates.get(0));
  }
}
