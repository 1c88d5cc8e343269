package dev.weft.internal.transport;

import dev.weft.spi.OnConnect;
import dev.weft.spi.TransportChannel;
import dev.weft.testing.CertificateAuthority;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/** The server's end of TLS over whatever channel there is, where {@code tls://} is over TCP. */
public final class TlsEntry implements OnConnect {

  private static final char[] PASSWORD = {};

  private final SSLContext context;

  /** With this certificate. */
  public TlsEntry(CertificateAuthority.Issued certificate) {
    try {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(null, PASSWORD);
      X509Certificate[] chain = certificate.chain().toArray(X509Certificate[]::new);
      keys.setKeyEntry("server", certificate.key(), PASSWORD, chain);
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(keys, PASSWORD);
      context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("this JVM has no TLS: " + e.getMessage(), e);
    }
  }

  @Override
  public TransportChannel connected(TransportChannel channel) {
    return new TlsChannel(channel, this::engine);
  }

  private SSLEngine engine() {
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(false);
    return engine;
  }

  /** What an honest client says first. */
  public static byte[] clientHello() {
    try {
      SSLEngine engine = SSLContext.getDefault().createSSLEngine("localhost", 1);
      engine.setUseClientMode(true);
      ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
      engine.wrap(ByteBuffer.allocate(0), hello);
      byte[] bytes = new byte[hello.position()];
      hello.flip().get(bytes);
      return bytes;
    } catch (GeneralSecurityException | SSLException e) {
      throw new IllegalStateException("this JVM has no TLS: " + e.getMessage(), e);
    }
  }
}
