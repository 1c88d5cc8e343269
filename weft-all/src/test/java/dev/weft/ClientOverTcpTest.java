package dev.weft;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a client does with its connections, over real sockets. */
class ClientOverTcpTest {

  @RegisterExtension final World world = new World();

  private final CountDownLatch release = new CountDownLatch(1);
  private final Semaphore running = new Semaphore(0);

  private void serve(RpcServer.Builder builder) {
    builder
        .function("echo", String.class, String.class, text -> text)
        .function(
            "wait",
            String.class,
            String.class,
            text -> {
              running.release();
              release.await();
              return text;
            });
  }

  private RpcClient client(String address, Consumer<RpcClient.Builder> setting) {
    return world.client(address, setting);
  }

  private static RpcFunction<String, String> function(RpcClient client, String name) {
    return client.function(name, String.class, String.class);
  }

  /** A server that says hello, and nothing by itself. */
  private static final class SilentServer implements AutoCloseable {

    private final ServerSocket listener;

    SilentServer() throws IOException {
      listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
      listener.setSoTimeout((int) World.PATIENCE.toMillis());
    }

    String address() {
      return "tcp://127.0.0.1:" + listener.getLocalPort();
    }

    /** The next connection, after the hellos: what the client says of itself suits the server. */
    Socket accept() throws IOException {
      Socket socket = listener.accept();
      socket.setSoTimeout((int) World.PATIENCE.toMillis());
      DataInputStream in = new DataInputStream(socket.getInputStream());
      byte[] head = new byte[7];
      in.readFully(head);
      byte[] fields = new byte[(head[5] & 0xff) | (head[6] & 0xff) << 8];
      in.readFully(fields);
      OutputStream out = socket.getOutputStream();
      out.write(head);
      out.write(fields);
      out.flush();
      return socket;
    }

    static void goAway(Socket socket) throws IOException {
      byte[] reason = "restart".getBytes(StandardCharsets.UTF_8);
      OutputStream out = socket.getOutputStream();
      out.write(new byte[] {0, (byte) (reason.length + 3), 8, (byte) (reason.length + 1)});
      out.write(reason.length);
      out.write(reason);
      out.flush();
    }

    @Override
    public void close() throws IOException {
      listener.close();
    }
  }

  @Test
  void severalConnectionsShareTheCalls() {
    RpcServer server = world.server(this::serve);
    RpcClient client = client(server.address(), b -> b.connections(3));
    World.until("all are there", () -> client.stats().connections() == 3);
    List<CompletableFuture<String>> waiting = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      waiting.add(function(client, "wait").callAsync("call " + i));
    }
    running.acquireUninterruptibly(30);
    assertThat(server.stats().connections()).isEqualTo(3);
    assertThat(client.pendingCalls()).isEqualTo(30);
    release.countDown();
    for (int i = 0; i < 30; i++) {
      assertThat(World.get(waiting.get(i))).isEqualTo("call " + i);
    }
    assertThat(client.pendingCalls()).isZero();
  }

  @Test
  void whileNobodyListensTheNewestCallsAreKept() {
    String address = World.unusedAddress();
    RpcClient client = client(address, b -> b.openCallsMax(10));
    List<CompletableFuture<String>> made = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      made.add(function(client, "echo").callAsync("call " + i));
    }
    for (CompletableFuture<String> dropped : made.subList(0, 90)) {
      assertThat(World.failure(dropped, RpcOverloadedException.class).executed())
          .isEqualTo(Executed.NO);
    }
    world.serverAt(address, this::serve);
    for (int i = 90; i < 100; i++) {
      assertThat(World.get(made.get(i))).isEqualTo("call " + i);
    }
  }

  @Test
  void manyCallersWaitForTheirTurn() {
    RpcServer server = world.server(this::serve);
    RpcClient client =
        client(server.address(), b -> b.openCallsMax(2).overflow(OverflowPolicy.WAIT));
    List<CompletableFuture<String>> results = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      String text = "call " + i;
      CompletableFuture<String> result = new CompletableFuture<>();
      results.add(result);
      Thread.startVirtualThread(() -> {
        try {
          result.complete(function(client, "echo").call(text));
        } catch (RuntimeException e) {
          result.completeExceptionally(e);
        }
      });
    }
    for (int i = 0; i < 200; i++) {
      assertThat(World.get(results.get(i))).isEqualTo("call " + i);
    }
  }

  @Test
  void aStuckServerIsLeftAndItsCallsFailWithTheReason() throws IOException {
    SilentServer server = world.keep(new SilentServer());
    RpcClient client =
        client(
            server.address(),
            b -> b.compression(false).heartbeat(Duration.ofMillis(20), Duration.ofMillis(30)));
    try (Socket first = server.accept()) {
      CompletableFuture<String> call = function(client, "echo").callAsync("x");
      RpcConnectionException failure = World.failure(call, RpcConnectionException.class);
      assertThat(failure).hasMessageContaining("the server is stuck: nothing has come from it");
      assertThat(failure.executed()).isEqualTo(Executed.MAYBE);
      server.accept().close(); // it comes again
      assertThat(first.isClosed()).isFalse();
    }
  }

  @Test
  void aSlowHandlerIsNoStuckServer() {
    RpcServer server = world.server(this::serve);
    RpcClient client =
        client(server.address(), b -> b.heartbeat(Duration.ofMillis(5), Duration.ofSeconds(20)));
    CompletableFuture<String> slow = function(client, "wait").callAsync("slow");
    World.until("five pings have come", () -> server.stats().messagesRead() >= 6);
    release.countDown();
    assertThat(World.get(slow)).isEqualTo("slow");
  }

  @Test
  void aServerThatGoesAwayIsFollowedByTheNext() throws IOException {
    SilentServer server = world.keep(new SilentServer());
    RpcClient client =
        client(server.address(), b -> b.compression(false).backoff(Duration.ofMillis(1), PAUSE));
    try (Socket first = server.accept()) {
      SilentServer.goAway(first);
      assertThat(first.getInputStream().read()).as("the client closes it").isEqualTo(-1);
    }
    try (Socket second = server.accept()) {
      CompletableFuture<String> call = function(client, "echo").callAsync("x");
      assertThat(second.getInputStream().read()).as("a block").isZero();
      call.cancel(true);
    }
  }

  private static final Duration PAUSE = Duration.ofMillis(2);

  @Test
  void aFlushDelayMakesFewerWrites() {
    RpcServer server = world.server(this::serve);
    RpcClient client = client(server.address(), b -> b.flushDelay(Duration.ofMillis(20)));
    assertThat(function(client, "echo").call("connected")).isEqualTo("connected");
    long before = client.stats().writes();
    List<CompletableFuture<String>> calls = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      calls.add(function(client, "echo").callAsync("call " + i));
      Thread.yield();
    }
    for (int i = 0; i < 200; i++) {
      assertThat(World.get(calls.get(i))).isEqualTo("call " + i);
    }
    assertThat(client.stats().writes() - before).isLessThan(100);
  }
}
