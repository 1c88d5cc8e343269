package dev.weft.internal.transport;

import dev.weft.spi.Transport;
import dev.weft.spi.TransportChannel;
import dev.weft.spi.TransportListener;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** TCP: {@code tcp://host:port}, with IPv6 addresses in brackets. Any thread. */
public final class TcpTransport implements Transport {

  private static final Logger LOGGER = System.getLogger("dev.weft.server");

  private static final int BACKLOG = 1024;

  private static final String PLAIN = "tcp";

  private final String scheme;
  private final SocketBuffers buffers;

  /** For {@code tcp://} addresses. */
  public TcpTransport(SocketBuffers buffers) {
    this(PLAIN, buffers);
  }

  /** Under the scheme of what will be stacked on it. */
  TcpTransport(String scheme, SocketBuffers buffers) {
    this.scheme = scheme;
    this.buffers = buffers;
  }

  @Override
  public String scheme() {
    return scheme;
  }

  @Override
  public TransportChannel connect(URI address, Duration timeout) throws IOException {
    SocketChannel socket = open(address);
    try {
      InetSocketAddress peer = resolve(address);
      buffers.applyTo(socket);
      try {
        socket.socket().connect(peer, Math.toIntExact(Math.max(1, timeout.toMillis())));
      } catch (IOException e) {
        throw new IOException("cannot connect to " + address + ": " + e.getMessage(), e);
      }
      if (socket.getRemoteAddress().equals(socket.getLocalAddress())) {
        // Linux does this when the port is one that it gives to clients, and free.
        throw new IOException("cannot connect to " + address + ": nobody listens");
      }
      return configured(socket, format(peer));
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  private static SocketChannel open(URI address) throws IOException {
    try {
      return SocketChannel.open();
    } catch (IOException e) { // no descriptor left
      throw new IOException("cannot connect to " + address + ": " + e.getMessage(), e);
    }
  }

  @Override
  public TransportListener listen(URI address) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open();
    try {
      server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      buffers.applyToListener(server);
      server.bind(resolve(address), BACKLOG);
    } catch (IOException | RuntimeException e) {
      server.close();
      throw new IOException("cannot listen at " + address + ": " + e.getMessage(), e);
    }
    InetSocketAddress bound = (InetSocketAddress) server.getLocalAddress();
    String real = format(bound);
    if (scheme.equals(PLAIN) && !bound.getAddress().isLoopbackAddress()) {
      LOGGER.log(
          Level.WARNING,
          real
              + " is open to other machines without TLS: whoever is on the way can read and change"
              + " what is sent, and whoever reaches it can call (tls:// is the other, see"
              + " SECURITY.md)");
    }
    return new Listener(server, real, this);
  }

  private static InetSocketAddress resolve(URI address) throws IOException {
    HostPort where = HostPort.of(address);
    InetSocketAddress resolved = new InetSocketAddress(where.host(), where.port());
    if (resolved.isUnresolved()) {
      throw new IOException("the host of " + address + " has no address");
    }
    return resolved;
  }

  private static TransportChannel configured(SocketChannel socket, String peer) throws IOException {
    socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
    socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    return new SocketTransportChannel(socket, peer);
  }

  private String format(InetSocketAddress address) {
    InetAddress ip = address.getAddress();
    String host = ip.getHostAddress();
    return scheme
        + "://"
        + (host.contains(":") ? "[" + host + "]" : host)
        + ":"
        + address.getPort();
  }

  private record Listener(ServerSocketChannel server, String address, TcpTransport transport)
      implements TransportListener {

    @Override
    public TransportChannel accept() throws IOException {
      SocketChannel socket = server.accept();
      try {
        transport.buffers.applyTo(socket);
        return configured(socket, transport.format((InetSocketAddress) socket.getRemoteAddress()));
      } catch (IOException | RuntimeException e) {
        socket.close();
        throw e;
      }
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }
}
