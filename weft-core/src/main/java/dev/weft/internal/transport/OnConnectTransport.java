package dev.weft.internal.transport;

import static java.util.Objects.requireNonNull;

import dev.weft.spi.OnConnect;
import dev.weft.spi.Transport;
import dev.weft.spi.TransportChannel;
import dev.weft.spi.TransportListener;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/** A client's transport, whose channels its user wants to see first. Any thread. */
public final class OnConnectTransport implements Transport {

  private final Transport transport;
  private final OnConnect onConnect;

  /** Shows the transport's channels to the user. */
  public OnConnectTransport(Transport transport, OnConnect onConnect) {
    this.transport = transport;
    this.onConnect = onConnect;
  }

  @Override
  public String scheme() {
    return transport.scheme();
  }

  @Override
  public TransportChannel connect(URI address, Duration timeout) throws IOException {
    TransportChannel channel = transport.connect(address, timeout);
    try {
      return requireNonNull(onConnect.connected(channel), "onConnect returned null");
    } catch (IOException | RuntimeException | Error e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public TransportListener listen(URI address) throws IOException {
    return transport.listen(address);
  }
}
