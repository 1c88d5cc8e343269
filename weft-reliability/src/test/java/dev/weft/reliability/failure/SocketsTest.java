package dev.weft.reliability.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SocketsTest {

  @Test
  void bothEndsOfAConnectionAreSeenUntilTheyAreClosed() throws IOException, InterruptedException {
    assumeTrue(Sockets.areListed(), "only Linux lists them");
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
      assertThat(Sockets.established(port)).isZero();
      SocketChannel client = SocketChannel.open(server.getLocalAddress());
      try (SocketChannel accepted = server.accept()) {
        assertThat(accepted.isConnected()).isTrue();
        assertThat(Sockets.established(port)).isEqualTo(2);
        client.close();
        assertThat(Patience.until(Duration.ofSeconds(10), () -> Sockets.established(port) == 0))
            .isTrue();
      }
    }
  }
}
