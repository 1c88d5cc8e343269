package dev.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.testing.ManualTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A server that ends gracefully, and one that begins again. */
class ShutdownTest {

  private static final int GOING_AWAY = 9;
  private static final int CANCELLED = 8;
  private static final int NO = 0;
  private static final int YES = 2;

  @RegisterExtension final World world = new World();

  private final Semaphore release = new Semaphore(0);
  private final Semaphore begun = new Semaphore(0);

  private RpcServer.Builder builder(String address) {
    return RpcServer.builder()
        .listen(address)
        .procedure("nothing", () -> {})
        .procedure(
            "wait",
            () -> {
              begun.release();
              release.acquire();
            })
        .procedure(
            "stubborn",
            () -> {
              begun.release();
              release.acquireUninterruptibly();
            });
  }

  private RpcServer server(Consumer<RpcServer.Builder> setting) {
    RpcServer.Builder builder = builder("tcp://127.0.0.1:0");
    setting.accept(builder);
    return world.keep(builder.start());
  }

  private static Thread shutDown(RpcServer server, Duration limit) {
    return Thread.ofVirtual().start(() -> server.shutdown(limit));
  }

  @Test
  void whatRunsAndWaitsIsFinishedAndItsAnswersArrive() {
    RpcServer server = server(b -> b.runningCallsMax(1));
    RpcClient client = world.client(server);
    CompletableFuture<Void> running = client.procedure("wait").callAsync();
    begun.acquireUninterruptibly();
    CompletableFuture<Void> waiting = client.procedure("wait").callAsync();
    World.until("it waits", () -> server.waitingCalls() == 1);
    Thread shutdown = shutDown(server, World.PATIENCE);
    World.until("nobody can connect", () -> !canConnect(server.address()));
    assertThat(running).isNotDone();
    assertThat(shutdown.isAlive()).isTrue();
    release.release(2);
    World.get(running);
    World.get(waiting);
    World.join(shutdown);
    World.until("no connection is left", () -> server.stats().connections() == 0);
  }

  private static boolean canConnect(String address) {
    try (RawClient client = new RawClient(address)) {
      return client.refusal.isEmpty();
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void idleServerEndsAtOnce() {
    RpcServer server = server(b -> {});
    world.client(server).procedure("nothing").call();
    server.shutdown(Duration.ofHours(1));
    World.until("no connection is left", () -> server.stats().connections() == 0);
    server.shutdown(Duration.ofHours(1));
    server.close();
  }

  @Test
  void clientsAreToldToGoAwayAndLaterRequestsThatTheyWereNotExecuted() throws IOException {
    RpcServer server = server(b -> {});
    RawClient client = world.keep(new RawClient(server.address()));
    client.request(1, "wait");
    begun.acquireUninterruptibly();
    Thread shutdown = shutDown(server, World.PATIENCE);
    RawClient.Frame goAway = client.read();
    assertThat(goAway.kind()).isEqualTo(RawClient.GO_AWAY);
    assertThat(goAway.text()).isEqualTo("the server is shutting down");
    RawClient.Frame ping = client.read();
    assertThat(ping.kind()).isEqualTo(RawClient.PING);
    client.request(2, "nothing");
    assertThat(client.read())
        .isEqualTo(
            new RawClient.Frame(RawClient.ERROR, 2, GOING_AWAY, NO, "the server is shutting down"));
    client.pong(ping.callId());
    release.release();
    assertThat(client.read()).isEqualTo(new RawClient.Frame(RawClient.RESPONSE, 1, 0, 0, ""));
    World.join(shutdown);
    assertThatThrownBy(client::read).isInstanceOf(IOException.class);
  }

  @Test
  void whatIsNotDoneInTimeIsCancelledAndToldSo() throws IOException {
    ManualTime time = new ManualTime();
    RpcServer server = server(b -> b.time(time).runningCallsMax(2));
    RawClient client = world.keep(new RawClient(server.address()));
    client.request(1, "wait");
    begun.acquireUninterruptibly();
    client.request(2, "stubborn");
    begun.acquireUninterruptibly();
    client.request(3, "wait");
    World.until("it waits", () -> server.waitingCalls() == 1);
    Thread shutdown = shutDown(server, Duration.ofSeconds(20));
    assertThat(client.read().kind()).isEqualTo(RawClient.GO_AWAY);
    client.pong(client.read().callId());
    time.advance(Duration.ofSeconds(20));
    boolean[] seen = new boolean[4];
    for (int i = 1; i <= 3; i++) {
      RawClient.Frame frame = client.read();
      int id = (int) frame.callId();
      seen[id] = true;
      assertThat(frame.kind()).isEqualTo(RawClient.ERROR);
      assertThat(frame.code()).isEqualTo(id == 3 ? GOING_AWAY : CANCELLED);
      assertThat(frame.executed()).isEqualTo(id == 3 ? NO : YES);
    }
    assertThat(seen).containsExactly(false, true, true, true);
    World.join(shutdown);
    assertThatThrownBy(client::read).isInstanceOf(IOException.class);
    release.release();
  }

  @Test
  void futureOfAnAsynchronousHandlerIsCancelled() {
    CompletableFuture<String> never =
        new CompletableFuture<>() {
          @Override
          public boolean cancel(boolean mayInterrupt) {
            return false; // as stubborn as can be
          }
        };
    Later later =
        () -> {
          begun.release();
          return never;
        };
    RpcServer server = server(b -> b.service(Later.class, later));
    RpcClient client = world.client(server);
    CompletableFuture<String> call = client.service(Later.class).later();
    begun.acquireUninterruptibly();
    server.shutdown(Duration.ZERO);
    assertThat(World.failure(call, RpcCancelledException.class).executed()).isEqualTo(Executed.YES);
    assertThat(server.stats().openCalls()).isZero();
  }

  interface Later {
    CompletableFuture<String> later();
  }

  @Test
  void closeEndsAShutdownAtOnce() {
    RpcServer server = server(b -> {});
    RpcClient client = world.client(server);
    CompletableFuture<Void> call =
        client
            .function("wait", Void.class, Void.class, CallOptions.DEFAULT.withFailFast())
            .callAsync(null);
    begun.acquireUninterruptibly();
    Thread shutdown = shutDown(server, Duration.ofHours(1));
    World.until("nobody can connect", () -> !canConnect(server.address()));
    server.close();
    World.join(shutdown);
    World.failure(call, RpcException.class);
  }

  @Test
  void negativeLimitIsRefused() {
    RpcServer server = server(b -> {});
    assertThatThrownBy(() -> server.shutdown(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void sameServerStartsAgainAtTheSamePortAtOnce() {
    String address = World.unusedAddress();
    RpcServer.Builder builder = builder(address);
    for (int i = 0; i < 10; i++) {
      try (RpcServer server = builder.start();
          RpcClient client = RpcClient.connect(address)) {
        assertThat(server.address()).isEqualTo(address);
        client.procedure("nothing").call();
        if (i % 2 == 0) {
          server.shutdown(World.PATIENCE);
        }
      }
    }
  }

  @Test
  void startingTwiceFailsWithTheAddress() {
    String address = World.unusedAddress();
    RpcServer.Builder builder = builder(address);
    world.keep(builder.start());
    assertThatThrownBy(builder::start)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(address);
  }
}
