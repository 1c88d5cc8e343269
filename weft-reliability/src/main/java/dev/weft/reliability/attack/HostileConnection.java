package dev.weft.reliability.attack;

import dev.weft.reliability.wire.WireBytes;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A connection that says what is wanted. Nothing waits for longer than a few seconds: a server that
 * takes no more bytes is as good as one that has closed. One thread.
 */
final class HostileConnection implements AutoCloseable {

  private static final long PATIENCE_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long NAP_NANOS = 200_000;
  private static final String CODEC = "fory-1";

  /** Magic, version, length. */
  private static final int HELLO_HEAD_BYTES = 7;

  private final SocketChannel socket;
  private ByteBuffer unsaid = ByteBuffer.allocate(0);
  private final ByteBuffer received = ByteBuffer.allocate(64 * 1024);

  HostileConnection(URI server) throws IOException {
    this(server, 0);
  }

  /** One whose system takes as little as can be from the server before it is read. */
  static HostileConnection narrow(URI server) throws IOException {
    return new HostileConnection(server, 1);
  }

  /**
   * @param bufferBytes the system's, for what comes; 0: as it likes
   */
  private HostileConnection(URI server, int bufferBytes) throws IOException {
    socket = SocketChannel.open();
    try {
      if (bufferBytes > 0) {
        socket.setOption(StandardSocketOptions.SO_RCVBUF, bufferBytes);
      }
      // Reset instead of lingering: an attacker has ports enough, and so shall we.
      socket.setOption(StandardSocketOptions.SO_LINGER, 0);
      socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
      socket.socket().connect(new InetSocketAddress(server.getHost(), server.getPort()), 5_000);
      socket.configureBlocking(false);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** Says hello, and reads the server's. */
  void greet(String compression) throws IOException {
    if (!write(WireBytes.hello(CODEC, compression)) || !awaitHello()) {
      throw new EOFException("the server does not greet");
    }
  }

  private boolean awaitHello() {
    int bytes = HELLO_HEAD_BYTES;
    while (received.position() < bytes) {
      if (!receive(bytes)) {
        return false;
      }
      if (received.position() >= HELLO_HEAD_BYTES) {
        bytes = HELLO_HEAD_BYTES + (received.get(5) & 0xff) + ((received.get(6) & 0xff) << 8);
      }
    }
    received.clear();
    return true;
  }

  private boolean receive(int until) {
    received.limit(until);
    long begin = System.nanoTime();
    try {
      for (int bytes = socket.read(received); bytes <= 0; bytes = socket.read(received)) {
        if (bytes < 0 || System.nanoTime() - begin > PATIENCE_NANOS) {
          return false;
        }
        LockSupport.parkNanos(NAP_NANOS);
      }
      return true;
    } catch (IOException e) {
      return false;
    } finally {
      received.limit(received.capacity());
    }
  }

  /**
   * Says something, waiting for the server to take it.
   *
   * @return whether it has; else it has closed the connection, or reads no more
   */
  boolean write(byte[] bytes) {
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    long begin = System.nanoTime();
    try {
      while (rest.hasRemaining()) {
        if (socket.write(rest) == 0) {
          if (System.nanoTime() - begin > PATIENCE_NANOS) {
            return false;
          }
          LockSupport.parkNanos(NAP_NANOS);
        }
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Says something as far as the server takes it at once; what is left is said the next time.
   *
   * @return whether the connection lives
   */
  boolean tryWrite(byte[] bytes) {
    try {
      if (!unsaid.hasRemaining()) {
        unsaid = ByteBuffer.wrap(bytes);
      }
      socket.write(unsaid);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Frames in a block of their own. */
  boolean writeBlock(byte[] frames) {
    return write(WireBytes.block(frames));
  }

  /**
   * Reads and forgets what has come, without waiting.
   *
   * @return whether the connection lives
   */
  boolean drain() {
    try {
      int bytes;
      do {
        received.clear();
        bytes = socket.read(received);
      } while (bytes > 0);
      return bytes == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Reads until the server closes; for tests. */
  boolean awaitClosed() {
    long begin = System.nanoTime();
    while (drain()) {
      if (System.nanoTime() - begin > 4 * PATIENCE_NANOS) {
        return false;
      }
      LockSupport.parkNanos(NAP_NANOS);
    }
    return true;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone all the same.
    }
  }
}
