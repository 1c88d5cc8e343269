package dev.weft.internal.transport;

import java.net.URI;

/** Where to connect to or listen at, over TCP or TLS. */
record HostPort(String host, int port) {

  private static final int PORT_MAX = 65535;

  /**
   * Reads {@code tcp://host:port} and the like. {@link URI} alone does not take hosts with an
   * underscore, as containers have them.
   *
   * @throws IllegalArgumentException when one of the two is missing
   */
  static HostPort of(URI address) {
    String authority = address.getAuthority() == null ? "" : address.getAuthority();
    int colon = authority.lastIndexOf(':');
    String host = colon < 0 ? authority : authority.substring(0, colon);
    if (host.isEmpty()) {
      throw Transports.invalid(address.toString(), "it has no host");
    }
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    try {
      int port = Integer.parseInt(authority.substring(colon + 1));
      if (colon >= 0 && port >= 0 && port <= PORT_MAX) {
        return new HostPort(host, port);
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw Transports.invalid(address.toString(), "it has no port from 0 to " + PORT_MAX);
  }
}
