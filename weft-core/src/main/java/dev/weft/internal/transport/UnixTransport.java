package dev.weft.internal.transport;

import dev.weft.PeerIdentity;
import dev.weft.spi.Transport;
import dev.weft.spi.TransportChannel;
import dev.weft.spi.TransportListener;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;
import org.jspecify.annotations.Nullable;

/**
 * Unix sockets: {@code unix:/path}; a server sets the file's mode with {@code
 * unix:/path?mode=0660}. The kernel tells who the peer is. Any thread.
 */
public final class UnixTransport implements Transport {

  private static final int BACKLOG = 1024;

  /** The bits of a file's mode that say what it is, and those of a socket: POSIX's stat.h. */
  private static final int TYPE_MASK = 0170000;

  private static final int TYPE_SOCKET = 0140000;

  private final SocketBuffers buffers;

  /** For {@code unix:} addresses. */
  public UnixTransport(SocketBuffers buffers) {
    this.buffers = buffers;
  }

  @Override
  public String scheme() {
    return "unix";
  }

  @Override
  public TransportChannel connect(URI address, Duration timeout) throws IOException {
    Path path = UnixAddress.of(address).path();
    SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      buffers.applyTo(socket);
      connect(socket, path);
      return channel(socket, "unix:" + path);
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw new IOException("cannot connect to " + address + ": " + e.getMessage(), e);
    }
  }

  /** Without waiting: where a blocking connect would, the listener's backlog is full. */
  private static void connect(SocketChannel socket, Path path) throws IOException {
    socket.configureBlocking(false);
    if (!socket.connect(UnixDomainSocketAddress.of(path))) {
      throw new IOException("too many others are waiting for it to accept them");
    }
    socket.configureBlocking(true);
  }

  private static TransportChannel channel(SocketChannel socket, String peer) throws IOException {
    return new SocketTransportChannel(socket, peer, identity(socket), false);
  }

  private static PeerIdentity identity(SocketChannel socket) throws IOException {
    if (!socket.supportedOptions().contains(ExtendedSocketOptions.SO_PEERCRED)) {
      return PeerIdentity.UNKNOWN; // not on this system
    }
    UnixDomainPrincipal peer = socket.getOption(ExtendedSocketOptions.SO_PEERCRED);
    return PeerIdentity.ofProcess(peer.user().getName(), peer.group().getName());
  }

  @Override
  public TransportListener listen(URI address) throws IOException {
    UnixAddress where = UnixAddress.of(address);
    Path path = where.path();
    ServerSocketChannel server = null;
    try {
      removeStale(path);
      server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      server.bind(UnixDomainSocketAddress.of(path), BACKLOG);
      Object key = fileKey(path);
      Set<PosixFilePermission> mode = where.mode();
      if (mode != null) {
        Files.setPosixFilePermissions(path, mode);
      }
      return new Listener(server, path, key, buffers, new AtomicLong());
    } catch (IOException | RuntimeException e) {
      if (server != null) {
        boolean bound = server.getLocalAddress() != null;
        server.close();
        if (bound) {
          Files.deleteIfExists(path);
        }
      }
      throw new IOException("cannot listen at " + address + ": " + describe(e), e);
    }
  }

  private static String describe(Exception failure) {
    String message = Objects.requireNonNullElse(failure.getMessage(), "");
    return failure.getClass() == IOException.class
        ? message
        : failure.getClass().getSimpleName() + ": " + message;
  }

  /** Removes what a server that was killed has left behind, and nothing else. */
  private static void removeStale(Path path) throws IOException {
    int mode;
    try {
      mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return;
    }
    if ((mode & TYPE_MASK) != TYPE_SOCKET) {
      throw new IOException("there is a file that is not a socket");
    }
    try (SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      connect(socket, path);
    } catch (ConnectException e) {
      Files.deleteIfExists(path); // refused: nobody listens
      return;
    }
    throw new IOException("somebody else does");
  }

  /** What tells the file from another one of the same name. */
  private static @Nullable Object fileKey(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .fileKey();
  }

  private record Listener(
      ServerSocketChannel server,
      Path path,
      @Nullable Object key,
      SocketBuffers buffers,
      AtomicLong accepted)
      implements TransportListener {

    @Override
    public String address() {
      return "unix:" + path.toUri().getRawPath();
    }

    @Override
    public TransportChannel accept() throws IOException {
      SocketChannel socket = server.accept();
      try {
        buffers.applyTo(socket);
        // The client's end has no address; the number tells one from the other in a log.
        return channel(socket, "unix:" + path + "#" + accepted.incrementAndGet());
      } catch (IOException | RuntimeException e) {
        socket.close();
        throw e;
      }
    }

    /** The file goes first, so that nobody finds a socket that refuses; unless it is another's. */
    @Override
    public void close() throws IOException {
      try {
        if (server.isOpen() && Objects.equals(key, fileKey(path))) {
          Files.deleteIfExists(path);
        }
      } catch (NoSuchFileException e) {
        // Somebody has removed it before.
      } finally {
        server.close();
      }
    }
  }
}
