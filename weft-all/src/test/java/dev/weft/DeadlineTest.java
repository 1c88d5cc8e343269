package dev.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.weft.testing.FaultyTransport;
import dev.weft.testing.ManualTime;
import dev.weft.testing.MemoryTransport;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Time that is over: at the client, on the wire, at the server, in nested calls. */
class DeadlineTest {

  @RegisterExtension final World world = new World();

  private final ManualTime clientTime = new ManualTime();
  private final CountDownLatch interrupted = new CountDownLatch(1);
  private final CountDownLatch running = new CountDownLatch(1);

  private RpcServer server() {
    return world.server(b ->
        b.function(
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
                  return "too late";
                })
            .function("echo", String.class, String.class, text -> text)
            .function(
                "left", String.class, Long.class, (context, t) -> context.remaining().toMillis())
            .service(Timed.class, new SimpleTimed()));
  }

  @Timeout(millis = 5_000)
  interface Timed {
    long byInterface();

    @Timeout(millis = 3_000)
    long byMethod();
  }

  static final class SimpleTimed implements Timed {
    @Override
    public long byInterface() {
      return CallContext.current().remaining().toMillis();
    }

    @Override
    public long byMethod() {
      return CallContext.current().remaining().toMillis();
    }
  }

  private RpcClient client(RpcServer server) {
    // A clock that jumps gives a pong no time to come.
    Duration never = Duration.ofHours(1);
    return world.client(server.address(), b -> b.time(clientTime).heartbeat(never, never));
  }

  @Test
  void callThatIsNotAnsweredInTimeFailsAndItsHandlerIsInterrupted() {
    RpcServer server = server();
    RpcClient client = client(server);
    CompletableFuture<String> future =
        client.function("never", String.class, String.class).callAsync("x", Duration.ofSeconds(2));
    World.await(running);
    clientTime.advance(Duration.ofSeconds(1));
    assertThat(future).isNotDone();
    clientTime.advance(Duration.ofSeconds(1));
    RpcTimeoutException failure = World.failure(future, RpcTimeoutException.class);
    assertThat(failure.executed()).isEqualTo(Executed.MAYBE);
    assertThat(failure).hasMessageContaining("never").hasMessageContaining(server.address());
    World.await(interrupted);
    assertThat(client.function("echo", String.class, String.class).call("x")).isEqualTo("x");
    World.until("no call is open", () -> server.stats().openCalls() == 0);
    assertThat(client.stats().openCalls()).isZero();
  }

  @Test
  void waitingCallerIsWokenByItsDeadline() {
    RpcServer server = server();
    RpcClient client = client(server);
    RpcFunction<String, String> never = client.function("never", String.class, String.class);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread caller =
        Thread.ofVirtual().start(() -> failure.set(catchThrowable(() -> never.call("x"))));
    World.await(running);
    clientTime.advance(Duration.ofMillis(19_999));
    assertThat(client.stats().openCalls()).isEqualTo(1);
    clientTime.advance(Duration.ofMillis(1));
    World.join(caller);
    assertThat(failure.get()).as("20 s are the default").isInstanceOf(RpcTimeoutException.class);
  }

  @Test
  void realTimeoutWorksWithTheMachinesClock() {
    RpcClient client = world.client(server());
    long start = System.nanoTime();
    assertThatThrownBy(() ->
            client.function("never", String.class, String.class).call("x", Duration.ofMillis(30)))
        .isInstanceOf(RpcTimeoutException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isGreaterThanOrEqualTo(Duration.ofMillis(30));
    World.await(interrupted);
  }

  @Test
  void whatIsLeftTravelsWithTheCall() {
    RpcClient client = client(server());
    assertThat(client.function("left", String.class, Long.class).call("x", Duration.ofSeconds(100)))
        .isBetween(60_000L, 100_001L);
    assertThat(client.function("left", String.class, Long.class).call("x"))
        .isBetween(5_000L, 20_001L);
    assertThat(
            client
                .function(
                    "left",
                    String.class,
                    Long.class,
                    CallOptions.DEFAULT.withTimeout(Duration.ofSeconds(50)))
                .call("x"))
        .isBetween(30_000L, 50_001L);
  }

  @Test
  void annotationsSayHowLongMethodsMayTake() {
    RpcServer server = server();
    Timed timed = client(server).service(Timed.class);
    assertThat(timed.byInterface()).isBetween(3_500L, 5_001L);
    assertThat(timed.byMethod()).isBetween(500L, 3_001L);
    assertThat(
            client(server)
                .service(Timed.class, CallOptions.DEFAULT.withTimeout(Duration.ofSeconds(100)))
                .byMethod())
        .as("options win")
        .isGreaterThan(50_000);
  }

  @Test
  void defaultTimeoutIsTheClientsOwn() {
    RpcServer server = server();
    RpcClient client =
        world.client(server.address(), b -> b.time(clientTime).timeout(Duration.ofSeconds(1)));
    CompletableFuture<String> future =
        client.function("never", String.class, String.class).callAsync("x");
    World.await(running);
    clientTime.advance(Duration.ofSeconds(1));
    World.failure(future, RpcTimeoutException.class);
  }

  @Test
  void workWhoseTimeIsOverBeforeItBeginsIsNotDone() {
    ManualTime serverTime = new ManualTime();
    Queue<Runnable> queued = new ConcurrentLinkedQueue<>();
    Queue<String> ran = new ConcurrentLinkedQueue<>();
    RpcServer server =
        world.server(b ->
            b.time(serverTime)
                .function(
                    "f",
                    String.class,
                    String.class,
                    text -> {
                      ran.add(text);
                      return text;
                    },
                    Execution.on(queued::add)));
    RpcClient client = client(server); // whose clock stands still
    CompletableFuture<String> future =
        client.function("f", String.class, String.class).callAsync("x", Duration.ofSeconds(2));
    World.until("it has arrived", () -> !queued.isEmpty());
    serverTime.advance(Duration.ofSeconds(2));
    queued.remove().run();
    RpcTimeoutException failure = World.failure(future, RpcTimeoutException.class);
    assertThat(failure.executed()).isEqualTo(Executed.NO);
    assertThat(ran).isEmpty();
    assertThat(server.stats().openCalls()).isZero();
  }

  @Test
  void contextKnowsThatTheTimeIsOver() {
    ManualTime serverTime = new ManualTime();
    CountDownLatch seen = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    AtomicReference<String> said = new AtomicReference<>();
    RpcServer server =
        world.server(b ->
            b.time(serverTime)
                .function(
                    "f",
                    String.class,
                    String.class,
                    (context, text) -> {
                      String before = context.remaining() + " " + context.isCancelled();
                      seen.countDown();
                      go.await();
                      said.set(before + ", " + context.remaining() + " " + context.isCancelled());
                      return text;
                    }));
    CompletableFuture<String> future =
        client(server)
            .function("f", String.class, String.class)
            .callAsync("x", Duration.ofSeconds(2));
    World.await(seen);
    serverTime.advance(Duration.ofSeconds(3));
    go.countDown();
    assertThat(World.get(future)).isEqualTo("x");
    assertThat(said.get()).isEqualTo("PT2S false, PT0S true");
  }

  @Test
  void nestedCallInheritsTheDeadlineOfTheHandlerThatMakesIt() {
    RpcServer back = server();
    RpcClient toBack = world.client(back);
    RpcServer front =
        world.server(b ->
            b.function(
                    "inherits",
                    String.class,
                    Long.class,
                    t -> toBack.function("left", String.class, Long.class).call(t))
                .function(
                    "shortens",
                    String.class,
                    Long.class,
                    t ->
                        toBack
                            .function("left", String.class, Long.class)
                            .call(t, Duration.ofSeconds(1)))
                .function(
                    "optsOut",
                    String.class,
                    Long.class,
                    t ->
                        toBack
                            .function(
                                "left",
                                String.class,
                                Long.class,
                                CallOptions.DEFAULT.withoutInheritedDeadline())
                            .call(t)));
    RpcClient client = world.client(front);
    Duration timeout = Duration.ofSeconds(6);
    assertThat(client.function("inherits", String.class, Long.class).call("x", timeout))
        .isBetween(3_000L, 6_001L);
    assertThat(client.function("shortens", String.class, Long.class).call("x", timeout))
        .isLessThanOrEqualTo(1_001);
    assertThat(client.function("optsOut", String.class, Long.class).call("x", timeout))
        .isBetween(10_000L, 20_001L);
  }

  @Test
  void nestedCallOfAHandlerWhoseTimeIsOverIsNotSent() {
    ManualTime frontTime = new ManualTime();
    RpcClient toBack = world.client(server());
    AtomicReference<Throwable> nested = new AtomicReference<>();
    RpcServer front =
        world.server(b ->
            b.time(frontTime)
                .function(
                    "f",
                    String.class,
                    String.class,
                    t -> {
                      frontTime.advance(Duration.ofSeconds(3));
                      nested.set(
                          catchThrowable(
                              () -> toBack.function("echo", String.class, String.class).call(t)));
                      return t;
                    }));
    client(front).function("f", String.class, String.class).call("x", Duration.ofSeconds(2));
    assertThat(nested.get())
        .isInstanceOfSatisfying(
            RpcTimeoutException.class, e -> assertThat(e.executed()).isEqualTo(Executed.NO))
        .hasMessageContaining("time of f");
  }

  @Test
  void cancellingACallCancelsTheCallsThatItsHandlerMakes() {
    RpcClient toBack = world.client(server());
    RpcServer front =
        world.server(b ->
            b.function(
                "f",
                String.class,
                String.class,
                t -> toBack.function("never", String.class, String.class).call(t)));
    CompletableFuture<String> future =
        world.client(front).function("f", String.class, String.class).callAsync("x");
    World.await(running);
    future.cancel(true);
    World.await(interrupted);
    World.until("no call is open", () -> toBack.stats().openCalls() == 0);
  }

  @Test
  void lateAnswerOfATimedOutCallIsNobodys() {
    FaultyTransport network = new FaultyTransport(new MemoryTransport(), clientTime);
    RpcServer server =
        world.serverAt(
            "mem:echo",
            b -> b.transport(network).function("echo", String.class, String.class, text -> text));
    RpcClient client = world.client("mem:echo", b -> b.transport(network).time(clientTime));
    RpcFunction<String, String> echo = client.function("echo", String.class, String.class);
    assertThat(echo.call("connected")).isEqualTo("connected");
    Queue<CompletableFuture<String>> late = new ArrayDeque<>();
    network
        .channels()
        .forEach(channel -> {
          if (channel.peer().equals("mem:echo")) {
            channel.stallReads();
          }
        });
    for (int i = 0; i < 10; i++) {
      late.add(echo.callAsync("late " + i, Duration.ofSeconds(1)));
    }
    World.until("all are answered", () -> server.stats().openCalls() == 0);
    clientTime.advance(Duration.ofSeconds(1));
    for (CompletableFuture<String> each : late) {
      World.failure(each, RpcTimeoutException.class);
    }
    assertThat(client.stats().openCalls()).isZero();
    Queue<CompletableFuture<String>> next = new ArrayDeque<>();
    for (int i = 0; i < 10; i++) {
      next.add(echo.callAsync("next " + i));
    }
    network.channels().forEach(dev.weft.testing.FaultyChannel::resumeReads);
    for (int i = 0; i < 10; i++) {
      assertThat(World.get(next.remove())).isEqualTo("next " + i);
    }
  }

  @Test
  void deadlinesWorkWhereverTheClockBegan() {
    for (long start : new long[] {Long.MAX_VALUE - 1_000_000_000L, Long.MIN_VALUE, -5}) {
      ManualTime time = new ManualTime(start);
      MemoryTransport memory = new MemoryTransport();
      RpcServer server =
          world.serverAt(
              "mem:never",
              b ->
                  b.transport(memory)
                      .time(time)
                      .function(
                          "never",
                          String.class,
                          String.class,
                          t -> {
                            new CountDownLatch(1).await();
                            return t;
                          }));
      RpcClient client = world.client("mem:never", b -> b.transport(memory).time(time));
      RpcFunction<String, String> never = client.function("never", String.class, String.class);
      CompletableFuture<String> first = never.callAsync("x", Duration.ofMillis(500));
      CompletableFuture<String> second = never.callAsync("x", Duration.ofSeconds(5));
      World.until("both run", () -> server.stats().openCalls() == 2);
      time.advance(Duration.ofMillis(500));
      World.failure(first, RpcTimeoutException.class);
      assertThat(second).isNotDone();
      time.advance(Duration.ofMillis(4_500));
      World.failure(second, RpcTimeoutException.class);
    }
  }

  @Test
  void manyDeadlinesEndEachCallAtItsOwnTime() {
    RpcClient client = client(server());
    RpcFunction<String, String> never = client.function("never", String.class, String.class);
    CompletableFuture<?>[] futures = new CompletableFuture<?>[50];
    for (int i = 0; i < futures.length; i++) {
      futures[i] = never.callAsync("x", Duration.ofSeconds(1 + (i * 7) % 50));
    }
    World.await(running);
    for (int second = 1; second <= 50; second++) {
      clientTime.advance(Duration.ofSeconds(1));
      for (int i = 0; i < futures.length; i++) {
        if (1 + (i * 7) % 50 <= second) {
          World.failure(futures[i], RpcTimeoutException.class);
        } else {
          assertThat(futures[i]).isNotDone();
        }
      }
    }
  }
}
