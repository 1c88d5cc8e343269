package dev.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.testing.FaultyTransport;
import dev.weft.testing.ManualTime;
import dev.weft.testing.MemoryTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Messages over the limits, too many of them, and big ones among small ones. */
class LimitsTest {

  @RegisterExtension final World world = new World();

  private final Semaphore release = new Semaphore(0);
  private final Semaphore running = new Semaphore(0);

  private RpcServer server(Consumer<RpcServer.Builder> setting) {
    return world.server(b -> {
      b.function("echo", String.class, String.class, t -> t)
          .function("size", byte[].class, Integer.class, bytes -> bytes.length)
          .function("make", Integer.class, byte[].class, byte[]::new)
          .function("bytes", byte[].class, byte[].class, bytes -> bytes)
          .function(
              "wait",
              byte[].class,
              Integer.class,
              bytes -> {
                running.release();
                release.acquire();
                return bytes.length;
              });
      setting.accept(b);
    });
  }

  private static RpcFunction<byte[], Integer> size(RpcClient client) {
    return client.function("size", byte[].class, Integer.class);
  }

  private static RpcFunction<byte[], Integer> waiting(RpcClient client) {
    return client.function("wait", byte[].class, Integer.class);
  }

  private static RpcFunction<Integer, byte[]> make(RpcClient client) {
    return client.function("make", Integer.class, byte[].class);
  }

  private static void assertAlive(RpcServer server, RpcClient client) {
    assertThat(client.function("echo", String.class, String.class).call("alive"))
        .isEqualTo("alive");
    assertThat(server.stats().connections()).isEqualTo(1);
    // A large message is open until it is its turn, and small ones overtake it.
    World.until("all calls have ended", () -> client.stats().openCalls() == 0);
  }

  @Test
  void argumentsOverTheClientsLimitAreNotSent() {
    RpcServer server = server(b -> {});
    RpcClient client = world.client(server.address(), b -> b.messageBytesMax(10_000));
    assertThat(size(client).call(new byte[9_000])).isEqualTo(9_000);
    assertThatThrownBy(() -> size(client).call(new byte[10_001]))
        .isInstanceOfSatisfying(
            RpcProtocolException.class, e -> assertThat(e.executed()).isEqualTo(Executed.NO))
        .hasMessageContaining("size")
        .hasMessageContaining("10000 (messageBytesMax)");
    assertThat(World.failure(size(client).callAsync(new byte[10_001]), RpcProtocolException.class))
        .hasMessageContaining("messageBytesMax");
    assertThatThrownBy(() -> size(client).send(new byte[10_001]))
        .isInstanceOf(RpcProtocolException.class);
    assertAlive(server, client);
  }

  @Test
  void argumentsOverTheServersLimitAreRefusedWhateverTheirSize() {
    RpcServer server = server(b -> b.messageBytesMax(10_000));
    RpcClient client = world.client(server);
    for (int bytes : new int[] {10_100, 20_000, 70_000, 5_000_000}) {
      CompletableFuture<Integer> other = size(client).callAsync(new byte[10]);
      assertThatThrownBy(() -> size(client).call(new byte[bytes]))
          .isInstanceOfSatisfying(
              RpcProtocolException.class, e -> assertThat(e.executed()).isEqualTo(Executed.NO))
          .hasMessageContaining("10000 (messageBytesMax)");
      size(client).send(new byte[bytes]);
      assertThat(World.get(other)).isEqualTo(10);
    }
    assertAlive(server, client);
  }

  @Test
  void resultOverTheClientsLimitIsNotSent() {
    RpcServer server = server(b -> {});
    RpcClient client = world.client(server.address(), b -> b.messageBytesMax(10_000));
    for (int bytes : new int[] {10_001, 70_000, 5_000_000}) {
      long before = server.stats().bytesWritten();
      assertThatThrownBy(() -> make(client).call(bytes))
          .isInstanceOfSatisfying(
              RpcProtocolException.class, e -> assertThat(e.executed()).isEqualTo(Executed.YES))
          .hasMessageContaining("10000 (messageBytesMax)");
      assertThat(server.stats().bytesWritten() - before).isLessThan(1_000);
    }
    assertThat(make(client).call(9_000)).hasSize(9_000);
    assertAlive(server, client);
  }

  @Test
  void resultOverTheServersOwnLimitIsNotSent() {
    RpcServer server = server(b -> b.messageBytesMax(10_000));
    RpcClient client = world.client(server);
    assertThatThrownBy(() -> make(client).call(10_001))
        .isInstanceOfSatisfying(
            RpcProtocolException.class, e -> assertThat(e.executed()).isEqualTo(Executed.YES))
        .hasMessageContaining("10000 (messageBytesMax)");
    assertAlive(server, client);
  }

  @Test
  void messagesOfEverySizeAroundABlockArrive() {
    RpcClient client = world.client(server(b -> {}));
    RpcFunction<byte[], byte[]> bytes = client.function("bytes", byte[].class, byte[].class);
    for (int size :
        new int[] {
          0, 1, 127, 128, 1023, 1024, 16_383, 16_384, 65_400, 65_480, 65_490, 65_495, 65_500,
          65_510, 65_520, 65_530, 65_535, 65_536, 65_537, 65_600, 131_072, 1_000_000
        }) {
      byte[] sent = new byte[size];
      for (int i = 0; i < size; i++) {
        sent[i] = (byte) (i * 31);
      }
      assertThat(Arrays.equals(bytes.call(sent), sent)).as("%d bytes", size).isTrue();
    }
  }

  @Test
  void manyBigMessagesAtOnceArriveWholeInBothDirections() {
    RpcServer server = server(b -> {});
    RpcClient client = world.client(server);
    RpcFunction<byte[], byte[]> bytes = client.function("bytes", byte[].class, byte[].class);
    List<CompletableFuture<byte[]>> futures = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      byte[] sent = new byte[i % 2 == 0 ? 1_000_000 : 100 * i];
      Arrays.fill(sent, (byte) i);
      futures.add(bytes.callAsync(sent));
    }
    for (int i = 0; i < 24; i++) {
      byte[] expected = new byte[i % 2 == 0 ? 1_000_000 : 100 * i];
      Arrays.fill(expected, (byte) i);
      assertThat(Arrays.equals(World.get(futures.get(i)), expected)).as("call %d", i).isTrue();
    }
    assertAlive(server, client);
  }

  @Test
  void smallCallIsAnsweredWhileABigArgumentIsOnItsWay() {
    MemoryTransport memory = new MemoryTransport();
    FaultyTransport network = new FaultyTransport(memory, new ManualTime());
    world.serverAt(
        "mem:big",
        b ->
            b.transport(memory)
                .function("echo", String.class, String.class, t -> t)
                .function("size", byte[].class, Integer.class, bytes -> bytes.length));
    RpcClient client = world.client("mem:big", b -> b.transport(network));
    RpcFunction<String, String> echo = client.function("echo", String.class, String.class);
    assertThat(echo.call("connected")).isEqualTo("connected");
    network.awaitChannel(0).stallWrites();
    CompletableFuture<Integer> big = size(client).callAsync(new byte[20_000_000]);
    List<CompletableFuture<String>> small = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      small.add(echo.callAsync("small " + i));
    }
    network.awaitChannel(0).splitWrites(4096); // so that it takes its time
    network.awaitChannel(0).resumeWrites();
    for (int i = 0; i < 20; i++) {
      assertThat(World.get(small.get(i))).isEqualTo("small " + i);
    }
    assertThat(big).as("20 MB are not there before a few small calls").isNotDone();
    assertThat(network.awaitChannel(0).bytesWritten()).isLessThan(10_000_000);
    assertThat(World.get(big)).isEqualTo(20_000_000);
  }

  @Test
  void smallCallIsAnsweredWhileABigResultIsOnItsWay() {
    MemoryTransport memory = new MemoryTransport();
    FaultyTransport network = new FaultyTransport(memory, new ManualTime());
    RpcServer server =
        world.serverAt(
            "mem:big",
            b ->
                b.transport(memory)
                    .function("echo", String.class, String.class, t -> t)
                    .function("make", Integer.class, byte[].class, byte[]::new));
    RpcClient client = world.client("mem:big", b -> b.transport(network));
    RpcFunction<String, String> echo = client.function("echo", String.class, String.class);
    assertThat(echo.call("connected")).isEqualTo("connected");
    network.awaitChannel(0).stallReads();
    CompletableFuture<byte[]> big = make(client).callAsync(20_000_000);
    World.until("it is answered", () -> server.stats().openCalls() == 0);
    CompletableFuture<Long> readBeforeSmall = // looked up by the reader itself
        echo.callAsync("small").thenApply(text -> network.awaitChannel(0).bytesRead());
    World.until("that has come", () -> server.stats().traffic().messagesRead() == 3);
    World.until("and is answered, too", () -> server.stats().openCalls() == 0);
    network.awaitChannel(0).splitReads(4096);
    network.awaitChannel(0).resumeReads();
    assertThat(World.get(readBeforeSmall)).isLessThan(10_000_000);
    assertThat(World.get(big)).hasSize(20_000_000);
  }

  @Test
  void twentyMegabytesOverTheSocketBothWays() {
    RpcClient client = world.client(server(b -> {}));
    CompletableFuture<Integer> up = size(client).callAsync(new byte[20_000_000]);
    CompletableFuture<byte[]> down = make(client).callAsync(20_000_000);
    RpcFunction<String, String> echo = client.function("echo", String.class, String.class);
    for (int i = 0; i < 50; i++) {
      assertThat(echo.call("small " + i)).isEqualTo("small " + i);
    }
    assertThat(World.get(up)).isEqualTo(20_000_000);
    assertThat(World.get(down)).hasSize(20_000_000);
  }

  @Test
  void openCallsOverTheLimitAreRefusedAndRoomIsGivenBack() {
    RpcServer server = server(b -> {});
    RpcClient client =
        world.client(
            server.address(), b -> b.openCallsMax(3).overflow(OverflowPolicy.REJECT_NEWEST));
    List<CompletableFuture<Integer>> open = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      open.add(waiting(client).callAsync(new byte[i]));
    }
    assertThatThrownBy(() -> waiting(client).call(new byte[9]))
        .isInstanceOfSatisfying(
            RpcOverloadedException.class, e -> assertThat(e.executed()).isEqualTo(Executed.NO))
        .hasMessageContaining("3 calls are open already (openCallsMax)");
    World.failure(waiting(client).callAsync(new byte[9]), RpcOverloadedException.class);
    assertThatThrownBy(() -> waiting(client).send(new byte[9]))
        .isInstanceOf(RpcOverloadedException.class);
    open.get(0).cancel(true);
    CompletableFuture<Integer> next = waiting(client).callAsync(new byte[5]);
    release.release(10);
    assertThat(World.get(next)).isEqualTo(5);
    assertThat(World.get(open.get(1))).isEqualTo(1);
    assertThat(World.get(open.get(2))).isEqualTo(2);
    assertAlive(server, client);
  }

  @Test
  void openBytesOverTheLimitAreRefusedAndRoomIsGivenBack() {
    RpcServer server = server(b -> {});
    RpcClient client =
        world.client(
            server.address(), b -> b.openBytesMax(100_000).overflow(OverflowPolicy.REJECT_NEWEST));
    for (int round = 0; round < 3; round++) {
      CompletableFuture<Integer> first = waiting(client).callAsync(new byte[60_000]);
      assertThatThrownBy(() -> waiting(client).call(new byte[60_000]))
          .isInstanceOfSatisfying(
              RpcOverloadedException.class, e -> assertThat(e.executed()).isEqualTo(Executed.NO))
          .hasMessageContaining("100000 bytes (openBytesMax)");
      CompletableFuture<Integer> small = waiting(client).callAsync(new byte[100]);
      CompletableFuture<Integer> fits = waiting(client).callAsync(new byte[30_000]);
      if (round == 1) {
        assertThat(fits.cancel(true)).isTrue();
        assertThat(first.cancel(true)).isTrue();
      }
      running.acquireUninterruptibly();
      release.release(3);
      assertThat(World.get(small)).isEqualTo(100);
      if (round != 1) {
        assertThat(World.get(first)).isEqualTo(60_000);
        assertThat(World.get(fits)).isEqualTo(30_000);
      }
      World.until("none runs", () -> server.stats().openCalls() == 0);
      release.drainPermits();
    }
    assertAlive(server, client);
  }

  @Test
  void runningCallsOverTheLimitAreRefusedAndTheReaderGoesOn() {
    RpcServer server = server(b -> b.runningCallsMax(2).waitingCallsMax(0));
    RpcClient client = world.client(server);
    CompletableFuture<Integer> one = waiting(client).callAsync(new byte[1]);
    CompletableFuture<Integer> two = waiting(client).callAsync(new byte[2]);
    running.acquireUninterruptibly(2);
    for (int i = 0; i < 100; i++) {
      assertThatThrownBy(() -> waiting(client).call(new byte[3]))
          .isInstanceOfSatisfying(
              RpcOverloadedException.class, e -> assertThat(e.executed()).isEqualTo(Executed.NO))
          .hasMessageContaining("2 calls are running already (runningCallsMax)");
    }
    waiting(client).send(new byte[4]); // lost, and told nobody
    two.cancel(true);
    World.until("there is room again", () -> server.stats().openCalls() == 1);
    CompletableFuture<Integer> three = waiting(client).callAsync(new byte[3]);
    release.release(2);
    assertThat(World.get(one)).isEqualTo(1);
    assertThat(World.get(three)).isEqualTo(3);
    World.until("none runs", () -> server.stats().openCalls() == 0);
    assertAlive(server, client);
  }

  @Test
  void runningBytesOverTheLimitAreRefused() {
    RpcServer server = server(b -> b.runningBytesMax(100_000));
    RpcClient client = world.client(server);
    for (int round = 0; round < 3; round++) {
      CompletableFuture<Integer> one = waiting(client).callAsync(new byte[60_000]);
      running.acquireUninterruptibly();
      assertThatThrownBy(() -> waiting(client).call(new byte[60_000]))
          .isInstanceOfSatisfying(
              RpcOverloadedException.class, e -> assertThat(e.executed()).isEqualTo(Executed.NO))
          .hasMessageContaining("runningBytesMax");
      release.release();
      assertThat(World.get(one)).isEqualTo(60_000);
      World.until("none runs", () -> server.stats().openCalls() == 0);
    }
    assertAlive(server, client);
  }

  @Test
  void answersThatNobodyReadsAreBounded() {
    MemoryTransport memory = new MemoryTransport();
    FaultyTransport network = new FaultyTransport(memory, new ManualTime());
    RpcServer server =
        world.serverAt(
            "mem:slow",
            b ->
                b.transport(memory)
                    .pendingResponseBytesMax(500_000)
                    .function("make", Integer.class, byte[].class, byte[]::new));
    RpcClient client = world.client("mem:slow", b -> b.transport(network));
    assertThat(make(client).call(10)).hasSize(10);
    network.awaitChannel(0).stallReads();
    List<CompletableFuture<byte[]>> answers = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      answers.add(make(client).callAsync(100_000));
      int messages = 2 + i;
      World.until(
          "it is served",
          () -> server.stats().messagesRead() == messages && server.stats().openCalls() == 0);
    }
    network.awaitChannel(0).resumeReads();
    int refused = 0;
    for (CompletableFuture<byte[]> answer : answers) {
      try {
        assertThat(answer.get(20, java.util.concurrent.TimeUnit.SECONDS)).hasSize(100_000);
      } catch (Exception e) {
        assertThat(e.getCause())
            .isInstanceOf(RpcOverloadedException.class)
            .hasMessageContaining("pendingResponseBytesMax");
        refused++;
      }
    }
    assertThat(refused).isBetween(20, 36);
    assertThat(make(client).call(10)).hasSize(10);
  }

  @Test
  void connectionsOverTheLimitAreToldAndComeInWhenThereIsRoom() {
    RpcServer server = server(b -> b.connectionsMax(2));
    RpcClient one = world.client(server);
    RpcClient two = world.client(server);
    for (RpcClient client : List.of(one, two)) {
      assertThat(size(client).call(new byte[1])).isEqualTo(1);
    }
    RpcClient three = world.client(server);
    RpcFunction<byte[], Integer> fast =
        three.function("size", byte[].class, Integer.class, CallOptions.DEFAULT.withFailFast());
    assertThatThrownBy(() -> fast.call(new byte[1]))
        .isInstanceOfSatisfying(
            RpcConnectionException.class, e -> assertThat(e.executed()).isEqualTo(Executed.NO))
        .hasMessageContaining("2 connections already (connectionsMax)");
    assertThat(size(one).call(new byte[3])).isEqualTo(3);
    two.close();
    World.until("it comes in", () -> three.stats().connections() == 1);
    assertThat(size(three).call(new byte[2])).isEqualTo(2);
  }

  @Test
  void timedOutCallsGiveTheirRoomBack() {
    ManualTime time = new ManualTime();
    RpcServer server = server(b -> {});
    RpcClient client =
        world.client(
            server.address(),
            b ->
                b.time(time)
                    .openCallsMax(100)
                    .openBytesMax(1_000_000)
                    .overflow(OverflowPolicy.REJECT_NEWEST));
    for (int round = 0; round < 5; round++) {
      List<CompletableFuture<Integer>> calls = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        calls.add(waiting(client).callAsync(new byte[9_000], Duration.ofSeconds(1)));
      }
      World.failure(waiting(client).callAsync(new byte[1]), RpcOverloadedException.class);
      time.advance(Duration.ofSeconds(1));
      for (CompletableFuture<Integer> call : calls) {
        World.failure(call, RpcTimeoutException.class);
      }
      assertThat(client.stats().openCalls()).isZero();
    }
    CountDownLatch none = new CountDownLatch(0);
    World.await(none);
    World.until("all handlers were interrupted", () -> server.stats().openCalls() == 0);
    assertAlive(server, client);
  }
}
