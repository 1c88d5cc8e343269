package dev.weft.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.spi.Transport;
import dev.weft.spi.TransportChannel;
import dev.weft.spi.TransportListener;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SocketBuffersTest {

  private static final int SMALL = 16 * 1024;
  private static final SocketBuffers BOTH_SMALL =
      SocketBuffers.OF_THE_SYSTEM.withSendBytes(SMALL).withReceiveBytes(SMALL);

  @TempDir Path folder;

  /** How many bytes a side can send to one that does not read. */
  private static long taken(Transport client, Transport server, String address, boolean fromServer)
      throws IOException {
    try (TransportListener listener = server.listen(URI.create(address));
        TransportChannel calling =
            client.connect(URI.create(listener.address()), Duration.ofSeconds(5));
        TransportChannel called = listener.accept()) {
      TransportChannel sender = fromServer ? called : calling;
      // Who has read once can tell whether the socket is full.
      (fromServer ? calling : called).write(ByteBuffer.allocate(1));
      sender.read(ByteBuffer.allocate(1));
      long bytes = 0;
      for (int more = 1; more > 0; bytes += more) {
        more = sender.writeNow(ByteBuffer.allocate(4096));
      }
      return bytes;
    }
  }

  @Test
  void tcp() throws IOException {
    String address = "tcp://127.0.0.1:0";
    TcpTransport normal = new TcpTransport(SocketBuffers.OF_THE_SYSTEM);
    TcpTransport small = new TcpTransport(BOTH_SMALL);
    for (boolean fromServer : new boolean[] {false, true}) {
      long few = taken(small, small, address, fromServer);
      assertThat(few).isBetween(1L, 16L * SMALL);
      assertThat(taken(small, normal, address, fromServer)).isGreaterThan(few);
      assertThat(taken(normal, small, address, fromServer)).isGreaterThan(few);
    }
  }

  @Test
  void unixSockets() throws IOException {
    String address = "unix:" + folder.resolve("socket");
    UnixTransport normal = new UnixTransport(SocketBuffers.OF_THE_SYSTEM);
    UnixTransport small = new UnixTransport(BOTH_SMALL);
    // What a unix socket has not sent is the sender's: the receiver's size counts for nothing.
    assertThat(taken(small, normal, address, false)).isBetween(1L, 16L * SMALL);
    assertThat(taken(normal, small, address, true)).isBetween(1L, 16L * SMALL);
    assertThat(taken(normal, small, address, false)).isGreaterThan(2L * SMALL);
  }
}
