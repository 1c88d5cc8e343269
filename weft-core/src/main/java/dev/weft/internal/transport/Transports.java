package dev.weft.internal.transport;

import dev.weft.spi.Transport;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

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
    switch (uri.getScheme()) {
      case "tcp", "tls" -> HostPort.of(uri);
      case "unix" -> UnixAddress.of(uri);
      default -> {
        // Its transport knows more.
      }
    }
    return uri;
  }

  static IllegalArgumentException invalid(String address, String why) {
    return invalid(address, "tcp://127.0.0.1:7000", why);
  }

  static IllegalArgumentException invalid(String address, String example, String why) {
    return new IllegalArgumentException(
        "the address \"" + address + "\" is not one like " + example + ": " + why);
  }

  /**
   * The transport of the address's scheme: the user's own first, then Weft's, then what is on the
   * class path.
   *
   * @param tls for {@code tls://} addresses; {@code null} when nothing was said about it
   * @param buffers of Weft's own sockets
   * @throws IllegalArgumentException when there is none
   */
  public static Transport find(
      URI address, List<Transport> own, @Nullable TlsSettings tls, SocketBuffers buffers) {
    List<Transport> known = new ArrayList<>(own);
    known.add(new TcpTransport(buffers));
    known.add(new TlsTransport(tls, buffers));
    known.add(new UnixTransport(buffers));
    known.add(MemoryNetwork.OF_THE_PROCESS);
    TreeSet<String> schemes = new TreeSet<>();
    for (Iterable<Transport> some : List.of(known, ServiceLoader.load(Transport.class))) {
      for (Transport transport : some) {
        if (transport.scheme().equals(address.getScheme())) {
          return transport;
        }
        schemes.add(transport.scheme());
      }
    }
    throw new IllegalArgumentException(
        "no transport for " + address + ": there are " + String.join(", ", schemes));
  }
}
