package dev.weft.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * No RPC: 64 bytes there and back over a bare {@link SocketChannel}, for what the machine and the
 * JVM can do at all. One call at a time.
 *
 * @param name what the race calls it
 * @param spinning whether both ends read without blocking, again and again, until something comes
 */
record FloorPeer(String name, boolean spinning) implements Peer {

  /** About what a small record takes with its frame. */
  static final int MESSAGE_BYTES = 64;

  private static final int BUFFER_BYTES = 256 * 1024;

  @Override
  public boolean supports(Case load) {
    return switch (load.kind()) {
      case SYNC, PLATFORM -> load.callers() == 1;
      case CONNECTIONS -> !spinning;
      default -> false;
    };
  }

  @Override
  public Server serve() throws IOException {
    return EchoServer.start(spinning);
  }

  @Override
  public Client connect(String address) throws IOException {
    return new PingPong(open(address, spinning), spinning);
  }

  /** A connection to that port. */
  static SocketChannel open(String address, boolean spinning) throws IOException {
    SocketChannel channel =
        SocketChannel.open(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(address)));
    prepare(channel, spinning);
    return channel;
  }

  private static void prepare(SocketChannel channel, boolean spinning) throws IOException {
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(!spinning);
  }

  /** Writes back whatever it reads, a virtual thread (spinning: a platform one) per connection. */
  record EchoServer(ServerSocketChannel listener) implements Server {

    static EchoServer start(boolean spinning) throws IOException {
      ServerSocketChannel listener =
          ServerSocketChannel.open()
              .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 2048);
      EchoServer server = new EchoServer(listener);
      Thread.ofPlatform().daemon().start(() -> server.accept(spinning));
      return server;
    }

    private void accept(boolean spinning) {
      try {
        for (; ; ) {
          SocketChannel channel = listener.accept();
          prepare(channel, spinning);
          if (spinning) {
            Thread.ofPlatform().daemon().start(() -> echo(channel));
          } else {
            Thread.ofVirtual().start(() -> echo(channel));
          }
        }
      } catch (IOException e) {
        // Closed.
      }
    }

    private static void echo(SocketChannel channel) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
      try (channel) {
        for (; ; ) {
          int bytes = channel.read(buffer);
          if (bytes < 0) {
            return;
          }
          if (bytes == 0) {
            Thread.onSpinWait();
            continue;
          }
          buffer.flip();
          while (buffer.hasRemaining()) {
            channel.write(buffer);
          }
          buffer.clear();
        }
      } catch (IOException e) {
        // The client has gone.
      }
    }

    @Override
    public String address() {
      return Integer.toString(listener.socket().getLocalPort());
    }

    @Override
    public void close() throws IOException {
      listener.close();
    }
  }

  /** One thread at a time. */
  private static final class PingPong implements Client {

    private final SocketChannel channel;
    private final boolean spinning;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(MESSAGE_BYTES);

    PingPong(SocketChannel channel, boolean spinning) {
      this.channel = channel;
      this.spinning = spinning;
    }

    @Override
    public int call(int number) throws IOException {
      buffer.clear().putInt(0, number);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      buffer.clear();
      while (buffer.hasRemaining()) {
        int bytes = channel.read(buffer);
        if (bytes < 0) {
          throw new ClosedChannelException();
        }
        if (spinning && bytes == 0) {
          Thread.onSpinWait();
        }
      }
      return buffer.getInt(0);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
