package dev.weft.internal.transport;

import dev.weft.spi.Transport;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeSet;

/** Finds the transport for an address. Any thread. */
public final class Transports {

  private Transports() {}

  /**
   * Reads an address.
   *
   * @throws IllegalArgumentException when it is not one; the message shows a right one
   */
  public static URI parse(String address) {
    URI uri;
    try {
      uri = new URI(address);
    } catch (URISyntaxException e) {
      throw invalid(address, e.getReason());
    }
    if (uri.getScheme() == null) {
      throw invalid(address, "it has no scheme");
    }
    if (uri.getScheme().equals("tcp")) {
      HostPort.of(uri);
    }
    return uri;
  }

  static IllegalArgumentException invalid(String address, String why) {
    return new IllegalArgumentException(
        "the address \"" + address + "\" is not one like tcp://127.0.0.1:7000: " + why);
  }

  /**
   * The transport of the address's scheme: the user's own first, then Weft's.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static Transport find(URI address, List<Transport> own) {
    TreeSet<String> schemes = new TreeSet<>();
    for (Transport transport : own) {
      if (transport.scheme().equals(address.getScheme())) {
        return transport;
      }
      schemes.add(transport.scheme());
    }
    TcpTransport tcp = new TcpTransport();
    if (tcp.scheme().equals(address.getScheme())) {
      return tcp;
    }
    schemes.add(tcp.scheme());
    for (Transport transport : ServiceLoader.load(Transport.class)) {
      if (transport.scheme().equals(address.getScheme())) {
        return transport;
      }
      schemes.add(transport.scheme());
    }
    throw new IllegalArgumentException(
        "no transport for " + address + ": there are " + String.join(", ", schemes));
  }
}
