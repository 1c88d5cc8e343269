package dev.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.spi.ForwardingChannel;
import dev.weft.spi.TransportChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who wraps channels, and who refuses them, on either end. */
final class OnConnectTest {

  @RegisterExtension final World world = new World();

  /** Counts what passes, and whether it was closed. */
  private static final class Counting extends ForwardingChannel {

    final AtomicLong read = new AtomicLong();
    final AtomicLong written = new AtomicLong();
    final AtomicBoolean closed = new AtomicBoolean();

    Counting(TransportChannel wrapped) {
      super(wrapped);
    }

    private static int count(AtomicLong counter, int bytes) {
      counter.addAndGet(Math.max(0, bytes));
      return bytes;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      return count(read, super.read(target));
    }

    @Override
    public int readNow(ByteBuffer target) throws IOException {
      return count(read, super.readNow(target));
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
      return count(written, super.write(source));
    }

    @Override
    public int writeNow(ByteBuffer source) throws IOException {
      return count(written, super.writeNow(source));
    }

    @Override
    public void close() throws IOException {
      closed.set(true);
      super.close();
    }
  }

  private static RpcServer.Builder echo(RpcServer.Builder builder) {
    return builder.function("echo", byte[].class, byte[].class, bytes -> bytes);
  }

  private static byte[] echo(RpcClient client, byte... bytes) {
    return client.function("echo", byte[].class, byte[].class).call(bytes, Duration.ofSeconds(10));
  }

  @Test
  void bothEndsMayWrapTheChannel() {
    AtomicReference<Counting> servers = new AtomicReference<>();
    AtomicReference<Counting> clients = new AtomicReference<>();
    RpcServer server =
        world.server(builder ->
            echo(builder)
                .onConnect(channel -> {
                  servers.set(new Counting(channel));
                  return servers.get();
                }));
    RpcClient client =
        world.client(
            server.address(),
            builder ->
                builder
                    .compression(false)
                    .onConnect(channel -> {
                      clients.set(new Counting(channel));
                      return clients.get();
                    }));
    assertThat(echo(client, new byte[10_000])).hasSize(10_000);
    // Counted when the write has returned, which the answer may overtake.
    World.until("the request is counted", () -> clients.get().written.get() > 10_000);
    assertThat(clients.get().read.get()).isGreaterThan(10_000);
    assertThat(servers.get().read).hasValue(clients.get().written.get());
    assertThat(servers.get().peer()).startsWith("tcp://127.0.0.1:");
    client.close();
    World.until("both are closed", () -> clients.get().closed.get() && servers.get().closed.get());
  }

  @Test
  void aServerThatRefusesLogsItAndGoesOn() {
    try (LogOf log = new LogOf("dev.weft.server")) {
      AtomicBoolean refusing = new AtomicBoolean(true);
      RpcServer server =
          world.server(builder ->
              echo(builder)
                  .onConnect(channel -> {
                    if (refusing.get()) {
                      throw new IOException("not today");
                    }
                    return channel;
                  }));
      RpcClient client = world.client(server);
      log.await("was turned away: not today");
      refusing.set(false);
      assertThat(echo(client, (byte) 1)).containsExactly(1);
      World.until("the refused are closed", () -> server.stats().connections() == 1);
    }
  }

  @Test
  void whatOnConnectThrowsOtherwiseHarmsNobodyElse() {
    try (LogOf log = new LogOf("dev.weft.server")) {
      AtomicInteger channels = new AtomicInteger();
      RpcServer server =
          world.server(builder ->
              echo(builder)
                  .onConnect(channel -> {
                    if (channels.incrementAndGet() == 1) {
                      throw new IllegalStateException("a bug");
                    }
                    return channel;
                  }));
      assertThat(echo(world.client(server), (byte) 1)).containsExactly(1);
      log.await("a bug");
    }
  }

  @Test
  void aServersOnConnectKeepsUpNobodyElse() {
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicInteger channels = new AtomicInteger();
    RpcServer server =
        world.server(builder ->
            echo(builder)
                .onConnect(channel -> {
                  if (channels.incrementAndGet() == 1) {
                    World.await(goOn);
                  }
                  return channel;
                }));
    RpcClient first = world.client(server);
    World.until("the first one is there", () -> channels.get() == 1);
    assertThat(echo(world.client(server), (byte) 2)).containsExactly(2);
    goOn.countDown();
    assertThat(echo(first, (byte) 1)).containsExactly(1);
  }

  @Test
  void aClientThatRefusesTriesAgainAndTellsItsCalls() {
    AtomicInteger attempts = new AtomicInteger();
    RpcServer server = world.server(OnConnectTest::echo);
    RpcClient client =
        world.client(
            server.address(),
            builder ->
                builder
                    .backoff(Duration.ofMillis(1), Duration.ofMillis(1))
                    .onConnect(channel -> {
                      if (attempts.incrementAndGet() <= 3) {
                        throw new IOException("not this one");
                      }
                      return channel;
                    }));
    assertThat(echo(client, (byte) 1)).containsExactly(1);
    assertThat(attempts).hasValue(4);
    World.until("the refused are closed", () -> server.stats().connections() == 1);

    RpcClient never =
        world.client(
            server.address(),
            builder ->
                builder.onConnect(channel -> {
                  throw new IOException("not this one");
                }));
    assertThatThrownBy(() ->
            never
                .function("echo", byte[].class, byte[].class)
                .call(new byte[0], Duration.ofMillis(100)))
        .hasMessageContaining("not this one");
  }

  @Test
  void aWrapperMayRefuseAfterTheHandshake() {
    try (LogOf log = new LogOf("dev.weft.server")) {
      RpcServer server =
          world.server(builder ->
              echo(builder)
                  .onConnect(channel ->
                      new ForwardingChannel(channel) {
                        @Override
                        public void handshake() throws IOException {
                          super.handshake();
                          if (identity().certificates().isEmpty()) {
                            throw new javax.net.ssl.SSLException("strangers are not wanted");
                          }
                        }
                      }));
      world.client(server);
      log.await("was turned away: strangers are not wanted");
    }
  }
}
