package dev.weft;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/** A proxy that counts and keeps what passes, on all its connections together. */
final class Tap implements AutoCloseable {

  private final ServerSocket listener;
  private final int port;
  private final Side requests = new Side();
  private final Side responses = new Side();

  private Tap(ServerSocket listener, int port) {
    this.listener = listener;
    this.port = port;
  }

  /** Before a server on this port of the loopback address. */
  static Tap before(int port) throws IOException {
    Tap tap = new Tap(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), port);
    Thread.ofVirtual().start(tap::accept);
    return tap;
  }

  int port() {
    return listener.getLocalPort();
  }

  /** What clients have sent. */
  Side requests() {
    return requests;
  }

  /** What the server has sent. */
  Side responses() {
    return responses;
  }

  private void accept() {
    try {
      for (; ; ) {
        Socket client = listener.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        Thread.ofVirtual().start(() -> requests.pump(client, server));
        Thread.ofVirtual().start(() -> responses.pump(server, client));
      }
    } catch (IOException e) {
      // It is closed.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }

  /** One direction. Any thread. */
  static final class Side {

    private final AtomicLong count = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

    long bytes() {
      return count.get();
    }

    /** Whether these bytes have passed, one after the other. */
    boolean hasSeen(byte[] bytes) {
      lock.lock();
      try {
        byte[] all = kept.toByteArray();
        for (int from = 0; from + bytes.length <= all.length; from++) {
          if (java.util.Arrays.equals(all, from, from + bytes.length, bytes, 0, bytes.length)) {
            return true;
          }
        }
        return false;
      } finally {
        lock.unlock();
      }
    }

    private void pump(Socket from, Socket to) {
      try (from;
          to) {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        byte[] buffer = new byte[64 * 1024];
        for (int bytes = in.read(buffer); bytes >= 0; bytes = in.read(buffer)) {
          count.addAndGet(bytes);
          lock.lock();
          try {
            kept.write(buffer, 0, bytes);
          } finally {
            lock.unlock();
          }
          out.write(buffer, 0, bytes);
        }
      } catch (IOException e) {
        // One of the two has closed it.
      }
    }
  }
}
