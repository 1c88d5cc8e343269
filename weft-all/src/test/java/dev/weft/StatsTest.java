package dev.weft;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What clients and servers count. */
class StatsTest {

  @RegisterExtension final World world = new World();

  interface Shop {
    String buy(String what) throws IOException;

    String steal(String what);

    @OneWay
    void look(String what);
  }

  private static final class RealShop implements Shop {
    @Override
    public String buy(String what) throws IOException {
      if (what.isEmpty()) {
        throw new IOException("nothing");
      }
      return what;
    }

    @Override
    public String steal(String what) {
      throw new IllegalStateException("caught");
    }

    @Override
    public void look(String what) {}
  }

  private final Semaphore gate = new Semaphore(0);
  private final CountDownLatch waiting = new CountDownLatch(1);

  private RpcServer server(java.util.function.Consumer<RpcServer.Builder> setting) {
    return world.server(b -> {
      b.service(Shop.class, new RealShop())
          .function("inline", String.class, String.class, text -> text, Execution.inline())
          .function(
              "gated",
              String.class,
              String.class,
              text -> {
                waiting.countDown();
                gate.acquire();
                return text;
              });
      setting.accept(b);
    });
  }

  private RpcServer server() {
    return server(b -> {});
  }

  private static void fails(ThrowingCallable call) {
    assertThat(catchThrowable(call)).isNotNull();
  }

  @Test
  void callsAreCountedByMethodAtBothEnds() throws IOException {
    RpcServer server = server();
    RpcClient client = world.client(server);
    Shop shop = client.service(Shop.class);
    for (int i = 0; i < 20; i++) {
      shop.buy("pears");
    }
    fails(() -> shop.buy(""));
    fails(() -> shop.steal("plums"));
    shop.look("figs");
    World.get(client.function("inline", String.class, String.class).callAsync("x"));
    World.until("the last are counted", () -> server.stats().calls().calls() == 24);
    for (Stats stats : List.of(client.stats(), server.stats())) {
      assertThat(stats.calls().succeeded()).isEqualTo(21);
      assertThat(stats.calls().oneWays()).isEqualTo(1);
      assertThat(stats.calls().failures())
          .isEqualTo(Map.of(FailureKind.DECLARED, 1L, FailureKind.REMOTE, 1L));
      assertThat(stats.calls().latency().count()).isEqualTo(23);
      assertThat(stats.methods().keySet())
          .containsExactly("Shop.buy", "Shop.look", "Shop.steal", "inline");
      CallStats buy = stats.methods().get("Shop.buy");
      assertThat(buy.succeeded()).isEqualTo(20);
      assertThat(buy.failed()).isEqualTo(1);
      assertThat(buy.latency().count()).isEqualTo(21);
      assertThat(buy.latency().percentile(50)).isPositive();
      assertThat(buy.latency().mean()).isBetween(Duration.ofNanos(100), World.PATIENCE);
      assertThat(stats.methods().get("Shop.look").oneWays()).isEqualTo(1);
      assertThat(stats.openCalls()).isZero();
      assertThat(stats.queuedCalls()).isZero();
    }
    assertThat(client.stats().calls().latency().max())
        .isGreaterThanOrEqualTo(client.stats().timePerCall());
  }

  @Test
  void bytesAndSystemCallsAreThoseOfTheOtherEnd() throws IOException {
    RpcServer server = server();
    RpcClient client = world.client(server);
    Shop shop = client.service(Shop.class);
    for (int i = 0; i < 10; i++) {
      shop.buy("pears");
    }
    // A write is counted when it has returned, and the answer to it may come before.
    for (Supplier<Stats> end : List.<Supplier<Stats>>of(client::stats, server::stats)) {
      World.until("all writes are counted", () -> end.get().messagesWritten() == 10);
      World.until("all reads are counted", () -> end.get().messagesRead() == 10);
    }
    Stats here = client.stats();
    Stats there = server.stats();
    assertThat(here.bytesWritten()).isEqualTo(there.bytesRead()).isPositive();
    assertThat(here.bytesRead()).isEqualTo(there.bytesWritten()).isPositive();
    assertThat(here.messagesWritten()).isEqualTo(10).isEqualTo(there.messagesRead());
    assertThat(here.bytesWrittenPerCall()).isCloseTo(here.bytesWritten() / 10.0, within(0.001));
    assertThat(here.bytesReadPerCall()).isCloseTo(here.bytesRead() / 10.0, within(0.001));
    assertThat(here.writesPerCall()).isCloseTo(here.writes() / 10.0, within(0.001));
    assertThat(here.readsPerCall()).isCloseTo(here.reads() / 10.0, within(0.001));
    assertThat(here.traffic().writeErrors() + here.traffic().readErrors()).isZero();
    assertThat(here.dials()).isEqualTo(1);
    assertThat(there.accepts()).isEqualTo(1);
    assertThat(here.dialErrors() + there.acceptErrors()).isZero();
  }

  @Test
  void noCallsHaveNoAverages() {
    Stats stats = server().stats();
    assertThat(stats.timePerCall()).isEqualTo(Duration.ZERO);
    assertThat(stats.bytesWrittenPerCall()).isZero();
    assertThat(stats.readsPerCall()).isZero();
    assertThat(stats.methods()).isEmpty();
  }

  @Test
  void callsThatHaveNoAnswerAreCountedByTheirFailure() {
    RpcServer server = server(b -> b.runningCallsMax(1).waitingCallsMax(0));
    RpcClient client = world.client(server);
    RpcFunction<String, String> gated = client.function("gated", String.class, String.class);
    CompletableFuture<String> first = gated.callAsync("first");
    World.await(waiting);
    assertThat(client.stats().openCalls()).isEqualTo(1);
    assertThat(server.stats().openCalls()).isEqualTo(1);
    World.failure(gated.callAsync("one too many"), RpcOverloadedException.class);
    first.cancel(true);
    World.until("it has gone", () -> server.stats().openCalls() == 0);
    assertThat(catchThrowable(() -> gated.call("slow", Duration.ofMillis(20))))
        .isInstanceOf(RpcTimeoutException.class);
    assertThat(catchThrowable(() -> client.function("none", String.class, String.class).call("")))
        .isInstanceOf(RpcProtocolException.class);
    CallStats calls = client.stats().calls();
    assertThat(calls.dropped()).isEqualTo(1);
    assertThat(calls.cancelled()).isEqualTo(1);
    assertThat(calls.expired()).isEqualTo(1);
    assertThat(calls.failed(FailureKind.PROTOCOL)).isEqualTo(1);
    assertThat(calls.failed()).isEqualTo(4);
    assertThat(client.stats().methods().get("gated").failed()).isEqualTo(3);
    World.until("it ends there, too", () -> server.stats().openCalls() == 0);
    assertThat(server.stats().methods().get("(unknown)").failed(FailureKind.PROTOCOL)).isEqualTo(1);
    assertThat(server.stats().calls().dropped()).isEqualTo(1);
  }

  @Test
  void callsThatWaitForAConnectionAreQueued() {
    RpcClient client = world.client(World.unusedAddress(), b -> {});
    RpcFunction<String, String> f = client.function("f", String.class, String.class);
    List<CompletableFuture<String>> calls = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      calls.add(f.callAsync("x"));
    }
    f.send("x");
    assertThat(client.stats().queuedCalls()).isEqualTo(6);
    assertThat(client.stats().openCalls()).isEqualTo(6);
    World.until("it has tried", () -> client.stats().dialErrors() > 1);
    assertThat(client.stats().dials()).isGreaterThanOrEqualTo(client.stats().dialErrors());
    client.close();
    calls.forEach(call -> World.failure(call, RpcConnectionException.class));
    assertThat(client.stats().calls().failed(FailureKind.CONNECTION)).isEqualTo(6);
    assertThat(client.stats().queuedCalls()).isZero();
  }

  @Test
  void connectionsAreCountedApartAndTheirCallsStayWhenTheyEnd() throws Exception {
    RpcServer server = server();
    try (RpcClient one = RpcClient.connect(server.address());
        RpcClient two = RpcClient.connect(server.address())) {
      for (int i = 0; i < 3; i++) {
        one.service(Shop.class).buy("pears");
      }
      two.service(Shop.class).buy("pears");
      fails(() -> two.service(Shop.class).steal("pears"));
      World.until("all are counted", () -> server.stats().calls().calls() == 5);
      List<ConnectionStats> connections = server.connectionStats();
      assertThat(connections.stream().map(c -> c.calls().succeeded()))
          .containsExactlyInAnyOrder(3L, 1L);
      assertThat(connections.stream().map(c -> c.calls().failed()))
          .containsExactlyInAnyOrder(0L, 1L);
      assertThat(connections).allMatch(c -> c.peer().startsWith("tcp://127.0.0.1:"));
      assertThat(connections).allMatch(c -> c.traffic().bytesRead() > 0);
      ConnectionStats here = two.connectionStats().get(0);
      assertThat(here.calls().succeeded()).isEqualTo(1);
      assertThat(here.calls().failed(FailureKind.REMOTE)).isEqualTo(1);
      assertThat(here.calls().latency().count()).isEqualTo(2);
    }
    // The last that ends: until its channel is closed, a connection is one of the server's.
    World.until("they have ended", () -> server.stats().connections() == 0);
    assertThat(server.connectionStats()).isEmpty();
    assertThat(server.stats().methods().get("Shop.buy").succeeded()).isEqualTo(4);
  }

  @Test
  void aResetBeginsAnewAndLosesNoCallUnderWay() throws IOException {
    RpcServer server = server();
    RpcClient client = world.client(server);
    Shop shop = client.service(Shop.class);
    shop.buy("pears");
    CompletableFuture<String> open =
        client.function("gated", String.class, String.class).callAsync("x");
    World.await(waiting);
    World.until("the first is counted", () -> server.stats().calls().calls() == 1);
    client.resetStats();
    server.resetStats();
    for (Stats stats : List.of(client.stats(), server.stats())) {
      assertThat(stats.calls().calls()).isZero();
      assertThat(stats.methods()).isEmpty();
      assertThat(stats.bytesRead()).isZero();
      assertThat(stats.dials() + stats.accepts()).isZero();
      assertThat(stats.calls().latency().count()).isZero();
      assertThat(stats.openCalls()).isEqualTo(1);
      assertThat(stats.connections()).isEqualTo(1);
    }
    gate.release();
    World.get(open);
    shop.buy("plums");
    assertThat(client.stats().calls().succeeded()).isEqualTo(2);
    assertThat(client.stats().methods().keySet()).containsExactly("Shop.buy", "gated");
    World.until("both are counted there", () -> server.stats().calls().succeeded() == 2);
  }

  @Test
  void twoStatsMakeAnInterval() throws IOException {
    RpcClient client = world.client(server());
    Shop shop = client.service(Shop.class);
    shop.buy("pears");
    World.until("its write is counted", () -> client.stats().messagesWritten() == 1);
    Stats before = client.stats();
    shop.buy("plums");
    fails(() -> shop.steal("figs"));
    World.until("the last write is counted", () -> client.stats().messagesWritten() == 3);
    Stats interval = client.stats().since(before);
    assertThat(interval.calls().calls()).isEqualTo(2);
    assertThat(interval.calls().latency().count()).isEqualTo(2);
    assertThat(interval.methods().get("Shop.buy").succeeded()).isEqualTo(1);
    assertThat(interval.messagesWritten()).isEqualTo(2);
    assertThat(interval.connections()).isEqualTo(1);
  }

  @Test
  void nothingIsLostWhenManyCallAtATime() throws Exception {
    RpcServer server = server();
    RpcClient client = world.client(server);
    Shop shop = client.service(Shop.class);
    RpcFunction<String, String> inline = client.function("inline", String.class, String.class);
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 50; t++) {
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                for (int i = 0; i < 100; i++) {
                  World.get(inline.callAsync("pears"));
                  shop.look("x");
                }
              }));
    }
    threads.forEach(World::join);
    World.until("all are counted", () -> server.stats().calls().calls() == 10_000);
    for (Stats stats : List.of(client.stats(), server.stats())) {
      assertThat(stats.calls().succeeded()).isEqualTo(5000);
      assertThat(stats.calls().oneWays()).isEqualTo(5000);
      assertThat(stats.calls().latency().count()).isEqualTo(5000);
    }
  }

  @Test
  void aPeerThatMakesUpManyNamesMakesNoMethods() {
    RpcServer server = server();
    RpcClient client = world.client(server);
    for (int i = 0; i < 100; i++) {
      RpcFunction<String, String> none = client.function("no-" + i, String.class, String.class);
      assertThat(catchThrowable(() -> none.call("x"))).isInstanceOf(RpcProtocolException.class);
    }
    World.until("all are counted", () -> server.stats().calls().failed() == 100);
    assertThat(server.stats().methods().keySet()).containsExactly("(unknown)");
  }

  @Test
  void strangersAndBrokenConnectionsAreErrors() throws IOException {
    RpcServer server = server();
    int port = java.net.URI.create(server.address()).getPort();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
      World.until("it is turned away", () -> server.stats().acceptErrors() == 1);
    }
    assertThat(server.stats().accepts()).isEqualTo(1);
  }

  @Test
  void aConnectionThatIsResetIsAReadError() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      // The answer is the client's own hello, which must not choose several compressions.
      RpcClient client =
          world.client("tcp://127.0.0.1:" + listener.getLocalPort(), b -> b.compression(false));
      try (Socket accepted = listener.accept()) {
        byte[] hello = accepted.getInputStream().readNBytes(7);
        int rest = (hello[5] & 0xff) | (hello[6] & 0xff) << 8;
        byte[] fields = accepted.getInputStream().readNBytes(rest);
        accepted.getOutputStream().write(hello);
        accepted.getOutputStream().write(fields);
        World.until("it is connected", () -> client.stats().connections() == 1);
        accepted.setSoLinger(true, 0); // so that closing it resets the connection
      }
      World.until("it is noticed", () -> client.stats().traffic().readErrors() == 1);
    }
  }
}
