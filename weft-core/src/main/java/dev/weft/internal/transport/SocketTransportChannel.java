package dev.weft.internal.transport;

import dev.weft.PeerIdentity;
import dev.weft.spi.TransportChannel;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * A socket channel on which any thread can try to write while its reader waits.
 *
 * <p>Two things make that less simple than it sounds. A blocking {@link SocketChannel#write} closes
 * the channel when its thread is interrupted, so threads that are not ours must only write while
 * the channel is non-blocking. And {@link SocketChannel#configureBlocking} waits for reads and
 * writes in progress; if the readers of both ends waited so for their writers, nobody would read
 * any more. So the channel is blocking only while its reader or its writer really waits, and it is
 * switched only by a thread that nobody can keep waiting:
 *
 * <pre>
 *   NON_BLOCKING ──whoever writes──▶ NON_BLOCKING_WRITING ──the same──▶ NON_BLOCKING
 *   NON_BLOCKING ──reader, to wait──▶ SWITCHING ──▶ BLOCKING
 *   BLOCKING ──reader, with what it has waited for──▶ SWITCHING ──▶ NON_BLOCKING
 *   BLOCKING ──writer thread──▶ BLOCKING_WRITING ──writer thread──▶ BLOCKING
 *   NON_BLOCKING_WRITING ──writer thread, when the socket is full──▶ SWITCHING ──▶ BLOCKING_WRITING
 * </pre>
 *
 * The switch itself costs no system call on virtual threads: the JDK keeps their sockets
 * non-blocking underneath anyway.
 */
final class SocketTransportChannel implements TransportChannel {

  private static final int BLOCKING = 0;
  private static final int BLOCKING_WRITING = 1;
  private static final int SWITCHING = 2;
  private static final int NON_BLOCKING = 3;
  private static final int NON_BLOCKING_WRITING = 4;

  private static final VarHandle STATE;

  static {
    try {
      STATE =
          MethodHandles.lookup().findVarHandle(SocketTransportChannel.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final SocketChannel socket;
  private final String peer;
  private final PeerIdentity identity;
  private final boolean prefersCompression;
  private volatile int state = BLOCKING;

  /** Takes a connected socket to another machine. */
  SocketTransportChannel(SocketChannel socket, String peer) {
    this(socket, peer, PeerIdentity.UNKNOWN, true);
  }

  /** Takes a connected socket. */
  SocketTransportChannel(
      SocketChannel socket, String peer, PeerIdentity identity, boolean prefersCompression) {
    this.socket = socket;
    this.peer = peer;
    this.identity = identity;
    this.prefersCompression = prefersCompression;
  }

  @Override
  public String peer() {
    return peer;
  }

  @Override
  public PeerIdentity identity() {
    return identity;
  }

  @Override
  public boolean prefersCompression() {
    return prefersCompression;
  }

  @Override
  public int readNow(ByteBuffer target) throws IOException {
    if (state <= BLOCKING_WRITING) {
      return CANNOT_TELL; // the writer thread waits: it has made the channel blocking
    }
    // Should the writer switch at this moment, the read blocks: what follows would be that anyway.
    return socket.read(target);
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    while (state > BLOCKING_WRITING) {
      if (!trySwitch(NON_BLOCKING, true, BLOCKING)) {
        Thread.yield(); // a non-blocking write is about to end
      }
    }
    int bytes = socket.read(target);
    trySwitch(BLOCKING, false, NON_BLOCKING);
    return bytes;
  }

  @Override
  public boolean canWriteNow() {
    return state >= NON_BLOCKING;
  }

  @Override
  public int writeNow(ByteBuffer source) throws IOException {
    if (!STATE.compareAndSet(this, NON_BLOCKING, NON_BLOCKING_WRITING)) {
      return 0;
    }
    try {
      return socket.write(source);
    } finally {
      state = NON_BLOCKING;
    }
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    while (!STATE.compareAndSet(this, BLOCKING, BLOCKING_WRITING)) {
      if (STATE.compareAndSet(this, NON_BLOCKING, NON_BLOCKING_WRITING)) {
        return writeOrWait(source);
      }
      Thread.yield(); // the reader is switching, which takes a fraction of a microsecond
    }
    return writeBlocking(source);
  }

  private int writeOrWait(ByteBuffer source) throws IOException {
    int bytes;
    try {
      bytes = socket.write(source);
    } catch (IOException | RuntimeException e) {
      state = NON_BLOCKING;
      throw e;
    }
    if (bytes > 0 || !source.hasRemaining()) {
      state = NON_BLOCKING;
      return bytes;
    }
    state = SWITCHING;
    switchTo(true, BLOCKING_WRITING);
    return writeBlocking(source);
  }

  private int writeBlocking(ByteBuffer source) throws IOException {
    try {
      return socket.write(source);
    } finally {
      state = BLOCKING;
    }
  }

  private boolean trySwitch(int from, boolean blocking, int next) throws IOException {
    if (!STATE.compareAndSet(this, from, SWITCHING)) {
      return false;
    }
    switchTo(blocking, next);
    return true;
  }

  private void switchTo(boolean blocking, int next) throws IOException {
    try {
      socket.configureBlocking(blocking);
    } finally {
      state = next;
    }
  }

  @Override
  public boolean isOpen() {
    return socket.isOpen();
  }

  @Override
  public void close() throws IOException {
    try {
      // The peer must learn of it, even should the JDK leave the descriptor open: seen when others
      // were reading and writing, once in many closings, and not explained yet.
      socket.shutdownOutput();
    } catch (IOException | RuntimeException e) {
      // It was closed already, or never connected.
    }
    socket.close();
  }
}
