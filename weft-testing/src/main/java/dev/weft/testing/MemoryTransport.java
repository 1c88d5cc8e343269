package dev.weft.testing;

import dev.weft.internal.transport.MemoryNetwork;
import dev.weft.spi.Transport;
import dev.weft.spi.TransportChannel;
import dev.weft.spi.TransportListener;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/**
 * Connects clients and servers of one process without sockets: {@code mem:name}. Its channels
 * behave as sockets do: bounded buffers, a peer that closes is an end of stream after what it has
 * written, writing to it an {@link IOException}.
 *
 * <p>Without one, {@code mem:} addresses belong to the whole process. Each object is a world of its
 * own, where tests that run side by side do not take each other's names: give the same one to the
 * client's and the server's builder.
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
  public static final int PIPE_BYTES = MemoryNetwork.PIPE_BYTES;

  private final MemoryNetwork network;

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
    network = new MemoryNetwork(pipeBytes);
  }

  @Override
  public String scheme() {
    return network.scheme();
  }

  @Override
  public TransportChannel connect(URI address, Duration timeout) throws IOException {
    return network.connect(address, timeout);
  }

  @Override
  public TransportListener listen(URI address) throws IOException {
    return network.listen(address);
  }
}
