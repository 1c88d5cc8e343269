package dev.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.testing.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Calls beyond a server's limits: they wait, in order and bounded, and the reader goes on. */
class WaitingCallsTest {

  @RegisterExtension final World world = new World();

  private final Semaphore release = new Semaphore(0);
  private final Queue<String> begun = new ConcurrentLinkedQueue<>();

  interface Slow {
    String one(String text);

    String two(String text);
  }

  private String serve(String text) throws InterruptedException {
    begun.add(text);
    release.acquire();
    return text;
  }

  private RpcServer server(Consumer<RpcServer.Builder> setting) {
    return world.server(b -> {
      b.function("wait", String.class, String.class, this::serve)
          .function("echo", String.class, String.class, t -> t);
      setting.accept(b);
    });
  }

  private static RpcFunction<String, String> waiting(RpcClient client) {
    return client.function("wait", String.class, String.class);
  }

  private static RpcFunction<String, String> echo(RpcClient client) {
    return client.function("echo", String.class, String.class);
  }

  private void assertRefused(CompletableFuture<String> call, String limit) {
    RpcOverloadedException e = World.failure(call, RpcOverloadedException.class);
    assertThat(e.executed()).isEqualTo(Executed.NO);
    assertThat(e).hasMessageContaining(limit);
  }

  /** Begins calls one after the other, so that their order is known. */
  private List<CompletableFuture<String>> begin(RpcServer server, RpcClient client, int count) {
    List<CompletableFuture<String>> calls = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int here = server.waitingCalls() + server.stats().openCalls() + 1;
      calls.add(waiting(client).callAsync("" + i));
      World.until("it has come", () -> server.waitingCalls() + server.stats().openCalls() == here);
    }
    return calls;
  }

  @Test
  void callsBeyondTheLimitWaitAndTheOldestGoesOnFirst() {
    RpcServer server = server(b -> b.runningCallsMax(1));
    List<CompletableFuture<String>> calls = begin(server, world.client(server), 5);
    assertThat(server.waitingCalls()).isEqualTo(4);
    assertThat(server.stats().openCalls()).isEqualTo(1);
    release.release(5);
    for (int i = 0; i < 5; i++) {
      assertThat(World.get(calls.get(i))).isEqualTo("" + i);
    }
    assertThat(begun).containsExactly("0", "1", "2", "3", "4");
    World.until("none runs", () -> server.stats().openCalls() == 0);
    assertThat(server.waitingCalls()).isZero();
  }

  @Test
  void callsBeyondTheQueueAreRefusedAtOnce() {
    RpcServer server = server(b -> b.runningCallsMax(1).waitingCallsMax(2));
    RpcClient client = world.client(server);
    List<CompletableFuture<String>> calls = begin(server, client, 3);
    assertRefused(
        waiting(client).callAsync("x"),
        "1 calls are running already (runningCallsMax), and 2 wait (waitingCallsMax)");
    assertRefused(echo(client).callAsync("x"), "waitingCallsMax");
    release.release(3);
    calls.forEach(World::get);
    World.until("none runs", () -> server.stats().openCalls() == 0);
    assertThat(echo(client).call("x")).isEqualTo("x");
  }

  @Test
  void callsBeyondTheBytesOfTheQueueAreRefusedAtOnce() {
    RpcServer server = server(b -> b.runningCallsMax(1).waitingBytesMax(10_000));
    RpcClient client = world.client(server);
    List<CompletableFuture<String>> calls = begin(server, client, 1);
    calls.add(waiting(client).callAsync("x".repeat(6_000)));
    World.until("it waits", () -> server.waitingCalls() == 1);
    assertRefused(waiting(client).callAsync("x".repeat(6_000)), "(waitingBytesMax)");
    calls.add(waiting(client).callAsync("x".repeat(3_000)));
    World.until("it waits, too", () -> server.waitingCalls() == 2);
    release.release(3);
    calls.forEach(World::get);
  }

  @Test
  void clientsTakeTurnsHoweverMuchOneAsksFor() {
    RpcServer server = server(b -> b.runningCallsMax(1));
    List<CompletableFuture<String>> calls = begin(server, world.client(server), 10);
    calls.add(waiting(world.client(server)).callAsync("modest"));
    World.until("it waits", () -> server.waitingCalls() == 10);
    release.release(3);
    assertThat(World.get(calls.get(10))).isEqualTo("modest");
    assertThat(begun).startsWith("0", "1", "modest");
    release.release(8);
    calls.forEach(World::get);
  }

  @Test
  void whenTheQueueIsFullWhoeverHasTheMostInItMakesRoom() {
    RpcServer server = server(b -> b.runningCallsMax(1).waitingCallsMax(3));
    List<CompletableFuture<String>> calls = begin(server, world.client(server), 4);
    RpcClient modest = world.client(server);
    calls.add(waiting(modest).callAsync("modest"));
    assertRefused(calls.remove(1), "another one was given its place");
    assertThat(server.waitingCalls()).isEqualTo(3);
    release.release(4);
    calls.forEach(World::get);
  }

  @Test
  void limitThatAdaptsBeginsLow() {
    ManualTime time = new ManualTime();
    RpcServer server = server(b -> b.time(time).runningCallsMax(10_000).adaptRunningCalls(true));
    int first = 4 * Math.max(2, Runtime.getRuntime().availableProcessors());
    List<CompletableFuture<String>> calls = begin(server, world.client(server), first + 1);
    assertThat(server.waitingCalls()).isEqualTo(1);
    release.release(first + 1);
    calls.forEach(World::get);
  }

  @Test
  void cancelledCallLeavesTheQueueAtOnceAndNeverRuns() {
    RpcServer server = server(b -> b.runningCallsMax(1).waitingCallsMax(1));
    RpcClient client = world.client(server);
    List<CompletableFuture<String>> calls = begin(server, client, 2);
    for (int i = 2; i < 20; i++) {
      calls.get(i - 1).cancel(true);
      World.until("it has left", () -> server.waitingCalls() == 0);
      calls.add(waiting(client).callAsync("" + i));
      World.until("the next one waits", () -> server.waitingCalls() == 1);
    }
    release.release(2);
    assertThat(World.get(calls.get(0))).isEqualTo("0");
    assertThat(World.get(calls.get(19))).isEqualTo("19");
    assertThat(begun).containsExactly("0", "19");
  }

  @Test
  void expiredCallIsAnsweredAndDoesNotRun() {
    ManualTime time = new ManualTime();
    RpcServer server = server(b -> b.time(time).runningCallsMax(1));
    RpcClient client = world.client(server);
    List<CompletableFuture<String>> calls = begin(server, client, 2);
    time.advance(Duration.ofMinutes(1));
    release.release();
    assertThat(World.failure(calls.get(1), RpcTimeoutException.class).executed())
        .isEqualTo(Executed.NO);
    assertThat(begun).containsExactly("0");
    World.until("none runs", () -> server.stats().openCalls() == 0);
  }

  @Test
  void expiredCallsMakeRoomForNewOnes() {
    ManualTime time = new ManualTime();
    RpcServer server = server(b -> b.time(time).runningCallsMax(1).waitingCallsMax(2));
    RpcClient client = world.client(server);
    List<CompletableFuture<String>> calls = begin(server, client, 3);
    time.advance(Duration.ofMinutes(1));
    CompletableFuture<String> next = waiting(client).callAsync("next");
    World.failure(calls.get(1), RpcTimeoutException.class);
    World.failure(calls.get(2), RpcTimeoutException.class);
    release.release(2);
    assertThat(World.get(next)).isEqualTo("next");
    assertThat(begun).containsExactly("0", "next");
  }

  @Test
  void lostConnectionTakesItsWaitingCallsAlong() {
    RpcServer server = server(b -> b.runningCallsMax(1));
    RpcClient first = world.client(server);
    begin(server, world.client(server), 1);
    begin(server, first, 3);
    assertThat(server.waitingCalls()).isEqualTo(3);
    first.close();
    World.until("they have left", () -> server.waitingCalls() == 0);
    release.release();
    World.until("none runs", () -> server.stats().openCalls() == 0);
    assertThat(begun).containsExactly("0");
  }

  @Test
  void oneWayMessagesWaitAndAreServedEvenWhenTheirSenderIsGone() {
    RpcServer server = server(b -> b.runningCallsMax(1));
    begin(server, world.client(server), 1);
    RpcClient sender = world.client(server);
    waiting(sender).send("sent");
    World.until("it waits", () -> server.waitingCalls() == 1);
    sender.close();
    World.until("it is gone", () -> server.stats().connections() == 1);
    release.release(2);
    World.until("it was served", () -> begun.contains("sent"));
    World.until("none runs", () -> server.stats().openCalls() == 0);
    assertThat(server.oneWaysDropped()).isZero();
  }

  @Test
  void limitOfAFunctionDoesNotHinderOthers() {
    RpcServer server = server(b -> b.runningCallsMax("wait", 1).waitingCallsMax(1));
    RpcClient client = world.client(server);
    List<CompletableFuture<String>> calls = begin(server, client, 2);
    assertThat(server.waitingCalls()).isEqualTo(1);
    assertRefused(waiting(client).callAsync("x"), "(runningCallsMax of \"wait\")");
    assertThat(echo(client).call("x")).isEqualTo("x");
    release.release(2);
    calls.forEach(World::get);
  }

  @Test
  void limitOfAServiceHoldsForAllItsMethods() {
    Slow slow =
        new Slow() {
          @Override
          public String one(String text) {
            try {
              return serve(text);
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          }

          @Override
          public String two(String text) {
            return one(text);
          }
        };
    RpcServer server =
        server(b ->
            b.service("A", Slow.class, slow)
                .service("B", Slow.class, slow)
                .runningCallsMax("A", 1)
                .runningCallsMax("B.two", 1));
    RpcClient client = world.client(server);
    List<CompletableFuture<String>> calls = new ArrayList<>();
    calls.add(
        CompletableFuture.supplyAsync(
            () -> client.service("A", Slow.class).one("A.one"), Thread::startVirtualThread));
    World.until("it runs", () -> begun.contains("A.one"));
    calls.add(
        CompletableFuture.supplyAsync(
            () -> client.service("A", Slow.class).two("A.two"), Thread::startVirtualThread));
    World.until("it waits", () -> server.waitingCalls() == 1);
    calls.add(
        CompletableFuture.supplyAsync(
            () -> client.service("B", Slow.class).two("B.two"), Thread::startVirtualThread));
    World.until("another service goes on", () -> begun.contains("B.two"));
    calls.add(
        CompletableFuture.supplyAsync(
            () -> client.service("B", Slow.class).two("B.two again"), Thread::startVirtualThread));
    World.until("it waits, too", () -> server.waitingCalls() == 2);
    calls.add(
        CompletableFuture.supplyAsync(
            () -> client.service("B", Slow.class).one("B.one"), Thread::startVirtualThread));
    World.until("another method goes on", () -> begun.contains("B.one"));
    release.release(5);
    calls.forEach(World::get);
    World.until("none is left", () -> server.waitingCalls() + server.stats().openCalls() == 0);
    assertThat(begun).hasSize(5);
  }

  @Test
  void limitOfAConnectionDoesNotHinderOthers() {
    RpcServer server = server(b -> b.runningCallsPerConnectionMax(2));
    RpcClient client = world.client(server);
    List<CompletableFuture<String>> calls = begin(server, client, 3);
    assertThat(server.waitingCalls()).isEqualTo(1);
    assertThat(echo(world.client(server)).call("x")).isEqualTo("x");
    release.release(3);
    calls.forEach(World::get);
  }

  @Test
  void limitOfWhatIsNotServedIsRefused() {
    RpcServer.Builder builder =
        RpcServer.builder()
            .listen("tcp://127.0.0.1:0")
            .function("f", String.class, String.class, t -> t)
            .runningCallsMax("g", 1);
    assertThatThrownBy(builder::start)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"g\"");
  }

  @Test
  void neverMoreThanTheLimitsRunAndEveryCallEnds() {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger mostRunning = new AtomicInteger();
    RpcHandler<Integer, Integer> handler =
        number -> {
          mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
          Thread.yield();
          running.decrementAndGet();
          return number;
        };
    RpcServer server =
        world.server(b ->
            b.function("f", Integer.class, Integer.class, handler)
                .function("g", Integer.class, Integer.class, handler, Execution.inline())
                .runningCallsMax(3)
                .runningCallsMax("f", 2)
                .runningCallsPerConnectionMax(2)
                .waitingCallsMax(1000));
    List<CompletableFuture<Integer>> calls = new ArrayList<>();
    for (int c = 0; c < 3; c++) {
      RpcClient client = world.client(server);
      RpcFunction<Integer, Integer> f = client.function("f", Integer.class, Integer.class);
      RpcFunction<Integer, Integer> g = client.function("g", Integer.class, Integer.class);
      for (int i = 0; i < 1000; i++) {
        CompletableFuture<Integer> call = (i % 2 == 0 ? f : g).callAsync(i);
        calls.add(call);
        if (i % 10 == 0) {
          call.cancel(true);
        }
      }
    }
    for (CompletableFuture<Integer> call : calls) {
      World.until("it has ended", call::isDone);
    }
    World.until("none is left", () -> server.waitingCalls() + server.stats().openCalls() == 0);
    assertThat(mostRunning.get()).isBetween(1, 3);
    assertThat(calls.stream().filter(call -> !call.isCompletedExceptionally()).count())
        .isPositive();
  }
}
