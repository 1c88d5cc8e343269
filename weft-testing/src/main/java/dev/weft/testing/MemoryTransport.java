package dev.weft.testing;

import dev.weft.spi.Transport;
import dev.weft.spi.TransportChannel;
import dev.weft.spi.TransportListener;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Connects clients and servers of one process without sockets: {@code mem:name}. Its channels
 * behave as sockets do: bounded buffers, a peer that closes is an end of stream after what it has
 * written, writing to it an {@link IOException}.
 *
 * <p>Each object is a world of its own: give the same one to the client's and the server's builder.
 *
 * <pre>{@code
 * MemoryTransport memory = new MemoryTransport();
 * RpcServer server = RpcServer.builder().transport(memory).listen("mem:words") ... .start();
 * RpcClient client = RpcClient.builder().transport(memory).connect("mem:words");
 * }</pre>
 *
 * <p>Any thread.
 */
public final class MemoryTransport implements Transport {

  /** Bytes that a channel holds in each direction, if nothing else is said. */
  public static final int PIPE_BYTES = 64 * 1024;

  private final ConcurrentMap<String, MemoryListener> listeners = new ConcurrentHashMap<>();
  private final int pipeBytes;

  /** With pipes of {@link #PIPE_BYTES}. */
  public MemoryTransport() {
    this(PIPE_BYTES);
  }

  /**
   * With pipes of this size.
   *
   * @param pipeBytes what a channel holds in each direction before writing waits, at least 1; few,
   *     to see what happens when the network is slower than its users
   */
  public MemoryTransport(int pipeBytes) {
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
    MemoryListener listener = listeners.get(name(address));
    if (listener == null) {
      throw new IOException("cannot connect to " + address + ": nobody listens there");
    }
    Pipe toServer = new Pipe(pipeBytes);
    Pipe toClient = new Pipe(pipeBytes);
    listener.offer(toServer, toClient);
    return new MemoryChannel(address.toString(), toClient, toServer);
  }

  @Override
  public TransportListener listen(URI address) throws IOException {
    String name = name(address);
    MemoryListener listener =
        new MemoryListener(address.toString(), closing -> listeners.remove(name, closing));
    if (listeners.putIfAbsent(name, listener) != null) {
      throw new IOException("cannot listen at " + address + ": somebody else does");
    }
    return listener;
  }

  @Override
  public boolean prefersCompression() {
    return false;
  }

  private static String name(URI address) throws IOException {
    String name = address.getSchemeSpecificPart();
    if (name.isEmpty()) {
      throw new IOException("the address " + address + " has no name; one like mem:words does");
    }
    return name;
  }
}
