package dev.weft.internal.transport;

import dev.weft.spi.Transport;
import dev.weft.spi.TransportChannel;
import dev.weft.spi.TransportListener;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** TLS over TCP: {@code tls://host:port}. Any thread. */
public final class TlsTransport implements Transport {

  private static final String SCHEME = "tls";

  private final TcpTransport tcp;
  private final @Nullable TlsSettings settings;

  /**
   * @param settings {@code null} when nothing was said: clients trust whom the JVM trusts
   */
  public TlsTransport(@Nullable TlsSettings settings, SocketBuffers buffers) {
    this.settings = settings;
    this.tcp = new TcpTransport(SCHEME, buffers);
  }

  @Override
  public String scheme() {
    return SCHEME;
  }

  @Override
  public TransportChannel connect(URI address, Duration timeout) throws IOException {
    TlsSettings now = settings == null ? TlsSettings.OF_THE_JVM : settings;
    HostPort server = HostPort.of(address);
    return new TlsChannel(tcp.connect(address, timeout), () -> now.clientEngine(server));
  }

  @Override
  public TransportListener listen(URI address) throws IOException {
    TlsSettings now = settings;
    if (now == null || !now.canServe()) {
      throw new IllegalArgumentException(
          "to listen at "
              + address
              + " a server needs a certificate: give its builder tls(...) with one");
    }
    return new Listener(tcp.listen(address), now);
  }

  private record Listener(TransportListener tcp, TlsSettings settings)
      implements TransportListener {

    @Override
    public String address() {
      return tcp.address();
    }

    @Override
    public TransportChannel accept() throws IOException {
      return new TlsChannel(tcp.accept(), settings::serverEngine);
    }

    @Override
    public void close() throws IOException {
      tcp.close();
    }
  }
}
