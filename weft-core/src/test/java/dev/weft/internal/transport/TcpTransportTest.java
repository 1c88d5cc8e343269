package dev.weft.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.internal.connection.Eventually;
import dev.weft.spi.TransportChannel;
import dev.weft.spi.TransportListener;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.Inet6Address;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class TcpTransportTest {

  private final TcpTransport tcp = new TcpTransport(SocketBuffers.OF_THE_SYSTEM);

  private void carriesAByte(String listenAt) throws IOException {
    try (TransportListener listener = tcp.listen(URI.create(listenAt));
        TransportChannel client =
            tcp.connect(URI.create(listener.address()), Duration.ofSeconds(5));
        TransportChannel server = listener.accept()) {
      assertThat(client.peer()).isEqualTo(listener.address());
      assertThat(server.peer()).startsWith("tcp://").isNotEqualTo(listener.address());
      assertThat(client.write(ByteBuffer.wrap(new byte[] {42}))).isEqualTo(1);
      ByteBuffer in = ByteBuffer.allocate(1);
      assertThat(server.read(in)).isEqualTo(1);
      assertThat(in.get(0)).isEqualTo((byte) 42);
    }
  }

  @Test
  void ipv4() throws IOException {
    carriesAByte("tcp://127.0.0.1:0");
    carriesAByte("tcp://localhost:0");
  }

  @Test
  void ipv6() throws IOException {
    assumeTrue(
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .anyMatch(address -> address instanceof Inet6Address && address.isLoopbackAddress()),
        "no IPv6 here");
    try (TransportListener listener = tcp.listen(URI.create("tcp://[::1]:0"))) {
      assertThat(listener.address()).matches("tcp://\\[0:0:0:0:0:0:0:1]:\\d+");
    }
    carriesAByte("tcp://[::1]:0");
  }

  @Test
  void allAddressesOfTheMachine() throws IOException {
    try (TransportListener listener = tcp.listen(URI.create("tcp://0.0.0.0:0"))) {
      String port = listener.address().replaceAll(".*:", "");
      try (TransportChannel client =
          tcp.connect(URI.create("tcp://127.0.0.1:" + port), Duration.ofSeconds(5))) {
        assertThat(client.isOpen()).isTrue();
      }
    }
  }

  @Test
  void theAddressOfAListenerCanBeParsed() throws IOException {
    try (TransportListener listener = tcp.listen(URI.create("tcp://127.0.0.1:0"))) {
      assertThat(listener.address()).matches("tcp://127\\.0\\.0\\.1:[1-9]\\d*");
      assertThat(Transports.parse(listener.address()).toString()).isEqualTo(listener.address());
    }
  }

  @Test
  void aPortInUseIsTold() throws IOException {
    try (TransportListener listener = tcp.listen(URI.create("tcp://127.0.0.1:0"))) {
      assertThatThrownBy(() -> tcp.listen(URI.create(listener.address())))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("cannot listen at " + listener.address() + ": ")
          .hasMessageContaining("in use");
    }
  }

  @Test
  void aPortIsFreeAgainAfterTheClose() throws IOException {
    String address;
    try (TransportListener listener = tcp.listen(URI.create("tcp://127.0.0.1:0"))) {
      address = listener.address();
      try (TransportChannel client = tcp.connect(URI.create(address), Duration.ofSeconds(5))) {
        listener.accept().close(); // leaves a connection in TIME_WAIT at this port
        assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
      }
    }
    tcp.listen(URI.create(address)).close();
  }

  @Test
  void nobodyThereIsTold() throws IOException {
    String address;
    try (TransportListener listener = tcp.listen(URI.create("tcp://127.0.0.1:0"))) {
      address = listener.address();
    }
    assertThatThrownBy(() -> tcp.connect(URI.create(address), Duration.ofSeconds(5)))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("cannot connect to " + address + ": ")
        .hasMessageContaining("refused");
  }

  @Test
  void aHostWithoutAnAddressIsTold() {
    for (String host : new String[] {"no-such-host.invalid", "no_such_host.invalid"}) {
      URI address = URI.create("tcp://" + host + ":1");
      assertThatThrownBy(() -> tcp.connect(address, Duration.ofSeconds(5)))
          .isInstanceOf(IOException.class)
          .hasMessageEndingWith("the host of " + address + " has no address");
      assertThatThrownBy(() -> tcp.listen(address))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("the host of " + address + " has no address");
    }
  }

  @Test
  void closingAListenerEndsTheWaitForTheNextChannel() throws IOException {
    TransportListener listener = tcp.listen(URI.create("tcp://127.0.0.1:0"));
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread accepting =
        Thread.ofVirtual()
            .start(() -> {
              try {
                listener.accept();
              } catch (IOException e) {
                failure.set(e);
              }
            });
    Eventually.that("it waits", () -> accepting.getState() == Thread.State.WAITING);
    listener.close();
    Eventually.ended(accepting);
    assertThat(failure.get()).isNotNull();
  }

  @Test
  void theSchemeIsTcp() {
    assertThat(tcp.scheme()).isEqualTo("tcp");
  }

  @Test
  void bothEndsAreKeptAliveAndSendWithoutDelay() throws Exception {
    try (TransportListener listener = tcp.listen(URI.create("tcp://127.0.0.1:0"));
        TransportChannel client =
            tcp.connect(URI.create(listener.address()), Duration.ofSeconds(5));
        TransportChannel server = listener.accept()) {
      Field field = SocketTransportChannel.class.getDeclaredField("socket");
      field.setAccessible(true);
      for (TransportChannel each : List.of(client, server)) {
        SocketChannel socket = (SocketChannel) field.get(each);
        assertThat(socket.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
        assertThat(socket.getOption(StandardSocketOptions.SO_KEEPALIVE)).isTrue();
      }
    }
  }
}
