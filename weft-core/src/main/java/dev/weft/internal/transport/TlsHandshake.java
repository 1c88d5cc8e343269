package dev.weft.internal.transport;

import dev.weft.spi.TransportChannel;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/**
 * Makes a TLS session with the peer, and sees to it that a failure is understood at both ends. One
 * thread, which may block, and which a limit of time ends by closing the channel.
 */
final class TlsHandshake {

  /** The first byte of a TLS record: change cipher spec, alert, handshake, application data. */
  private static final int RECORD_TYPE_MIN = 20;

  private static final int RECORD_TYPE_MAX = 23;

  /** For a peer who speaks no TLS, but may know one of its alerts: fatal, unexpected message. */
  private static final byte[] ALERT = {21, 3, 3, 0, 2, 2, 10};

  /** What a peer may still send that was told that it is not wanted. */
  private static final int LAST_BYTES_MAX = 64 * 1024;

  /** Enough for most; more only when more has come, as peers may say nothing, or little. */
  private static final int BYTES_FIRST = 512;

  private final SSLEngine engine;
  private final TransportChannel channel;
  private final int recordBytesMax;
  private final ByteBuffer nothing = ByteBuffer.allocate(0);
  private ByteBuffer in = ByteBuffer.allocate(BYTES_FIRST).limit(0);
  private boolean metAnything;

  TlsHandshake(SSLEngine engine, TransportChannel channel) {
    this.engine = engine;
    this.channel = channel;
    this.recordBytesMax = engine.getSession().getPacketBufferSize();
  }

  /** What the peer has sent beyond its handshake, from position to limit. */
  ByteBuffer in() {
    return in;
  }

  /**
   * @throws SSLException when the peer is not the right one; it was told
   * @throws IOException when the channel is lost
   */
  void run() throws IOException {
    try {
      engine.beginHandshake();
      while (engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING) {
        step();
      }
    } catch (SSLException e) {
      if (tellPeer(e) && !engine.getUseClientMode()) {
        awaitEnd();
      }
      throw failure(e);
    }
  }

  private void step() throws IOException {
    switch (engine.getHandshakeStatus()) {
      case NEED_WRAP -> wrap();
      case NEED_TASK -> TlsSession.runTasks(engine);
      default -> unwrap();
    }
  }

  private void wrap() throws IOException {
    ByteBuffer out = ByteBuffer.allocate(recordBytesMax);
    SSLEngineResult result = engine.wrap(nothing, out);
    writeAll(out.flip());
    if (result.getStatus() == Status.CLOSED) {
      throw new SSLHandshakeException("the peer has closed it");
    }
  }

  private void unwrap() throws IOException {
    Status status = in.hasRemaining() ? engine.unwrap(in, nothing).getStatus() : null;
    if (status == null || status == Status.BUFFER_UNDERFLOW) {
      readMore();
    } else if (status == Status.CLOSED) {
      throw new SSLHandshakeException("the peer has closed it");
    }
  }

  private void readMore() throws IOException {
    in.compact();
    if (!in.hasRemaining()) {
      in = ByteBuffer.allocate(Math.max(recordBytesMax, 2 * in.capacity())).put(in.flip());
    }
    int bytes;
    try {
      bytes = channel.read(in);
    } finally {
      in.flip();
    }
    if (bytes < 0) {
      throw new EOFException("the peer has closed the connection during the TLS handshake");
    }
    if (!metAnything && in.hasRemaining()) {
      metAnything = true;
      checkTls();
    }
  }

  private void checkTls() throws IOException {
    int type = in.get(in.position());
    if (type >= RECORD_TYPE_MIN && type <= RECORD_TYPE_MAX) {
      return;
    }
    byte[] first = new byte[Math.min(in.remaining(), 4)];
    in.get(in.position(), first);
    String text = new String(first, StandardCharsets.ISO_8859_1);
    String peer =
        type == 'W' && "WEFT".startsWith(text)
            ? "the peer speaks Weft without TLS: its address is a plain one (tcp://)"
            : "the peer does not speak TLS";
    throw new NoTlsException(peer);
  }

  /** What the peer has sent is no TLS at all, so the engine has no words for it. */
  private static final class NoTlsException extends SSLException {

    private static final long serialVersionUID = 1L;

    NoTlsException(String message) {
      super(message);
    }
  }

  private static SSLException failure(SSLException e) {
    if (e instanceof NoTlsException) {
      return e;
    }
    SSLHandshakeException failure =
        new SSLHandshakeException("the TLS handshake failed: " + e.getMessage());
    failure.initCause(e);
    return failure;
  }

  /** Sends what the engine, or we for it, have to say of the failure. */
  private boolean tellPeer(SSLException failure) {
    try {
      if (failure instanceof NoTlsException) {
        writeAll(ByteBuffer.wrap(ALERT));
        return true;
      }
      boolean told = false;
      while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
        ByteBuffer out = ByteBuffer.allocate(recordBytesMax);
        Status status = engine.wrap(nothing, out).getStatus();
        out.flip();
        told |= out.hasRemaining();
        writeAll(out);
        if (status != Status.OK) {
          break;
        }
      }
      return told;
    } catch (IOException e) {
      failure.addSuppressed(e);
      return false;
    }
  }

  /**
   * Lets the peer close first. To close while something of his is unread would reset the
   * connection, and the reset could overtake what he was told.
   */
  private void awaitEnd() {
    try {
      for (int bytes = 0; bytes < LAST_BYTES_MAX; ) {
        in.clear();
        int more = channel.read(in);
        if (more < 0) {
          return;
        }
        bytes += more;
      }
    } catch (IOException e) {
      // It has ended, which is all we wait for.
    } finally {
      in.limit(in.position());
    }
  }

  private void writeAll(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
