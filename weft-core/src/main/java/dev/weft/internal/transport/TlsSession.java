package dev.weft.internal.transport;

import dev.weft.PeerIdentity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * What two peers have agreed on: encrypts and decrypts records. One thread may encrypt while
 * another decrypts.
 */
final class TlsSession {

  private static final String LATEST = "TLSv1.3";

  private final SSLEngine engine;
  private final boolean canRenegotiate;

  /** After the handshake. */
  TlsSession(SSLEngine engine) {
    this.engine = engine;
    this.canRenegotiate = !engine.getSession().getProtocol().equals(LATEST);
  }

  /** What the peer has shown of itself in the handshake. */
  static PeerIdentity identity(SSLEngine engine) {
    Certificate[] shown;
    try {
      shown = engine.getSession().getPeerCertificates();
    } catch (SSLPeerUnverifiedException e) {
      return PeerIdentity.UNKNOWN;
    }
    List<X509Certificate> certificates = new ArrayList<>();
    for (Certificate each : shown) {
      if (each instanceof X509Certificate certificate) {
        certificates.add(certificate);
      }
    }
    return PeerIdentity.ofCertificates(certificates);
  }

  /** Bytes that one record can take, encrypted. */
  int recordBytesMax() {
    return engine.getSession().getPacketBufferSize();
  }

  /** Bytes that one record can hold. */
  int plainBytesMax() {
    return engine.getSession().getApplicationBufferSize();
  }

  /**
   * Decrypts one record.
   *
   * @throws SSLException when it was tampered with
   */
  SSLEngineResult decrypt(ByteBuffer source, ByteBuffer target) throws IOException {
    SSLEngineResult result = engine.unwrap(source, target);
    afterwards(result);
    return result;
  }

  /**
   * Encrypts as many records as there is room for.
   *
   * @throws SSLException when the peer has said goodbye
   */
  void encrypt(ByteBuffer source, ByteBuffer target) throws IOException {
    while (source.hasRemaining()) {
      SSLEngineResult result = engine.wrap(source, target);
      if (result.getStatus() == Status.CLOSED) {
        throw new SSLException("the peer has ended the TLS session");
      }
      if (result.getStatus() != Status.OK) {
        return; // no room
      }
      afterwards(result);
    }
  }

  private void afterwards(SSLEngineResult result) throws SSLException {
    HandshakeStatus now = result.getHandshakeStatus();
    if (now == HandshakeStatus.NOT_HANDSHAKING || now == HandshakeStatus.FINISHED) {
      return;
    }
    if (canRenegotiate && result.getStatus() == Status.OK) {
      throw new SSLException("the peer asks for a TLS renegotiation, which is not allowed");
    }
    runTasks(engine);
    if (now != HandshakeStatus.NEED_TASK
        && result.getStatus() == Status.OK
        && result.bytesConsumed() + result.bytesProduced() == 0) {
      throw new SSLException("the TLS session does not go on: " + now);
    }
  }

  /** The last words. */
  void close(ByteBuffer target) throws IOException {
    engine.closeOutbound();
    engine.wrap(ByteBuffer.allocate(0), target);
  }

  /** What the engine leaves to others because it takes long, such as checking certificates. */
  static void runTasks(SSLEngine engine) {
    for (Runnable task = engine.getDelegatedTask();
        task != null;
        task = engine.getDelegatedTask()) {
      task.run();
    }
  }
}
