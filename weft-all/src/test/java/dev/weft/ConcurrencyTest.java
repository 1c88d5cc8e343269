package dev.weft;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many callers at once: each gets its own answer, whatever the others do. */
class ConcurrencyTest {

  @RegisterExtension final World world = new World();

  private final Queue<Throwable> wrong = new ConcurrentLinkedQueue<>();

  interface Adder {
    long add(long a, long b);

    CompletableFuture<Long> addAsync(long a, long b);
  }

  static final class SimpleAdder implements Adder {
    @Override
    public long add(long a, long b) {
      return a + b;
    }

    @Override
    public CompletableFuture<Long> addAsync(long a, long b) {
      return CompletableFuture.completedFuture(a + b);
    }
  }

  private interface Body {
    void run() throws Exception;
  }

  private Thread start(boolean virtual, Body body) {
    return (virtual ? Thread.ofVirtual() : Thread.ofPlatform())
        .start(() -> {
          try {
            body.run();
          } catch (Throwable e) {
            wrong.add(e);
          }
        });
  }

  private void assertNothingWentWrong() {
    if (!wrong.isEmpty()) {
      throw new AssertionError(wrong.size() + " went wrong, first", wrong.peek());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void hundredsOfThreadsShareAStubAndEachGetsItsOwnAnswers(boolean virtual) {
    RpcServer server = world.server(b -> b.service(Adder.class, new SimpleAdder()));
    RpcClient client = world.client(server);
    Adder adder = client.service(Adder.class);
    int threads = virtual ? 500 : 100;
    List<Thread> running = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      long base = 1_000_000L * t;
      running.add(
          start(
              virtual,
              () -> {
                for (int i = 0; i < 100; i++) {
                  assertThat(adder.add(base, i)).isEqualTo(base + i);
                }
              }));
    }
    running.forEach(World::join);
    assertNothingWentWrong();
    assertThat(server.stats().connections()).isEqualTo(1);
    assertThat(client.stats().openCalls()).isZero();
    World.until("the last are counted", () -> client.stats().messagesRead() == threads * 100L);
  }

  @Test
  void mixOfExecutionsSizesAndWaysGivesEachItsOwnAnswer() {
    RpcServer server =
        world.server(b ->
            b.service(Adder.class, new SimpleAdder())
                .service("inline", Adder.class, new SimpleAdder(), Execution.inline())
                .function("bytes", byte[].class, byte[].class, bytes -> bytes)
                .function(
                    "slow",
                    Long.class,
                    Long.class,
                    n -> {
                      Thread.sleep(Duration.ofNanos(100_000));
                      return n;
                    }));
    RpcClient client = world.client(server);
    Adder adder = client.service(Adder.class);
    Adder inline = client.service("inline", Adder.class);
    RpcFunction<byte[], byte[]> bytes = client.function("bytes", byte[].class, byte[].class);
    RpcFunction<Long, Long> slow = client.function("slow", Long.class, Long.class);
    List<Thread> running = new ArrayList<>();
    for (int t = 0; t < 60; t++) {
      int thread = t;
      running.add(
          start(
              t % 3 != 0,
              () -> {
                SplittableRandom random = new SplittableRandom(thread);
                for (int i = 0; i < 60; i++) {
                  long a = 1000L * thread;
                  switch (random.nextInt(5)) {
                    case 0 -> assertThat(adder.add(a, i)).isEqualTo(a + i);
                    case 1 -> assertThat(inline.add(a, i)).isEqualTo(a + i);
                    case 2 -> assertThat(adder.addAsync(a, i).get()).isEqualTo(a + i);
                    case 3 -> assertThat(slow.call(a + i)).isEqualTo(a + i);
                    default -> {
                      byte[] sent = new byte[random.nextInt(100_000)];
                      random.nextBytes(sent);
                      assertThat(java.util.Arrays.equals(bytes.call(sent), sent)).isTrue();
                    }
                  }
                }
              }));
    }
    running.forEach(World::join);
    assertNothingWentWrong();
    assertThat(server.stats().connections()).isEqualTo(1);
    World.until("none runs", () -> server.stats().openCalls() == 0);
    assertThat(client.stats().openCalls()).isZero();
  }

  /**
   * Threads call in a loop while others interrupt them at random; bystanders call in peace.
   * Nobody's interruption may end the connection, or reach a call that is not his.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void stormOfInterruptionsHitsOnlyThoseItIsMeantFor(boolean virtual) {
    AtomicInteger innocentInterrupted = new AtomicInteger();
    Set<String> peers = ConcurrentHashMap.newKeySet();
    RpcServer server =
        world.server(b ->
            b.service(Adder.class, new SimpleAdder())
                .service("inline", Adder.class, new SimpleAdder(), Execution.inline())
                .function(
                    "slow",
                    Long.class,
                    Long.class,
                    n -> {
                      Thread.sleep(1);
                      return n;
                    })
                .function(
                    "calm",
                    Long.class,
                    Long.class,
                    (context, n) -> {
                      peers.add(context.peer());
                      if (Thread.currentThread().isInterrupted()) {
                        innocentInterrupted.incrementAndGet();
                      }
                      return n;
                    })
                .function("bytes", byte[].class, byte[].class, bytes -> bytes));
    RpcClient client = world.client(server);
    Adder adder = client.service(Adder.class);
    Adder inline = client.service("inline", Adder.class);
    RpcFunction<Long, Long> slow = client.function("slow", Long.class, Long.class);
    RpcFunction<Long, Long> calm = client.function("calm", Long.class, Long.class);
    RpcFunction<byte[], byte[]> bytes = client.function("bytes", byte[].class, byte[].class);
    assertThat(adder.add(1, 1)).isEqualTo(2);
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger cancelled = new AtomicInteger();
    AtomicInteger peaceful = new AtomicInteger();
    List<Thread> targets = new ArrayList<>();
    for (int t = 0; t < 16; t++) {
      long base = 1_000_000L * t;
      int thread = t;
      targets.add(
          start(
              virtual,
              () -> {
                for (long i = 0; !over.get(); i++) {
                  try {
                    switch ((int) (i + thread) % 4) {
                      case 0 -> assertThat(adder.add(base, i)).isEqualTo(base + i);
                      case 1 -> assertThat(inline.add(base, i)).isEqualTo(base + i);
                      case 2 -> assertThat(slow.call(base + i)).isEqualTo(base + i);
                      default -> {
                        byte[] sent = new byte[thread < 2 ? 200_000 : 100];
                        sent[0] = (byte) i;
                        assertThat(bytes.call(sent)[0]).isEqualTo((byte) i);
                      }
                    }
                  } catch (RpcCancelledException e) {
                    cancelled.incrementAndGet();
                    assertThat(Thread.interrupted()).isTrue();
                  }
                }
              }));
    }
    List<Thread> bystanders = new ArrayList<>();
    for (int t = 0; t < 8; t++) {
      long base = 1_000_000_000L * (t + 1);
      bystanders.add(
          start(
              t % 2 == 0,
              () -> {
                for (long i = 0; !over.get(); i++) {
                  assertThat(adder.add(base, i)).isEqualTo(base + i);
                  assertThat(calm.call(base + i)).isEqualTo(base + i);
                  peaceful.incrementAndGet();
                }
              }));
    }
    SplittableRandom random = new SplittableRandom(7);
    try {
      World.until(
          "enough were hit, and enough were not",
          () -> {
            for (int i = 0; i < 20; i++) {
              targets.get(random.nextInt(targets.size())).interrupt();
            }
            return !wrong.isEmpty() || (cancelled.get() > 3_000 && peaceful.get() > 3_000);
          });
    } finally {
      over.set(true);
    }
    targets.forEach(World::join);
    bystanders.forEach(World::join);
    assertNothingWentWrong();
    assertThat(innocentInterrupted.get()).as("interruptions that hit another call").isZero();
    World.until("no call is left at the server", () -> server.stats().openCalls() == 0);
    assertThat(client.stats().openCalls()).isZero();
    assertThat(peers).as("connections that there were").hasSize(1);
    assertThat(adder.add(2, 2)).isEqualTo(4);
  }

  @Test
  void stormOfCancellationsAndTimeoutsLeavesEveryOtherCallAlone() {
    RpcServer server =
        world.server(b ->
            b.service(Adder.class, new SimpleAdder())
                .function(
                    "slow",
                    Long.class,
                    Long.class,
                    n -> {
                      Thread.sleep(Duration.ofNanos(n));
                      return n;
                    }));
    RpcClient client = world.client(server);
    Adder adder = client.service(Adder.class);
    RpcFunction<Long, Long> slow = client.function("slow", Long.class, Long.class);
    assertThat(adder.add(1, 1)).isEqualTo(2);
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger cancelled = new AtomicInteger();
    AtomicInteger peaceful = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 8; t++) {
      int seed = t;
      threads.add(
          start(
              true,
              () -> {
                SplittableRandom random = new SplittableRandom(seed);
                while (!over.get()) {
                  CompletableFuture<Long> future =
                      random.nextBoolean()
                          ? adder.addAsync(1, 2)
                          : slow.callAsync(random.nextLong(1_000_000), Duration.ofNanos(500_000));
                  if (random.nextInt(3) == 0) {
                    Thread.yield();
                  }
                  if (future.cancel(true)) {
                    cancelled.incrementAndGet();
                  }
                  if (random.nextInt(8)
                      == 0) { // lets the reader work: it runs on a virtual thread, too
                    assertThat(adder.add(seed, 1)).isEqualTo(seed + 1);
                  }
                }
              }));
    }
    for (int t = 0; t < 8; t++) {
      long base = 1_000_000_000L * (t + 1);
      threads.add(
          start(
              true,
              () -> {
                for (long i = 0; !over.get(); i++) {
                  assertThat(adder.add(base, i)).isEqualTo(base + i);
                  peaceful.incrementAndGet();
                }
              }));
    }
    try {
      World.until(
          "there was enough of both",
          () -> !wrong.isEmpty() || (cancelled.get() > 20_000 && peaceful.get() > 10_000));
    } finally {
      over.set(true);
    }
    threads.forEach(World::join);
    assertNothingWentWrong();
    World.until("no call is left at the server", () -> server.stats().openCalls() == 0);
    World.until("nor at the client", () -> client.stats().openCalls() == 0);
    assertThat(server.stats().connections()).isEqualTo(1);
  }

  @Test
  void manyConnectionsShareAServer() {
    RpcServer server = world.server(b -> b.service(Adder.class, new SimpleAdder()));
    int connections = 100;
    List<RpcClient> clients = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    CountDownLatch all = new CountDownLatch(connections);
    for (int c = 0; c < connections; c++) {
      RpcClient client = world.client(server);
      clients.add(client);
      Adder adder = client.service(Adder.class);
      long base = 1_000L * c;
      threads.add(
          start(
              true,
              () -> {
                assertThat(adder.add(base, 0)).isEqualTo(base);
                all.countDown();
                World.await(all);
                for (int i = 0; i < 50; i++) {
                  assertThat(adder.add(base, i)).isEqualTo(base + i);
                }
              }));
    }
    World.await(all);
    assertThat(server.stats().connections()).isEqualTo(connections);
    threads.forEach(World::join);
    assertNothingWentWrong();
    clients.forEach(RpcClient::close);
    World.until("all have left", () -> server.stats().connections() == 0);
    World.until("all are counted", () -> server.stats().messagesRead() == connections * 51L);
  }

  @Test
  void oneWayMessagesOfManyThreadsAllArrive() {
    AtomicInteger arrived = new AtomicInteger();
    RpcServer server =
        world.server(b ->
            b.function(
                "tell",
                Integer.class,
                Void.class,
                n -> {
                  arrived.addAndGet(n);
                  return null;
                }));
    RpcFunction<Integer, Void> tell =
        world.client(server).function("tell", Integer.class, Void.class);
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 50; t++) {
      threads.add(
          start(
              true,
              () -> {
                for (int i = 0; i < 100; i++) {
                  tell.send(1);
                }
              }));
    }
    threads.forEach(World::join);
    assertNothingWentWrong();
    World.until("all have arrived", () -> arrived.get() == 5_000);
    World.until("none runs", () -> server.stats().openCalls() == 0);
  }

  @Test
  void moreCallsThanTheWorkersQueueHoldsAllRunAtOnce() {
    int calls = 3_000;
    CountDownLatch all = new CountDownLatch(calls);
    RpcServer server =
        world.server(b ->
            b.function(
                "meet",
                Integer.class,
                Integer.class,
                n -> {
                  all.countDown();
                  all.await();
                  return n;
                }));
    RpcFunction<Integer, Integer> meet =
        world.client(server).function("meet", Integer.class, Integer.class);
    List<CompletableFuture<Integer>> futures = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      futures.add(meet.callAsync(i));
    }
    for (int i = 0; i < calls; i++) {
      assertThat(World.get(futures.get(i))).isEqualTo(i);
    }
  }
}
