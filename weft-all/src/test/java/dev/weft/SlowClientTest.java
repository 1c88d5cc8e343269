package dev.weft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.FaultyTransport;
import dev.weft.testing.ManualTime;
import dev.weft.testing.MemoryTransport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Clients that do not read what they have asked for. */
class SlowClientTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(8);

  @RegisterExtension final World world = new World();

  private final ManualTime time = new ManualTime();

  @Test
  void clientThatNeverReadsIsRefusedFirstAndDroppedThen() throws IOException {
    AtomicInteger made = new AtomicInteger();
    RpcServer server =
        world.server(b ->
            b.time(time)
                .pendingResponseBytesMax(2_000_000)
                .slowClientTimeout(TIMEOUT)
                .function(
                    "make",
                    byte[].class,
                    () -> {
                      made.incrementAndGet();
                      return new byte[1_000_000];
                    }));
    RawClient greedy = world.keep(new RawClient(server.address()));
    for (int i = 0; i < 200; i++) {
      greedy.request(i, "make");
      int messages = i + 1;
      World.until(
          "it is served or refused",
          () -> server.stats().messagesRead() >= messages && server.stats().openCalls() == 0);
    }
    // What the sockets hold, and the limit; the other 180 or so were refused.
    assertThat(made.get()).isBetween(3, 40);
    assertThat(server.stats().connections()).isEqualTo(1);
    for (int i = 0; i < 7; i++) {
      time.advance(TIMEOUT.dividedBy(8));
      assertThat(server.stats().connections()).isEqualTo(1);
    }
    time.advance(TIMEOUT.dividedBy(8));
    World.until("it was dropped", () -> server.stats().connections() == 0);
    RpcClient other = world.client(server);
    assertThat(other.function("make", byte[].class).call()).hasSize(1_000_000);
  }

  private RpcServer serverThatMakes(MemoryTransport memory, int pendingResponseBytesMax) {
    return world.serverAt(
        "mem:slow",
        b ->
            b.transport(memory)
                .time(time)
                .pendingResponseBytesMax(pendingResponseBytesMax)
                .slowClientTimeout(TIMEOUT)
                .function("make", Integer.class, byte[].class, byte[]::new));
  }

  @Test
  void clientThatReadsInTimeIsKept() {
    MemoryTransport memory = new MemoryTransport();
    FaultyTransport network = new FaultyTransport(memory, new ManualTime());
    RpcServer server = serverThatMakes(memory, 500_000);
    RpcClient client = world.client("mem:slow", b -> b.transport(network));
    RpcFunction<Integer, byte[]> make = client.function("make", Integer.class, byte[].class);
    for (int round = 0; round < 3; round++) {
      assertThat(make.call(10)).hasSize(10);
      network.awaitChannel(0).stallReads();
      CompletableFuture<byte[]> big = make.callAsync(1_000_000);
      World.until("it is made", () -> server.stats().openCalls() == 0);
      for (int i = 0; i < 6; i++) {
        time.advance(TIMEOUT.dividedBy(8));
      }
      network.awaitChannel(0).resumeReads();
      assertThat(World.get(big)).hasSize(1_000_000);
      // Who has written the big one may not have noticed yet that all of it is read.
      // An answer since then counts at once.
      assertThat(make.call(10)).hasSize(10);
      for (int i = 0; i < 16; i++) {
        time.advance(TIMEOUT.dividedBy(8));
      }
    }
    assertThat(server.stats().connections()).isEqualTo(1);
    assertThat(make.call(10)).hasSize(10);
  }

  private static List<CompletableFuture<byte[]>> callForty(RpcFunction<Integer, byte[]> make) {
    List<CompletableFuture<byte[]>> calls = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      calls.add(make.callAsync(100_000));
    }
    return calls;
  }

  /** How many of them end because too many responses wait; the others have results. */
  private static int overloaded(List<CompletableFuture<byte[]>> calls, Executed executed) {
    int overloaded = 0;
    for (CompletableFuture<byte[]> call : calls) {
      World.until("it has ended", call::isDone);
      if (call.isCompletedExceptionally()) {
        RpcOverloadedException e = World.failure(call, RpcOverloadedException.class);
        assertThat(e.executed()).isEqualTo(executed);
        assertThat(e).hasMessageContaining("pendingResponseBytesMax");
        overloaded++;
      }
    }
    return overloaded;
  }

  @Test
  void resultsFarBeyondTheLimitAreDroppedAndTheirCallersToldSo() {
    MemoryTransport memory = new MemoryTransport();
    FaultyTransport network = new FaultyTransport(memory, new ManualTime());
    CountDownLatch go = new CountDownLatch(1);
    Semaphore begun = new Semaphore(0);
    RpcServer server =
        world.serverAt(
            "mem:slow",
            b ->
                b.transport(memory)
                    .pendingResponseBytesMax(500_000)
                    .function(
                        "make",
                        Integer.class,
                        byte[].class,
                        size -> {
                          begun.release();
                          go.await();
                          return new byte[size];
                        }));
    RpcClient client = world.client("mem:slow", b -> b.transport(network));
    RpcFunction<Integer, byte[]> make = client.function("make", Integer.class, byte[].class);
    List<CompletableFuture<byte[]>> calls = callForty(make);
    begun.acquireUninterruptibly(40);
    network.awaitChannel(0).stallReads();
    go.countDown();
    World.until("all are made", () -> server.stats().openCalls() == 0);
    network.awaitChannel(0).resumeReads();
    int dropped = overloaded(calls, Executed.YES);
    assertThat(dropped).isBetween(10, 35);
  }

  @Test
  void callsThatCameBeforeTheirClientFellBehindDoNotBegin() {
    MemoryTransport memory = new MemoryTransport();
    FaultyTransport network = new FaultyTransport(memory, new ManualTime());
    AtomicInteger made = new AtomicInteger();
    LinkedBlockingQueue<Runnable> begun = new LinkedBlockingQueue<>();
    world.serverAt(
        "mem:slow",
        b ->
            b.transport(memory)
                .pendingResponseBytesMax(500_000)
                .function(
                    "make",
                    Integer.class,
                    byte[].class,
                    size -> {
                      made.incrementAndGet();
                      return new byte[size];
                    },
                    Execution.on(begun::add)));
    RpcClient client = world.client("mem:slow", b -> b.transport(network));
    RpcFunction<Integer, byte[]> make = client.function("make", Integer.class, byte[].class);
    List<CompletableFuture<byte[]>> calls = callForty(make);
    World.until("all have come", () -> begun.size() == 40);
    network.awaitChannel(0).stallReads();
    begun.forEach(Runnable::run);
    network.awaitChannel(0).resumeReads();
    int refused = overloaded(calls, Executed.NO);
    assertThat(refused).isBetween(10, 35);
    assertThat(made.get()).isEqualTo(40 - refused);
  }

  @Test
  void clientsThatDoNotReadShareTheRoomAndLeaveItToTheOthers() {
    MemoryTransport memory = new MemoryTransport();
    FaultyTransport network = new FaultyTransport(memory, new ManualTime());
    RpcServer server = serverThatMakes(memory, 1_000_000);
    RpcClient good = world.client("mem:slow", b -> b.transport(memory));
    RpcFunction<Integer, byte[]> made = good.function("make", Integer.class, byte[].class);
    assertThat(made.call(10)).hasSize(10);
    List<RpcFunction<Integer, byte[]>> slow = new ArrayList<>();
    List<CompletableFuture<byte[]>> first = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      RpcClient client = world.client("mem:slow", b -> b.transport(network));
      slow.add(client.function("make", Integer.class, byte[].class));
      assertThat(slow.get(i).call(10)).hasSize(10);
      network.awaitChannel(i).stallReads();
      first.add(slow.get(i).callAsync(400_000)); // less than the limit, more than a fourth of it
    }
    World.until(
        "all is made", () -> server.stats().messagesRead() == 7 && server.stats().openCalls() == 0);
    time.advance(Duration.ofSeconds(1));
    List<CompletableFuture<byte[]>> second = new ArrayList<>();
    slow.forEach(make -> second.add(make.callAsync(10)));
    World.until("they have come", () -> server.stats().messagesRead() == 10);
    assertThat(made.call(10)).hasSize(10);
    for (int i = 0; i < 3; i++) {
      network.awaitChannel(i).resumeReads();
      assertThat(World.get(first.get(i))).hasSize(400_000);
      RpcOverloadedException e = World.failure(second.get(i), RpcOverloadedException.class);
      assertThat(e.executed()).isEqualTo(Executed.NO);
    }
    time.advance(Duration.ofSeconds(1));
    assertThat(slow.getFirst().call(10)).hasSize(10);
  }
}
