package dev.weft.examples;

import dev.weft.RpcClient;
import dev.weft.RpcFunction;
import dev.weft.RpcServer;
import dev.weft.spi.Transport;
import dev.weft.spi.TransportChannel;
import dev.weft.spi.TransportListener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * A transport of one's own: TCP with a toy cipher in between, {@code xor://host:port}. All that a
 * channel must be able to do is to read, write and close. (The cipher keeps no secrets: tls://
 * does.)
 */
public class OwnTransport {

  /** Makes channels for addresses of its scheme. */
  static class XorTransport implements Transport {

    @Override
    public String scheme() {
      return "xor";
    }

    @Override
    public TransportChannel connect(URI address, Duration timeout) throws IOException {
      SocketChannel socket = SocketChannel.open();
      try {
        InetSocketAddress server = new InetSocketAddress(address.getHost(), address.getPort());
        socket.socket().connect(server, (int) Math.max(1, timeout.toMillis()));
        return new XorChannel(socket, address.toString());
      } catch (IOException | RuntimeException e) {
        socket.close();
        throw e;
      }
    }

    @Override
    public TransportListener listen(URI address) throws IOException {
      ServerSocketChannel server = ServerSocketChannel.open();
      server.bind(new InetSocketAddress(address.getHost(), address.getPort()));
      return new XorListener(server);
    }
  }

  record XorListener(ServerSocketChannel server) implements TransportListener {

    @Override
    public String address() {
      return "xor://127.0.0.1:" + server.socket().getLocalPort();
    }

    @Override
    public TransportChannel accept() throws IOException {
      SocketChannel socket = server.accept();
      return new XorChannel(socket, "xor:/" + socket.getRemoteAddress());
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }

  /** One thread reads, another one writes: so each direction has a state of its own. */
  static class XorChannel implements TransportChannel {

    private final SocketChannel socket;
    private final String peer;
    private final KeyStream reading = new KeyStream();
    private final KeyStream writing = new KeyStream();
    private final ByteBuffer encrypted = ByteBuffer.allocate(8 * 1024).limit(0);

    XorChannel(SocketChannel socket, String peer) {
      this.socket = socket;
      this.peer = peer;
    }

    @Override
    public String peer() {
      return peer;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      int start = target.position();
      int bytes = socket.read(target);
      for (int i = start; i < target.position(); i++) {
        target.put(i, (byte) (target.get(i) ^ reading.next()));
      }
      return bytes;
    }

    /** Takes some of the bytes, and returns when the socket has taken these. */
    @Override
    public int write(ByteBuffer source) throws IOException {
      encrypted.clear();
      while (source.hasRemaining() && encrypted.hasRemaining()) {
        encrypted.put((byte) (source.get() ^ writing.next()));
      }
      int bytes = encrypted.flip().limit();
      while (encrypted.hasRemaining()) {
        socket.write(encrypted);
      }
      return bytes;
    }

    @Override
    public boolean isOpen() {
      return socket.isOpen();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  static class KeyStream {
    private int state = 0x5eed;

    int next() {
      state = state * 1_103_515_245 + 12_345;
      return state >>> 24;
    }
  }

  public static void main(String[] args) {
    try (RpcServer server =
            RpcServer.builder()
                .transport(new XorTransport())
                .function("echo", String.class, String.class, text -> text)
                .listen("xor://127.0.0.1:0")
                .start();
        RpcClient client =
            RpcClient.builder().transport(new XorTransport()).connect(server.address())) {

      RpcFunction<String, String> echo = client.function("echo", String.class, String.class);
      System.out.println(echo.call("hi over " + server.address().replaceAll("\\d+$", "PORT")));
      System.out.println(echo.call("x".repeat(100_000)).length() + " characters came back");
    }
  }
}
