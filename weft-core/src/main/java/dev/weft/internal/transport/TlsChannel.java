package dev.weft.internal.transport;

import dev.weft.PeerIdentity;
import dev.weft.spi.TransportChannel;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/**
 * TLS over another channel, by the JDK's {@link SSLEngine}: this side of it decrypts for the reader
 * and encrypts for the writer, and waits only where the channel below waits.
 *
 * <pre>
 *   NEW ──handshake──▶ IDLE ──whoever writes──▶ WRITING ──the same──▶ IDLE
 *    └──────close───────┴───────────────close──────┴────────────────▶ CLOSED
 * </pre>
 *
 * <p>What belongs to whom: {@code in} and {@code plain} to the reader, {@code out} and {@code
 * untaken} to whoever is WRITING, or has closed an IDLE channel; before that all to the thread that
 * shakes hands. The engine lets one thread wrap while another unwraps.
 *
 * <p>An encrypted record cannot be taken back, so what was encrypted must be written to its end. If
 * the channel below takes only a part of it now, the bytes in it count as not taken: the writer,
 * who must offer them again, comes back to write the rest. As OpenSSL does.
 *
 * <p>A renegotiation (TLS 1.2) ends the connection. A peer's wish for new keys (TLS 1.3) is
 * answered by the next write, which is as early as the standard asks for.
 */
final class TlsChannel implements TransportChannel {

  private static final int NEW = 0;
  private static final int IDLE = 1;
  private static final int WRITING = 2;
  private static final int CLOSED = 3;

  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(TlsChannel.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** What the first read after a sleep may bring; the next ones bring what more there is. */
  private static final int LANDING_BYTES = 512;

  /** How long a close waits for the channel to take the goodbye, which it nearly always does. */
  private static final Duration GOODBYE = Duration.ofMillis(50);

  private final TransportChannel channel;
  private final Supplier<SSLEngine> engines;
  private final ByteBuffer nothing = ByteBuffer.allocate(0);

  @SuppressWarnings("NullAway.Init") // by the handshake, before which nobody else comes
  private TlsSession session;

  private PeerIdentity identity = PeerIdentity.UNKNOWN;

  /** Encrypted, read from the channel, from position to limit. */
  private ByteBuffer in = nothing;

  /** Whether {@code in} is one of {@link TlsBuffers}: never while the reader sleeps. */
  private boolean inIsLent;

  /** Where the reader sleeps when nothing has come. */
  private ByteBuffer landing = nothing;

  /** Decrypted, for targets that are too small for a record; from position to limit. */
  private ByteBuffer plain = nothing;

  /** Encrypted, to be written to the channel, from position to limit. Lent, until {@link #rest}. */
  private ByteBuffer out = nothing;

  private boolean outIsLent;

  /** How many bytes of the next write are already in {@code out}, or were. */
  private int untaken;

  private volatile int state = NEW;

  /**
   * Takes the channel.
   *
   * @param engines makes the engine, on the thread that shakes hands
   */
  TlsChannel(TransportChannel channel, Supplier<SSLEngine> engines) {
    this.channel = channel;
    this.engines = engines;
  }

  @Override
  public void handshake() throws IOException {
    channel.handshake();
    SSLEngine engine = engines.get();
    TlsHandshake handshake = new TlsHandshake(engine, channel);
    handshake.run();
    session = new TlsSession(engine);
    identity = TlsSession.identity(engine);
    in = handshake.in();
    landing = ByteBuffer.allocate(LANDING_BYTES).limit(0);
    if (!STATE.compareAndSet(this, NEW, IDLE)) {
      throw new ClosedChannelException();
    }
  }

  @Override
  public String peer() {
    return channel.peer();
  }

  @Override
  public PeerIdentity identity() {
    return identity;
  }

  @Override
  public boolean prefersCompression() {
    return channel.prefersCompression();
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    return read(target, true);
  }

  @Override
  public int readNow(ByteBuffer target) throws IOException {
    return read(target, false);
  }

  private int read(ByteBuffer target, boolean wait) throws IOException {
    checkOpen();
    boolean ended = true;
    try {
      int bytes = readOn(target, wait);
      ended = bytes == -1;
      return bytes;
    } finally {
      if (ended) {
        giveBackIn();
      }
    }
  }

  private int readOn(ByteBuffer target, boolean wait) throws IOException {
    for (; ; ) {
      int bytes = decrypt(target);
      if (bytes != 0 || !target.hasRemaining()) {
        return bytes;
      }
      int more = receiveNow();
      if (wait && (more == 0 || more == CANNOT_TELL)) {
        more = receiveAsleep();
      }
      if (more < 0 && more != CANNOT_TELL) {
        // Without a goodbye: but frames and blocks know their lengths, so nothing can be cut off.
        return -1;
      }
      if (more <= 0 && !wait) {
        return more;
      }
    }
  }

  private int receiveNow() throws IOException {
    if (!inIsLent) {
      in = TlsBuffers.take(session.recordBytesMax()).put(in).flip();
      inIsLent = true;
    }
    in.compact();
    try {
      return channel.readNow(in);
    } finally {
      in.flip();
    }
  }

  private void giveBackIn() {
    if (inIsLent) {
      inIsLent = false;
      TlsBuffers.give(in);
    }
    in = nothing;
  }

  /** Sleeps with no more than what has come of a record, and the room for the rest of it. */
  private int receiveAsleep() throws IOException {
    ByteBuffer small =
        in.hasRemaining()
            ? ByteBuffer.allocate(Math.max(session.recordBytesMax(), 2 * in.remaining()))
            : landing.clear();
    small.put(in);
    giveBackIn();
    in = small;
    try {
      return channel.read(in);
    } finally {
      in.flip();
    }
  }

  /**
   * @return bytes put into the target, 0 when there is no whole record, -1 after the peer's goodbye
   */
  private int decrypt(ByteBuffer target) throws IOException {
    int start = target.position();
    while (in.hasRemaining() && !plain.hasRemaining()) {
      Status status = session.decrypt(in, target).getStatus();
      if (status == Status.BUFFER_OVERFLOW && target.position() == start) {
        status = decryptAside(); // of which the target takes a part
      }
      if (status == Status.CLOSED && target.position() == start) {
        return -1;
      }
      if (status != Status.OK) {
        return target.position() - start;
      }
    }
    int bytes = Math.min(plain.remaining(), target.remaining());
    target.put(plain.slice(plain.position(), bytes));
    plain.position(plain.position() + bytes);
    return target.position() - start;
  }

  private Status decryptAside() throws IOException {
    if (plain.capacity() == 0) {
      plain = ByteBuffer.allocate(session.plainBytesMax());
    }
    plain.clear();
    try {
      Status status = session.decrypt(in, plain).getStatus();
      if (status == Status.BUFFER_OVERFLOW) {
        throw new SSLException("a TLS record is longer than the standard allows");
      }
      return status;
    } finally {
      plain.flip();
    }
  }

  @Override
  public boolean canWriteNow() {
    return state == IDLE && channel.canWriteNow();
  }

  @Override
  public int writeNow(ByteBuffer source) throws IOException {
    if (!STATE.compareAndSet(this, IDLE, WRITING)) {
      checkOpen();
      return 0;
    }
    try {
      int taken = 0;
      do {
        if (!out.hasRemaining() && untaken == 0) {
          encrypt(source);
        }
        channel.writeNow(out);
        if (out.hasRemaining()) {
          return taken;
        }
        taken += take(source);
      } while (source.hasRemaining());
      return taken;
    } finally {
      STATE.compareAndSet(this, WRITING, IDLE);
    }
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    if (!STATE.compareAndSet(this, IDLE, WRITING)) {
      checkOpen();
      throw new IllegalStateException("two threads write to " + peer());
    }
    try {
      if (!out.hasRemaining() && untaken == 0) {
        encrypt(source);
      }
      while (out.hasRemaining()) {
        channel.write(out);
      }
      return take(source);
    } finally {
      STATE.compareAndSet(this, WRITING, IDLE);
    }
  }

  @Override
  public void rest() {
    if (!STATE.compareAndSet(this, IDLE, WRITING)) {
      return;
    }
    if (outIsLent && !out.hasRemaining() && untaken == 0) {
      outIsLent = false;
      TlsBuffers.give(out);
      out = nothing;
    }
    STATE.compareAndSet(this, WRITING, IDLE);
    channel.rest();
  }

  /** As much as there is room for; the source's position stays. */
  private void encrypt(ByteBuffer source) throws IOException {
    int start = source.position();
    if (!outIsLent) {
      out = TlsBuffers.take(session.recordBytesMax());
      outIsLent = true;
    }
    out.clear();
    try {
      session.encrypt(source, out);
    } finally {
      out.flip();
      untaken = source.position() - start;
      source.position(start);
    }
  }

  /** What was encrypted is written: now it is taken. */
  private int take(ByteBuffer source) {
    int bytes = Math.min(untaken, source.remaining());
    source.position(source.position() + bytes);
    untaken -= bytes;
    return bytes;
  }

  private void checkOpen() throws IOException {
    if (state == NEW) {
      throw new IllegalStateException("the handshake with " + peer() + " has not been made");
    }
    if (state == CLOSED) {
      throw new ClosedChannelException();
    }
  }

  @Override
  public boolean isOpen() {
    return state != CLOSED && channel.isOpen();
  }

  /** Says goodbye, unless somebody is in the middle of a write, and closes the channel. */
  @Override
  public void close() throws IOException {
    int before = (int) STATE.getAndSet(this, CLOSED);
    if (before == IDLE && channel.isOpen() && !out.hasRemaining()) {
      sayGoodbye();
    }
    channel.close();
  }

  /** On another thread: the channel may have to wait, and then closing it is what ends that. */
  private void sayGoodbye() {
    Thread goodbye =
        Thread.ofVirtual()
            .name("weft-goodbye")
            .start(() -> {
              try {
                ByteBuffer last = ByteBuffer.allocate(session.recordBytesMax());
                session.close(last);
                last.flip();
                while (last.hasRemaining()) {
                  channel.write(last);
                }
              } catch (IOException | RuntimeException e) {
                // The peer will see the end without it.
              }
            });
    try {
      goodbye.join(GOODBYE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String toString() {
    return "TLS over " + channel;
  }
}
