package dev.weft.internal.transport;

import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * How connections are made secure; {@code dev.weft.Tls} documents each. Any thread.
 *
 * @param contexts asked anew for each connection, on its own thread
 * @param canServe whether there is a certificate to show to clients
 * @param checksHostName clients: whether the server's certificate must be for the address's host
 * @param clientCertificate servers: what clients must show
 * @param protocols such as TLSv1.3
 */
public record TlsSettings(
    Supplier<SSLContext> contexts,
    boolean canServe,
    boolean checksHostName,
    ClientCertificate clientCertificate,
    List<String> protocols) {

  /** The latest, and the one before it, which is safe, too. */
  public static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

  /** For clients of which nothing was said: they trust whom the JVM trusts. */
  static final TlsSettings OF_THE_JVM =
      new TlsSettings(
          TlsSettings::defaultContext, false, true, ClientCertificate.NOT_ASKED, PROTOCOLS);

  /** What a server wants to see of its clients. */
  public enum ClientCertificate {
    NOT_ASKED,
    ASKED,
    REQUIRED
  }

  private static SSLContext defaultContext() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JVM has no TLS: " + e.getMessage(), e);
    }
  }

  SSLEngine clientEngine(HostPort server) {
    SSLEngine engine = contexts.get().createSSLEngine(server.host(), server.port());
    engine.setUseClientMode(true);
    SSLParameters parameters = parameters(engine);
    if (checksHostName) {
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }
    engine.setSSLParameters(parameters);
    return engine;
  }

  SSLEngine serverEngine() {
    SSLEngine engine = contexts.get().createSSLEngine();
    engine.setUseClientMode(false);
    SSLParameters parameters = parameters(engine);
    switch (clientCertificate) {
      case NOT_ASKED -> parameters.setWantClientAuth(false);
      case ASKED -> parameters.setWantClientAuth(true);
      case REQUIRED -> parameters.setNeedClientAuth(true);
    }
    engine.setSSLParameters(parameters);
    return engine;
  }

  private SSLParameters parameters(SSLEngine engine) {
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(protocols.toArray(String[]::new));
    return parameters;
  }
}
