package dev.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.weft.testing.FaultyChannel;
import dev.weft.testing.FaultyTransport;
import dev.weft.testing.ManualTime;
import dev.weft.testing.MemoryTransport;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers that give up, and what the handler hears of it. */
class CancellationTest {

  @RegisterExtension final World world = new World();

  private final CountDownLatch running = new CountDownLatch(1);
  private final CountDownLatch interrupted = new CountDownLatch(1);
  private final AtomicReference<Boolean> sawCancelled = new AtomicReference<>();
  private final CompletableFuture<String> promise = new CompletableFuture<>();
  private RpcServer server;
  private RpcClient client;

  interface Async {
    CompletableFuture<String> promised(String text);
  }

  @BeforeEach
  void start() {
    server =
        world.server(b ->
            b.function(
                    "sleep",
                    String.class,
                    String.class,
                    (context, text) -> {
                      running.countDown();
                      try {
                        new CountDownLatch(1).await();
                      } catch (InterruptedException e) {
                        sawCancelled.set(context.isCancelled());
                        interrupted.countDown();
                      }
                      return text;
                    })
                .function("echo", String.class, String.class, text -> text)
                .service(
                    Async.class,
                    text -> {
                      running.countDown();
                      return promise;
                    }));
    client = world.client(server);
  }

  private RpcFunction<String, String> function(String name) {
    return client.function(name, String.class, String.class);
  }

  private void assertTheConnectionLives() {
    assertThat(function("echo").call("alive")).isEqualTo("alive");
    assertThat(server.stats().connections()).isEqualTo(1);
    World.until("no call is open at the server", () -> server.stats().openCalls() == 0);
    World.until("no call is open at the client", () -> client.stats().openCalls() == 0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void interruptingTheWaitingCallerCancelsItsCallAndInterruptsTheHandler(boolean virtual) {
    assertThat(function("echo").call("connected")).isEqualTo("connected");
    AtomicReference<Throwable> failure = new AtomicReference<>();
    AtomicReference<Boolean> flag = new AtomicReference<>();
    RpcFunction<String, String> sleep = function("sleep");
    Thread caller =
        (virtual ? Thread.ofVirtual() : Thread.ofPlatform())
            .start(() -> {
              failure.set(catchThrowable(() -> sleep.call("x")));
              flag.set(Thread.currentThread().isInterrupted());
            });
    World.await(running);
    caller.interrupt();
    World.join(caller);
    assertThat(failure.get())
        .isInstanceOfSatisfying(
            RpcCancelledException.class, e -> assertThat(e.executed()).isEqualTo(Executed.MAYBE))
        .hasMessageContaining("sleep")
        .hasMessageContaining(server.address())
        .hasMessageContaining("interrupted");
    assertThat(flag.get()).as("the caller's interrupt status is kept").isTrue();
    World.await(interrupted);
    assertThat(sawCancelled.get()).isTrue();
    assertTheConnectionLives();
  }

  @Test
  void cancellingTheFutureCancelsTheCallAndInterruptsTheHandler() {
    CompletableFuture<String> future = function("sleep").callAsync("x");
    World.await(running);
    assertThat(future.cancel(false)).isTrue();
    assertThat(future).isCancelled();
    assertThatThrownBy(future::join).isInstanceOf(CancellationException.class);
    World.await(interrupted);
    assertThat(sawCancelled.get()).isTrue();
    assertTheConnectionLives();
  }

  @Test
  void cancellingCancelsTheFutureOfAnAsynchronousHandler() {
    CompletableFuture<String> future = client.service(Async.class).promised("x");
    World.await(running);
    future.cancel(true);
    World.until("the handler's future is cancelled", promise::isCancelled);
    assertTheConnectionLives();
  }

  @Test
  void asynchronousHandlerAnswersWhenItsFutureIsCompleted() {
    CompletableFuture<String> future = client.service(Async.class).promised("x");
    World.await(running);
    assertThat(server.stats().openCalls()).isEqualTo(1);
    promise.complete("kept");
    assertThat(World.get(future)).isEqualTo("kept");
    assertTheConnectionLives();
  }

  @Test
  void asynchronousHandlerFailsWhenItsFutureDoes() {
    CompletableFuture<String> future = client.service(Async.class).promised("x");
    World.await(running);
    promise.completeExceptionally(new IllegalStateException("broken promise"));
    assertThat(World.failure(future, RpcRemoteException.class))
        .hasMessageContaining("broken promise")
        .satisfies(e -> assertThat(e.type()).isEqualTo("java.lang.IllegalStateException"));
    assertTheConnectionLives();
  }

  @Test
  void callOfAnInterruptedThreadIsNotSent() {
    assertThat(function("echo").call("connected")).isEqualTo("connected");
    Thread.currentThread().interrupt();
    Throwable failure = catchThrowable(() -> function("sleep").call("x"));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(failure)
        .isInstanceOfSatisfying(
            RpcCancelledException.class, e -> assertThat(e.executed()).isEqualTo(Executed.NO));
    assertThat(function("echo").call("after")).isEqualTo("after");
    assertThat(running.getCount()).isEqualTo(1);
    assertTheConnectionLives();
  }

  @Test
  void asynchronousAndOneWayCallsOfAnInterruptedThreadAreSent() {
    assertThat(function("echo").call("connected")).isEqualTo("connected");
    Thread.currentThread().interrupt();
    CompletableFuture<String> future = function("echo").callAsync("x");
    function("sleep").send("x");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(World.get(future)).isEqualTo("x");
    World.await(running);
    assertThat(server.stats().connections()).isEqualTo(1);
  }

  @Test
  void callThatWaitsForAConnectionIsCancelledWithoutEverBeingSent() {
    ManualTime time = new ManualTime();
    MemoryTransport memory = new MemoryTransport();
    FaultyTransport network = new FaultyTransport(memory, time);
    RpcClient lonely = world.client("mem:later", b -> b.transport(network).time(time));
    network.awaitAttempts(1);
    RpcFunction<String, String> echo = lonely.function("echo", String.class, String.class);
    CompletableFuture<String> cancelled = echo.callAsync("cancelled");
    CompletableFuture<String> kept = echo.callAsync("kept");
    cancelled.cancel(true);
    CountDownLatch arrived = new CountDownLatch(1);
    world.serverAt(
        "mem:later",
        b ->
            b.transport(memory)
                .function(
                    "echo",
                    String.class,
                    String.class,
                    text -> {
                      if (text.equals("cancelled")) {
                        arrived.countDown();
                      }
                      return text;
                    }));
    World.until("the client waits to try again", () -> time.waitingTasks() > 1);
    World.until(
        "it is connected",
        () -> {
          time.advance(java.time.Duration.ofMillis(100));
          return lonely.stats().connections() == 1;
        });
    assertThat(World.get(kept)).isEqualTo("kept");
    assertThat(arrived.getCount()).isEqualTo(1);
    assertThat(lonely.stats().openCalls()).isZero();
  }

  @Test
  void answerThatCrossesTheCancellationIsNobodys() {
    FaultyTransport network = new FaultyTransport(new MemoryTransport(), new ManualTime());
    RpcServer memoryServer =
        world.serverAt(
            "mem:echo",
            b -> b.transport(network).function("echo", String.class, String.class, text -> text));
    RpcClient other = world.client("mem:echo", b -> b.transport(network));
    RpcFunction<String, String> echo = other.function("echo", String.class, String.class);
    assertThat(echo.call("connected")).isEqualTo("connected");
    FaultyChannel atClient =
        network.channels().get(0).peer().equals("mem:echo")
            ? network.channels().get(0)
            : network.channels().get(1);
    for (int i = 0; i < 20; i++) {
      atClient.stallReads();
      CompletableFuture<String> lost = echo.callAsync("lost");
      World.until("it is answered", () -> memoryServer.stats().openCalls() == 0);
      lost.cancel(true);
      CompletableFuture<String> next = echo.callAsync("next " + i); // takes the slot
      atClient.resumeReads();
      assertThat(World.get(next)).isEqualTo("next " + i);
      assertThat(lost).isCancelled();
    }
  }
}
