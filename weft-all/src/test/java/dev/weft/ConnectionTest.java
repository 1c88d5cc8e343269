package dev.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.weft.testing.FaultyChannel;
import dev.weft.testing.FaultyTransport;
import dev.weft.testing.ManualTime;
import dev.weft.testing.MemoryTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Connections that are not there yet, are lost, and come back. */
class ConnectionTest {

  @RegisterExtension final World world = new World();

  private final ManualTime time = new ManualTime();
  private final MemoryTransport memory = new MemoryTransport();
  private final FaultyTransport network = new FaultyTransport(memory, time);
  private final AtomicInteger served = new AtomicInteger();
  private final CountDownLatch running = new CountDownLatch(1);
  private final CountDownLatch interrupted = new CountDownLatch(1);

  private RpcServer memoryServer() {
    return world.serverAt("mem:server", b -> serve(b.transport(memory)));
  }

  private void serve(RpcServer.Builder builder) {
    builder
        .function(
            "echo",
            String.class,
            String.class,
            text -> {
              served.incrementAndGet();
              return text;
            })
        .function(
            "never",
            String.class,
            String.class,
            text -> {
              running.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                interrupted.countDown();
              }
              return text;
            });
  }

  private RpcClient memoryClient() {
    return world.client("mem:server", b -> b.transport(network).time(time));
  }

  private static RpcFunction<String, String> echo(RpcClient client) {
    return client.function("echo", String.class, String.class);
  }

  private void advanceUntilConnected(RpcClient client) {
    World.until(
        "connected",
        () -> {
          time.advance(Duration.ofMillis(100));
          return client.stats().connections() == 1;
        });
  }

  @Test
  void callsWaitForAServerThatStartsLater() {
    String address = World.unusedAddress();
    RpcClient client = world.client(address, b -> {});
    List<CompletableFuture<String>> futures = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      futures.add(echo(client).callAsync("early " + i));
    }
    echo(client).send("one way");
    world.serverAt(address, this::serve);
    for (int i = 0; i < 100; i++) {
      assertThat(World.get(futures.get(i))).isEqualTo("early " + i);
    }
    World.until("the one-way message has arrived", () -> served.get() == 101);
  }

  @Test
  void clientComesBackWhenTheServerRestartsOnTheSamePort() {
    String address = World.unusedAddress();
    RpcServer server = world.serverAt(address, this::serve);
    RpcClient client = world.client(server);
    for (int round = 0; round < 5; round++) {
      assertThat(echo(client).call("round " + round)).isEqualTo("round " + round);
      CompletableFuture<String> open =
          client.function("never", String.class, String.class).callAsync("x");
      World.until("it was sent", () -> client.stats().messagesWritten() > 0);
      RpcServer old = server;
      World.until("it runs", () -> old.stats().openCalls() == 1);
      server.close();
      RpcConnectionException e = World.failure(open, RpcConnectionException.class);
      assertThat(e.executed()).isEqualTo(Executed.MAYBE);
      assertThat(e).hasMessageContaining("never").hasMessageContaining(address);
      server = world.serverAt(address, this::serve);
    }
    World.await(interrupted);
    assertThat(echo(client).call("after")).isEqualTo("after");
  }

  @Test
  void failFastCallWaitsForTheFirstAttemptAndFailsWithItsReason() {
    RpcClient client = world.client("tcp://127.0.0.1:1", b -> {});
    RpcFunction<String, String> f =
        client.function("echo", String.class, String.class, CallOptions.DEFAULT.withFailFast());
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> f.call("x"))
          .isInstanceOfSatisfying(
              RpcConnectionException.class, e -> assertThat(e.executed()).isEqualTo(Executed.NO))
          .hasMessageContaining("echo to tcp://127.0.0.1:1")
          .hasMessageContaining("Connection refused");
      assertThat(World.failure(f.callAsync("x"), RpcConnectionException.class).executed())
          .isEqualTo(Executed.NO);
    }
    assertThatThrownBy(() -> f.send("x")).isInstanceOf(RpcConnectionException.class);
  }

  @Test
  void failFastCallSucceedsWithAConnection() {
    RpcClient client = world.client(world.server(this::serve));
    RpcFunction<String, String> f =
        client.function("echo", String.class, String.class, CallOptions.DEFAULT.withFailFast());
    assertThat(f.call("x")).isEqualTo("x");
  }

  @Test
  void callThatNeverFoundAConnectionSaysWhyAndThatItWasNotRun() {
    RpcClient client = world.client("tcp://127.0.0.1:1", b -> {});
    assertThatThrownBy(() -> echo(client).call("x", Duration.ofMillis(100)))
        .isInstanceOfSatisfying(
            RpcTimeoutException.class, e -> assertThat(e.executed()).isEqualTo(Executed.NO))
        .hasMessageContaining("Connection refused");
    assertThat(client.stats().openCalls()).isZero();
  }

  @Test
  void hostWithoutAnAddressIsToldAsTheReason() {
    RpcClient client = world.client("tcp://no-such-host.invalid:7000", b -> {});
    RpcFunction<String, String> f =
        client.function("echo", String.class, String.class, CallOptions.DEFAULT.withFailFast());
    assertThatThrownBy(() -> f.call("x"))
        .isInstanceOf(RpcConnectionException.class)
        .hasMessageContaining("no-such-host.invalid");
  }

  @Test
  void clientTriesAgainLaterAndLaterUntilItIsConnected() {
    network.refuseToConnect();
    RpcClient client = memoryClient();
    network.awaitAttempts(1);
    awaitThatItWaits();
    time.advance(Duration.ofNanos(9_999_999));
    assertThat(network.attempts()).as("the first wait is at least 10 ms").isEqualTo(1);
    for (int i = 0; i < 10; i++) {
      advanceToTheNextAttempt();
    }
    time.advance(Duration.ofMillis(239));
    assertThat(time.waitingTasks()).as("the longest wait is at least 250 ms").isEqualTo(1);
    memoryServer();
    network.allowToConnect();
    CompletableFuture<String> call = echo(client).callAsync("x");
    time.advance(Duration.ofMillis(261));
    assertThat(World.get(call)).as("and at most 500 ms").isEqualTo("x");
  }

  private void awaitThatItWaits() {
    World.until("it waits", () -> time.waitingTasks() == 1);
  }

  /** In small steps, so that the clock stands at most 10 ms after the attempt. */
  private void advanceToTheNextAttempt() {
    int next = network.attempts() + 1;
    while (time.waitingTasks() == 1 && network.attempts() < next) {
      time.advance(Duration.ofMillis(10));
    }
    network.awaitAttempts(next);
    awaitThatItWaits();
  }

  @Test
  void callsThatWereNotSentAreSentOnTheNextConnectionAndOthersMayHaveRun() {
    RpcServer server = memoryServer();
    RpcClient client = memoryClient();
    assertThat(echo(client).call("connected")).isEqualTo("connected");
    CompletableFuture<String> sent =
        client.function("never", String.class, String.class).callAsync("x");
    World.await(running);
    FaultyChannel channel = network.awaitChannel(0);
    channel.stallWrites();
    List<CompletableFuture<String>> waiting = new ArrayList<>();
    String padding = "x".repeat(5_000); // more than a block holds: some are surely not written
    for (int i = 0; i < 50; i++) {
      waiting.add(echo(client).callAsync("waiting " + i + padding));
    }
    channel.cut();
    RpcConnectionException e = World.failure(sent, RpcConnectionException.class);
    assertThat(e.executed()).isEqualTo(Executed.MAYBE);
    assertThat(e).hasMessageContaining("connection was lost");
    World.await(interrupted);
    advanceUntilConnected(client);
    int again = 0;
    for (int i = 0; i < 50; i++) {
      Throwable failure = catchThrowable(waiting.get(i)::join);
      if (failure == null) {
        assertThat(waiting.get(i).join()).isEqualTo("waiting " + i + padding);
        again++;
      } else {
        // It was in the block that was being written.
        assertThat(failure.getCause())
            .isInstanceOfSatisfying(
                RpcConnectionException.class,
                f -> assertThat(f.executed()).isEqualTo(Executed.MAYBE));
      }
    }
    assertThat(again).as("calls that were sent again").isGreaterThan(30);
    assertThat(served.get()).as("none ran twice").isEqualTo(1 + again);
    World.until("no call runs", () -> server.stats().openCalls() == 0);
    assertThat(client.stats().openCalls()).isZero();
  }

  @Test
  void everyCutInsideTheStreamEndsEveryCallOnceAndTheClientRecovers() {
    memoryServer();
    for (int bytes = 1; bytes < 400; bytes += 7) {
      int cutAt = bytes;
      FaultyTransport cutting = new FaultyTransport(memory, time);
      cutting.onChannel(channel -> {
        if (cutting.channels().isEmpty()) {
          if (cutAt % 2 == 0) {
            channel.cutAfterReading(cutAt);
          } else {
            channel.cutAfterWriting(cutAt);
          }
        }
      });
      RpcClient client = world.client("mem:server", b -> b.transport(cutting).time(time));
      AtomicInteger ends = new AtomicInteger();
      List<CompletableFuture<String>> futures = new ArrayList<>();
      List<CompletableFuture<String>> chained = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        CompletableFuture<String> future = echo(client).callAsync("call " + i);
        futures.add(future);
        chained.add(future.whenComplete((r, e) -> ends.incrementAndGet()));
      }
      World.until(
          "all have ended",
          () -> {
            time.advance(Duration.ofMillis(2)); // slowly: the threads need the real time
            return ends.get() == 20;
          });
      assertThat(chained).hasSize(20);
      for (int i = 0; i < 20; i++) {
        if (futures.get(i).isCompletedExceptionally()) {
          assertThat(World.failure(futures.get(i), RpcException.class))
              .isInstanceOf(RpcConnectionException.class);
        } else {
          assertThat(futures.get(i).join()).isEqualTo("call " + i);
        }
      }
      // The first of these may be the one that the cut hits.
      int attempts = 1;
      while (!succeeds(echo(client).callAsync("after"))) {
        attempts++;
      }
      assertThat(attempts).isLessThanOrEqualTo(2);
      client.close();
    }
  }

  private boolean succeeds(CompletableFuture<String> call) {
    World.until(
        "it has ended",
        () -> {
          time.advance(Duration.ofMillis(50));
          return call.isDone();
        });
    return !call.isCompletedExceptionally();
  }

  @Test
  void everyCorruptByteCostsAtMostTheConnection() {
    RpcServer server = memoryServer();
    RpcClient healthy = world.client("mem:server", b -> b.transport(memory));
    for (int position = 0; position < 120; position++) {
      int corrupt = position;
      FaultyTransport corrupting = new FaultyTransport(memory, time);
      corrupting.onChannel(channel -> {
        if (corrupting.channels().isEmpty()) {
          channel.corruptWrite(corrupt);
        }
      });
      RpcClient client =
          world.client(
              "mem:server", b -> b.transport(corrupting).time(time).timeout(Duration.ofSeconds(5)));
      CompletableFuture<String> call = echo(client).callAsync("abcdefgh");
      World.until(
          "it has ended",
          () -> {
            time.advance(Duration.ofMillis(100));
            return call.isDone();
          });
      assertThat(echo(healthy).call("healthy")).isEqualTo("healthy");
      client.close();
    }
    World.until("only one connection is left", () -> server.stats().connections() == 1);
  }

  @Test
  void everythingWorksByteByByte() {
    memoryServer();
    network.onChannel(channel -> {
      channel.splitReads(1);
      channel.splitWrites(1);
    });
    RpcClient client = memoryClient();
    for (int i = 0; i < 20; i++) {
      assertThat(echo(client).call("call " + i)).isEqualTo("call " + i);
    }
    assertThat(echo(client).call("x".repeat(5_000))).hasSize(5_000);
  }

  @Test
  void slowLineDelaysAnswersAndLosesNone() {
    memoryServer();
    RpcClient client = memoryClient();
    assertThat(echo(client).call("connected")).isEqualTo("connected");
    network.awaitChannel(0).delayReads(Duration.ofMillis(300));
    CompletableFuture<String> call = echo(client).callAsync("slow");
    // And the deadline, and the heartbeat.
    World.until("the answer is on its way", () -> time.waitingTasks() == 3);
    time.advance(Duration.ofMillis(299));
    assertThat(call).isNotDone();
    time.advance(Duration.ofMillis(1));
    assertThat(World.get(call)).isEqualTo("slow");
  }

  @Test
  void serverThatHalfClosesIsLeft() {
    memoryServer();
    RpcClient client = memoryClient();
    assertThat(echo(client).call("connected")).isEqualTo("connected");
    network.awaitChannel(0).endReads();
    CompletableFuture<String> call = echo(client).callAsync("x");
    assertThat(World.failure(call, RpcConnectionException.class).executed())
        .isEqualTo(Executed.MAYBE);
    advanceUntilConnected(client);
    assertThat(echo(client).call("y")).isEqualTo("y");
  }

  @Test
  void clientSurvivesAServerThatClosesEachConnectionAtOnce() {
    memoryServer();
    network.onChannel(channel -> {
      if (network.channels().size() < 5) {
        channel.cut();
      }
    });
    RpcClient client = memoryClient();
    CompletableFuture<String> call = echo(client).callAsync("x");
    advanceUntilConnected(client);
    assertThat(World.get(call)).isEqualTo("x");
    assertThat(network.attempts()).isEqualTo(6);
  }

  @Test
  void idleConnectionDoesNothing() {
    RpcServer server = memoryServer();
    RpcClient client = memoryClient();
    assertThat(echo(client).call("x")).isEqualTo("x");
    time.advance(Duration.ofSeconds(30)); // past the deadline of that call
    assertThat(time.waitingTasks()).isZero();
    Stats before = client.stats();
    time.advance(Duration.ofHours(1));
    assertThat(client.stats()).isEqualTo(before);
    assertThat(server.stats().connections()).isEqualTo(1);
  }
}
