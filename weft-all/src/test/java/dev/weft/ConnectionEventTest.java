package dev.weft;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.ConnectionEvent.AcceptFailed;
import dev.weft.ConnectionEvent.ConnectFailed;
import dev.weft.ConnectionEvent.Connected;
import dev.weft.ConnectionEvent.GoingAway;
import dev.weft.ConnectionEvent.Lost;
import dev.weft.ConnectionEvent.Overloaded;
import dev.weft.ConnectionEvent.Refused;
import dev.weft.ConnectionEvent.TurnedAway;
import dev.weft.spi.Transport;
import dev.weft.spi.TransportChannel;
import dev.weft.spi.TransportListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What listeners are told of connections. */
class ConnectionEventTest {

  @RegisterExtension final World world = new World();

  private final List<ConnectionEvent> atClient = new CopyOnWriteArrayList<>();
  private final List<ConnectionEvent> atServer = new CopyOnWriteArrayList<>();

  private RpcServer server() {
    return world.server(
        b -> b.function("echo", String.class, String.class, text -> text).listener(atServer::add));
  }

  private RpcClient client(String address) {
    return world.client(address, b -> b.listener(atClient::add));
  }

  private static void until(List<ConnectionEvent> events, Class<? extends ConnectionEvent> type) {
    World.until(type.getSimpleName(), () -> events.stream().anyMatch(type::isInstance));
  }

  private static <T extends ConnectionEvent> T first(List<ConnectionEvent> events, Class<T> type) {
    until(events, type);
    return events.stream().filter(type::isInstance).map(type::cast).findFirst().orElseThrow();
  }

  @Test
  void connectingAndLosingAreToldAtBothEndsInTheirOrder() {
    RpcServer server = server();
    RpcClient client = client(server.address());
    client.function("echo", String.class, String.class).call("x");
    client.close();
    until(atClient, Lost.class);
    until(atServer, Lost.class);
    assertThat(atClient).hasSize(2);
    assertThat(atClient.get(0)).isEqualTo(new Connected(server.address()));
    assertThat(((Lost) atClient.get(1)).reason()).hasMessage("the client was closed");
    assertThat(atServer).hasSize(2);
    assertThat(atServer.get(0)).isInstanceOf(Connected.class);
    assertThat(atServer.get(1).peer()).isEqualTo(atServer.get(0).peer()).startsWith("tcp://");
  }

  @Test
  void aServerThatIsNotThereIsTold() {
    String address = World.unusedAddress();
    client(address);
    ConnectFailed failed = first(atClient, ConnectFailed.class);
    assertThat(failed.peer()).isEqualTo(address);
    assertThat(failed.reason()).isInstanceOf(IOException.class);
  }

  @Test
  void aServerThatRefusesIsToldAndTellsItself() {
    RpcServer server =
        world.server(b ->
            b.function("echo", String.class, String.class, text -> text)
                .connectionsMax(1)
                .listener(atServer::add));
    world.client(server).function("echo", String.class, String.class).call("x");
    client(server.address());
    assertThat(first(atClient, Refused.class).reason()).hasMessageContaining("connectionsMax");
    assertThat(first(atServer, TurnedAway.class).reason()).hasMessageContaining("connectionsMax");
  }

  @Test
  void strangersAreTurnedAway() throws IOException {
    RpcServer server = server();
    int port = URI.create(server.address()).getPort();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
      TurnedAway away = first(atServer, TurnedAway.class);
      assertThat(away.reason()).hasMessageContaining("HTTP");
      assertThat(away.peer()).isEqualTo("tcp://127.0.0.1:" + socket.getLocalPort());
    }
  }

  @Test
  void overloadIsToldOnceASecondNotForEachCall() {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    RpcServer server =
        world.server(b ->
            b.function(
                    "gated",
                    String.class,
                    String.class,
                    text -> {
                      entered.countDown();
                      World.await(release);
                      return text;
                    })
                .runningCallsMax(1)
                .waitingCallsMax(0)
                .listener(atServer::add));
    RpcClient client =
        world.client(server.address(), b -> b.openCallsMax(2).listener(atClient::add));
    RpcFunction<String, String> gated = client.function("gated", String.class, String.class);
    CompletableFuture<String> first = gated.callAsync("x");
    World.await(entered);
    World.failure(gated.callAsync("x"), RpcOverloadedException.class);
    Overloaded there = first(atServer, Overloaded.class);
    assertThat(there.limit()).contains("runningCallsMax");
    assertThat(there.calls()).isEqualTo(1);
    release.countDown();
    World.get(first);
  }

  @Test
  void aClientsOwnLimitIsToldToo() {
    RpcClient client =
        world.client(
            World.unusedAddress(),
            b -> b.openCallsMax(1).overflow(OverflowPolicy.REJECT_NEWEST).listener(atClient::add));
    RpcFunction<String, String> f = client.function("f", String.class, String.class);
    CompletableFuture<String> open = f.callAsync("x");
    for (int i = 0; i < 100; i++) {
      World.failure(f.callAsync("x"), RpcOverloadedException.class);
    }
    assertThat(first(atClient, Overloaded.class).limit()).contains("openCallsMax");
    assertThat(open).isNotDone();
    assertThat(atClient.stream().filter(Overloaded.class::isInstance)).hasSizeLessThan(20);
  }

  @Test
  void goingAwayIsTold() throws IOException {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "tcp://127.0.0.1:" + listener.getLocalPort();
      // The answer is the client's own hello, which must not choose several compressions.
      world.client(address, b -> b.compression(false).listener(atClient::add));
      try (Socket accepted = listener.accept()) {
        byte[] hello = accepted.getInputStream().readNBytes(7);
        int rest = (hello[5] & 0xff) | (hello[6] & 0xff) << 8;
        byte[] fields = accepted.getInputStream().readNBytes(rest);
        accepted.getOutputStream().write(hello);
        accepted.getOutputStream().write(fields);
        // A block of one frame: go away, "soon".
        accepted.getOutputStream().write(new byte[] {0, 7, 8, 5, 4, 's', 'o', 'o', 'n'});
        assertThat(first(atClient, GoingAway.class)).isEqualTo(new GoingAway(address, "soon"));
      }
    }
  }

  /** A listening address whose first attempt to accept fails. */
  private static final class Sometimes implements Transport {

    @Override
    public String scheme() {
      return "sometimes";
    }

    @Override
    public TransportChannel connect(URI address, Duration timeout) throws IOException {
      throw new IOException("nobody there");
    }

    @Override
    public TransportListener listen(URI address) {
      CountDownLatch closed = new CountDownLatch(1);
      AtomicInteger attempts = new AtomicInteger();
      return new TransportListener() {
        @Override
        public String address() {
          return address.toString();
        }

        @Override
        public TransportChannel accept() throws IOException {
          if (attempts.getAndIncrement() > 0) {
            World.await(closed);
          }
          throw new IOException("too many open files");
        }

        @Override
        public void close() {
          closed.countDown();
        }
      };
    }
  }

  @Test
  void failuresToAcceptAreToldAndCounted() {
    RpcServer server =
        world.serverAt(
            "sometimes://here",
            b ->
                b.transport(new Sometimes())
                    .function("echo", String.class, String.class, text -> text)
                    .listener(atServer::add));
    AcceptFailed failed = first(atServer, AcceptFailed.class);
    assertThat(failed.peer()).isEqualTo("sometimes://here");
    assertThat(failed.reason()).hasMessage("too many open files");
    assertThat(server.stats().acceptErrors()).isEqualTo(1);
    assertThat(server.stats().accepts()).isZero();
  }

  @Test
  void aListenerThatFailsOrBlocksHarmsNobody() {
    CountDownLatch release = new CountDownLatch(1);
    RpcServer server = server();
    RpcClient client =
        world.client(
            server.address(),
            b ->
                b.listener(event -> {
                  World.await(release);
                  atClient.add(event);
                  throw new IllegalStateException("a listener's fault");
                }));
    RpcFunction<String, String> echo = client.function("echo", String.class, String.class);
    assertThat(echo.call("x")).isEqualTo("x");
    assertThat(atClient).isEmpty();
    release.countDown();
    until(atClient, Connected.class);
    client.close();
    until(atClient, Lost.class);
  }

  @Test
  void theLogSaysTheSameButNotForEach() throws IOException {
    Logger logger = Logger.getLogger("dev.weft.server");
    List<String> lines = new CopyOnWriteArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            lines.add(record.getMessage());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Level before = logger.getLevel();
    logger.setUseParentHandlers(false);
    logger.addHandler(handler);
    logger.setLevel(Level.INFO);
    try {
      RpcServer server = server();
      int port = URI.create(server.address()).getPort();
      for (int i = 0; i < 20; i++) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
          socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
          assertThat(socket.getInputStream().read()).isEqualTo(-1);
        } catch (IOException e) {
          // The server closes with bytes unread, which may reset the connection.
        }
      }
      World.until(
          "all are told",
          () -> atServer.stream().filter(TurnedAway.class::isInstance).count() == 20);
      assertThat(lines.stream().filter(line -> line.contains("was turned away: ")))
          .isNotEmpty()
          .hasSizeLessThan(10);
    } finally {
      logger.removeHandler(handler);
      logger.setUseParentHandlers(true);
      logger.setLevel(before);
    }
  }
}
