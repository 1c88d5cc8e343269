package dev.weft.internal.transport;

import dev.weft.spi.Transport;
import dev.weft.spi.TransportChannel;
import dev.weft.spi.TransportListener;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Clients and servers of one process, without sockets: {@code mem:name}. Its channels behave as
 * sockets do: bounded buffers, a peer that closes is an end of stream after what it has written,
 * writing to it an {@link IOException}. Any thread.
 */
public final class MemoryNetwork implements Transport {

  /** Bytes that a channel holds in each direction, if nothing else is said. */
  public static final int PIPE_BYTES = 64 * 1024;

  /** The one in which {@code mem:} addresses are looked up when the builder is given no other. */
  static final MemoryNetwork OF_THE_PROCESS = new MemoryNetwork(PIPE_BYTES);

  private final ConcurrentMap<String, MemoryListener> listeners = new ConcurrentHashMap<>();
  private final int pipeBytes;

  /**
   * Another world, with names of its own.
   *
   * @param pipeBytes what a channel holds in each direction before writing waits, at least 1
   */
  public MemoryNetwork(int pipeBytes) {
    if (pipeBytes < 1) {
      throw new IllegalArgumentException("pipeBytes " + pipeBytes + " is not positive");
    }
    this.pipeBytes = pipeBytes;
  }

  @Override
  public String scheme() {
    return "mem";
  }

  @Override
  public TransportChannel connect(URI address, Duration timeout) throws IOException {
    MemoryListener listener = listeners.get(address.getSchemeSpecificPart());
    if (listener == null) {
      throw new ConnectException("cannot connect to " + address + ": nobody listens there");
    }
    Pipe toServer = new Pipe(pipeBytes);
    Pipe toClient = new Pipe(pipeBytes);
    listener.offer(toServer, toClient);
    return new MemoryChannel(address.toString(), toClient, toServer);
  }

  @Override
  public TransportListener listen(URI address) throws IOException {
    String name = address.getSchemeSpecificPart();
    MemoryListener listener =
        new MemoryListener(address.toString(), closing -> listeners.remove(name, closing));
    if (listeners.putIfAbsent(name, listener) != null) {
      throw new IOException("cannot listen at " + address + ": somebody else does");
    }
    return listener;
  }
}
