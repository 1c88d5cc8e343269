package dev.weft;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.spi.Codec;
import dev.weft.spi.Marshaller;
import dev.weft.spi.Payload;
import dev.weft.spi.ValueType;
import dev.weft.testing.ManualTime;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Peers that do not speak Weft, or stop in the middle of it, on both ends. */
class StrangersTest {

  @RegisterExtension final World world = new World();

  private final ManualTime time = new ManualTime();
  private RpcServer server;
  private RpcFunction<String, String> echo;

  @BeforeEach
  void start() {
    server = world.server(b -> b.time(time).function("echo", String.class, String.class, t -> t));
    echo = world.client(server).function("echo", String.class, String.class);
    assertThat(echo.call("connected")).isEqualTo("connected");
  }

  private Socket socket() throws IOException {
    URI address = URI.create(server.address());
    Socket socket = new Socket(address.getHost(), address.getPort());
    socket.setSoTimeout(20_000);
    return world.keep(socket);
  }

  private static void assertClosed(Socket socket) throws IOException {
    try {
      InputStream in = socket.getInputStream();
      while (in.read() >= 0) {
        // Whatever it says before it closes.
      }
    } catch (SocketException e) {
      assertThat(e).hasMessageContaining("reset");
    }
  }

  /** What is random may announce more than it brings, and would be waited for. */
  private static void endOutputOf(Socket socket, String name) throws IOException {
    if (name.contains("random")) {
      try {
        socket.shutdownOutput();
      } catch (SocketException e) {
        // It is closed already.
      }
    }
  }

  private void assertTheServerGoesOn() {
    assertThat(echo.call("alive")).isEqualTo("alive");
    World.until("the stranger has left", () -> server.stats().connections() == 1);
  }

  static Stream<Arguments> strangeFirstBytes() {
    byte[] random = new byte[4096];
    new Random(1).nextBytes(random);
    byte[] halfRandom = new byte[64];
    new Random(2).nextBytes(halfRandom);
    System.arraycopy("WEFT\1".getBytes(US_ASCII), 0, halfRandom, 0, 5);
    return Stream.of(
        Arguments.of("HTTP", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII)),
        Arguments.of("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII)),
        Arguments.of("TLS", new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3}),
        Arguments.of("one byte", new byte[] {0}),
        Arguments.of("random", random),
        Arguments.of("another version", new byte[] {'W', 'E', 'F', 'T', 99, 0, 0}),
        Arguments.of("a hello that is too long", new byte[] {'W', 'E', 'F', 'T', 1, -1, -1}),
        Arguments.of("a random hello", halfRandom),
        Arguments.of("an empty hello", new byte[] {'W', 'E', 'F', 'T', 1, 0, 0}));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("strangeFirstBytes")
  void strangerIsTurnedAwayAtOnce(String name, byte[] bytes) throws IOException {
    Socket socket = socket();
    try {
      socket.getOutputStream().write(bytes);
    } catch (SocketException e) {
      // Turned away before all was written.
    }
    endOutputOf(socket, name);
    assertClosed(socket);
    assertTheServerGoesOn();
  }

  @Test
  void tlsClientIsTurnedAwayAtOnce() throws IOException {
    Socket plain = socket();
    URI address = URI.create(server.address());
    Socket tls =
        ((SSLSocketFactory) SSLSocketFactory.getDefault())
            .createSocket(plain, address.getHost(), address.getPort(), true);
    assertThatThrownBy(() -> tls.getOutputStream().write(1))
        .isInstanceOfAny(SSLException.class, SocketException.class);
    assertTheServerGoesOn();
  }

  /** What a client of the default codec says first. */
  private static byte[] hello() throws IOException {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        RpcClient client = RpcClient.connect("tcp://127.0.0.1:" + listener.getLocalPort());
        Socket accepted = listener.accept()) {
      byte[] head = accepted.getInputStream().readNBytes(7);
      byte[] rest =
          accepted.getInputStream().readNBytes((head[5] & 0xff) | ((head[6] & 0xff) << 8));
      byte[] hello = new byte[head.length + rest.length];
      System.arraycopy(head, 0, hello, 0, head.length);
      System.arraycopy(rest, 0, hello, head.length, rest.length);
      return hello;
    }
  }

  /** Says hello as a client would, and reads the server's. */
  private Socket greetedSocket() throws IOException {
    Socket socket = socket();
    socket.getOutputStream().write(hello());
    byte[] head = socket.getInputStream().readNBytes(7);
    assertThat(new String(head, 0, 4, US_ASCII)).isEqualTo("WEFT");
    socket.getInputStream().readNBytes((head[5] & 0xff) | ((head[6] & 0xff) << 8));
    return socket;
  }

  @Test
  void halfAHelloWaitsForTheHandshakesLimit() throws IOException {
    Socket socket = socket();
    socket.getOutputStream().write(hello(), 0, 6);
    World.until("it is accepted", () -> server.stats().connections() == 2);
    World.until("its time runs", () -> time.waitingTasks() > 0);
    assertThat(echo.call("meanwhile")).isEqualTo("meanwhile");
    time.advance(Duration.ofSeconds(5));
    assertClosed(socket);
    assertTheServerGoesOn();
  }

  @Test
  void silentPeerWaitsForTheHandshakesLimit() throws IOException {
    Socket socket = socket();
    World.until("its time runs", () -> time.waitingTasks() > 0);
    time.advance(Duration.ofSeconds(5));
    assertClosed(socket);
    assertTheServerGoesOn();
  }

  @Test
  void peerThatClosesAtOnceOrInTheMiddleOfItsHelloIsForgotten() throws IOException {
    socket().close();
    Socket socket = socket();
    socket.getOutputStream().write(hello(), 0, 9);
    socket.close();
    assertTheServerGoesOn();
  }

  static Stream<Arguments> brokenBlocks() {
    byte[] random = new byte[1000];
    new Random(3).nextBytes(random);
    random[0] = 0;
    return Stream.of(
        Arguments.of("unknown flags", new byte[] {7, 1, 1}),
        Arguments.of("an empty block", new byte[] {0, 0}),
        Arguments.of("a block of 2 GB", new byte[] {0, -1, -1, -1, -1, 7}),
        Arguments.of(
            "an endless number", new byte[] {0, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1}),
        Arguments.of("an unknown kind of frame", new byte[] {0, 2, 77, 0}),
        Arguments.of("a frame longer than its block", new byte[] {0, 2, 1, 100}),
        Arguments.of("a response from a client", new byte[] {0, 3, 3, 1, 0}),
        Arguments.of("an error from a client", new byte[] {0, 7, 4, 5, 0, 1, 0, 0, 0}),
        Arguments.of("a method that was never named", new byte[] {0, 5, 1, 3, 0, 4, 0}),
        Arguments.of("an empty request", new byte[] {0, 2, 1, 0}),
        Arguments.of("a fragment of nothing", new byte[] {0, 4, 9, 2, 0, 1}),
        Arguments.of("an empty fragment", new byte[] {0, 2, 9, 0}),
        Arguments.of("an abort of nothing", new byte[] {0, 3, 9, 1, 2}),
        Arguments.of("a ping of three bytes", new byte[] {0, 5, 6, 3, 1, 2, 3}),
        Arguments.of("random", random));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("brokenBlocks")
  void peerThatBreaksTheProtocolLosesItsConnectionOnly(String name, byte[] bytes)
      throws IOException {
    Socket socket = greetedSocket();
    socket.getOutputStream().write(bytes);
    endOutputOf(socket, name);
    assertClosed(socket);
    assertTheServerGoesOn();
  }

  @Test
  void unknownOptionalFramesAreSkipped() throws IOException {
    Socket socket = greetedSocket();
    socket.getOutputStream().write(new byte[] {0, 5, (byte) 200, 3, 1, 2, 3});
    socket.getOutputStream().write(new byte[] {0, 10, 6, 8, 1, 2, 3, 4, 5, 6, 7, 8}); // a ping
    byte[] pong = socket.getInputStream().readNBytes(12);
    assertThat(pong).containsExactly(0, 10, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8);
    socket.close();
    assertTheServerGoesOn();
  }

  @Test
  void cancellationOfACallThatIsNotThereIsNothing() throws IOException {
    Socket socket = greetedSocket();
    socket.getOutputStream().write(new byte[] {0, 3, 5, 1, 9});
    socket.getOutputStream().write(new byte[] {0, 10, 6, 8, 1, 2, 3, 4, 5, 6, 7, 8});
    assertThat(socket.getInputStream().readNBytes(12)).hasSize(12);
    socket.close();
    assertTheServerGoesOn();
  }

  @Test
  void peerThatClosesInTheMiddleOfAFrameIsForgotten() throws IOException {
    Socket socket = greetedSocket();
    socket.getOutputStream().write(new byte[] {0, 100, 1, 98, 1});
    socket.close();
    assertTheServerGoesOn();
  }

  @Test
  void floodOfPingsWithoutReadingIsBounded() throws IOException {
    Socket socket = greetedSocket();
    OutputStream out = socket.getOutputStream();
    byte[] pings = new byte[10 * 6000 + 4];
    pings[0] = 0;
    pings[1] = (byte) ((60_000 & 0x7f) | 0x80);
    pings[2] = (byte) (((60_000 >>> 7) & 0x7f) | 0x80);
    pings[3] = (byte) (60_000 >>> 14);
    for (int i = 0; i < 6000; i++) {
      pings[4 + 10 * i] = 6;
      pings[5 + 10 * i] = 8;
    }
    for (int i = 0; i < 100; i++) {
      out.write(pings);
    }
    socket.close();
    assertTheServerGoesOn();
  }

  // The other end: a client, and something that is no Weft server.

  private interface Conversation {
    void hold(Socket socket) throws IOException;
  }

  private RpcClient clientOf(Conversation conversation, Duration connectTimeout)
      throws IOException {
    ServerSocket listener = world.keep(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    Thread.ofVirtual()
        .start(() -> {
          while (!listener.isClosed()) {
            try {
              Socket socket = listener.accept();
              conversation.hold(socket);
            } catch (IOException e) {
              // The client has left, or the test is over.
            }
          }
        });
    return world.client(
        "tcp://127.0.0.1:" + listener.getLocalPort(), b -> b.connectTimeout(connectTimeout));
  }

  private static RpcFunction<String, String> echo(RpcClient client) {
    return client.function("echo", String.class, String.class);
  }

  @Test
  void clientOfAnHttpServerSaysSo() throws IOException {
    RpcClient client =
        clientOf(
            socket -> {
              socket.getInputStream().readNBytes(7);
              socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII));
            },
            Duration.ofSeconds(5));
    assertThatThrownBy(() -> echo(client).call("x"))
        .isInstanceOfSatisfying(
            RpcConnectionException.class, e -> assertThat(e.executed()).isEqualTo(Executed.NO))
        .hasMessageContaining("HTTP");
  }

  @Test
  void clientOfATlsServerSaysSo() throws IOException {
    RpcClient client =
        clientOf(
            socket -> socket.getOutputStream().write(new byte[] {0x15, 3, 3, 0, 2, 2, 10}),
            Duration.ofSeconds(5));
    assertThatThrownBy(() -> echo(client).call("x"))
        .isInstanceOf(RpcConnectionException.class)
        .hasMessageContaining("TLS");
  }

  @Test
  void clientOfAServerThatClosesAtOnceSaysSo() throws IOException {
    RpcClient client = clientOf(Socket::close, Duration.ofSeconds(5));
    assertThatThrownBy(() -> echo(client).call("x", Duration.ofMillis(300)))
        .isInstanceOfAny(RpcTimeoutException.class, RpcConnectionException.class)
        .satisfies(e -> assertThat(((RpcException) e).executed()).isEqualTo(Executed.NO))
        .message()
        .containsAnyOf("closed", "reset");
  }

  @Test
  void clientOfAServerThatSaysNothingGivesUpAfterTheConnectTimeout() throws IOException {
    RpcClient client = clientOf(socket -> {}, Duration.ofMillis(50));
    assertThatThrownBy(() -> echo(client).call("x", Duration.ofSeconds(1)))
        .isInstanceOf(RpcException.class)
        .satisfies(e -> assertThat(((RpcException) e).executed()).isEqualTo(Executed.NO))
        .hasMessageContaining("did not say hello in time");
    RpcFunction<String, String> fast =
        client.function("echo", String.class, String.class, CallOptions.DEFAULT.withFailFast());
    assertThatThrownBy(() -> fast.call("x"))
        .isInstanceOf(RpcConnectionException.class)
        .hasMessageContaining("did not say hello in time");
  }

  @Test
  void clientThatConnectsToItselfSoToSpeakSaysSo() throws IOException {
    RpcClient client =
        clientOf(
            socket -> {
              byte[] head = socket.getInputStream().readNBytes(7);
              byte[] rest = socket.getInputStream().readNBytes(head[5] & 0xff);
              socket.getOutputStream().write(head);
              socket.getOutputStream().write(rest);
              // And whatever it sends comes back.
              socket.getInputStream().transferTo(socket.getOutputStream());
            },
            Duration.ofSeconds(5));
    CompletableFuture<String> call = echo(client).callAsync("x", Duration.ofSeconds(2));
    assertThat(World.failure(call, RpcException.class))
        .isInstanceOfAny(RpcConnectionException.class, RpcTimeoutException.class);
  }

  private record OtherCodec() implements Codec {
    @Override
    public String name() {
      return "other-7";
    }

    @Override
    public List<Marshaller> bind(List<ValueType> types) {
      Marshaller text =
          new Marshaller() {
            @Override
            public void encode(Object value, Payload target, int lane) {}

            @Override
            public Object decode(byte[] bytes, int offset, int length, int lane) {
              return "";
            }
          };
      return types.stream().map(type -> text).toList();
    }
  }

  @Test
  void clientWithAnotherCodecIsToldBoth() {
    RpcClient client = world.client(server.address(), b -> b.codec(new OtherCodec()));
    assertThatThrownBy(() -> echo(client).call("x"))
        .isInstanceOfSatisfying(
            RpcConnectionException.class, e -> assertThat(e.executed()).isEqualTo(Executed.NO))
        .hasMessageContaining("other-7")
        .hasMessageContaining("fory");
    assertTheServerGoesOn();
  }
}
