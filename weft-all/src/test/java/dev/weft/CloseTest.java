package dev.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Closing either end while calls are open: every one of them ends, and once. */
class CloseTest {

  private static final int CALLS = 200;

  @RegisterExtension final World world = new World();

  private final List<CompletableFuture<?>> chained = new ArrayList<>();
  private final Semaphore running = new Semaphore(0);
  private final Semaphore interrupted = new Semaphore(0);
  private RpcServer server;
  private RpcClient client;

  @BeforeEach
  void start() {
    server =
        world.server(b ->
            b.function(
                    "never",
                    String.class,
                    String.class,
                    text -> {
                      running.release();
                      try {
                        new CountDownLatch(1).await();
                      } catch (InterruptedException e) {
                        interrupted.release();
                        throw e;
                      }
                      return text;
                    })
                .function("echo", String.class, String.class, text -> text));
    client = world.client(server);
  }

  private RpcFunction<String, String> function(String name) {
    return client.function(name, String.class, String.class);
  }

  private List<CompletableFuture<String>> open(AtomicInteger ends) {
    List<CompletableFuture<String>> futures = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      CompletableFuture<String> future = function("never").callAsync("x");
      futures.add(future);
      chained.add(future.whenComplete((r, e) -> ends.incrementAndGet()));
    }
    running.acquireUninterruptibly(CALLS);
    return futures;
  }

  @Test
  void closingTheClientEndsEveryCallAndInterruptsTheHandlers() {
    AtomicInteger ends = new AtomicInteger();
    List<CompletableFuture<String>> futures = open(ends);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread caller =
        Thread.ofVirtual()
            .start(() -> failure.set(catchThrowable(() -> function("never").call("x"))));
    running.acquireUninterruptibly();
    client.close();
    for (CompletableFuture<String> future : futures) {
      RpcConnectionException e = World.failure(future, RpcConnectionException.class);
      assertThat(e.executed()).isEqualTo(Executed.MAYBE);
      assertThat(e).hasMessageContaining("closed");
    }
    World.join(caller);
    assertThat(failure.get()).isInstanceOf(RpcConnectionException.class);
    assertThat(ends.get()).isEqualTo(CALLS);
    interrupted.acquireUninterruptibly(CALLS + 1);
    World.until("the server has forgotten it", () -> server.stats().connections() == 0);
    World.until("no call runs", () -> server.stats().openCalls() == 0);
    assertThat(client.stats().openCalls()).isZero();
  }

  @Test
  void closedClientFailsItsCallsAtOnce() {
    assertThat(function("echo").call("x")).isEqualTo("x");
    client.close();
    client.close();
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> function("echo").call("x"))
          .isInstanceOfSatisfying(
              RpcConnectionException.class, e -> assertThat(e.executed()).isEqualTo(Executed.NO))
          .hasMessageContaining("closed");
      World.failure(function("echo").callAsync("x"), RpcConnectionException.class);
      assertThatThrownBy(() -> function("echo").send("x"))
          .isInstanceOf(RpcConnectionException.class);
    }
    assertThat(client.stats().openCalls()).isZero();
  }

  @Test
  void closingTheServerEndsEveryCallAndInterruptsTheHandlers() {
    AtomicInteger ends = new AtomicInteger();
    List<CompletableFuture<String>> futures = open(ends);
    server.close();
    server.close();
    for (CompletableFuture<String> future : futures) {
      assertThat(World.failure(future, RpcConnectionException.class).executed())
          .isEqualTo(Executed.MAYBE);
    }
    assertThat(ends.get()).isEqualTo(CALLS);
    interrupted.acquireUninterruptibly(CALLS);
    World.until("no connection is left", () -> server.stats().connections() == 0);
    World.until("no call runs", () -> server.stats().openCalls() == 0);
    assertThat(client.stats().openCalls()).isZero();
  }

  @Test
  void closingTheClientEndsCallsThatWaitForAConnection() {
    RpcClient lonely = world.client("tcp://127.0.0.1:1", b -> {});
    CompletableFuture<String> future =
        lonely.function("f", String.class, String.class).callAsync("x");
    lonely.close();
    assertThat(World.failure(future, RpcConnectionException.class).executed())
        .isEqualTo(Executed.NO);
  }

  @Test
  void closingInTheMiddleOfTrafficEndsEveryCall() {
    for (int round = 0; round < 20; round++) {
      RpcServer busy = world.server(b -> b.function("echo", String.class, String.class, t -> t));
      RpcClient caller = world.client(busy);
      RpcFunction<String, String> echo = caller.function("echo", String.class, String.class);
      AtomicInteger answered = new AtomicInteger();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        String text = "thread " + i;
        threads.add(
            Thread.ofVirtual()
                .start(() -> {
                  Throwable failure = null;
                  while (failure == null) {
                    failure =
                        catchThrowable(() -> {
                          assertThat(echo.call(text)).isEqualTo(text);
                          answered.incrementAndGet();
                        });
                  }
                  assertThat(failure).isInstanceOf(RpcConnectionException.class);
                }));
      }
      World.until("there is traffic", () -> answered.get() > 100);
      caller.close();
      threads.forEach(World::join);
      assertThat(caller.stats().openCalls()).isZero();
      World.until("the server has forgotten it", () -> busy.stats().connections() == 0);
      World.until("no call runs", () -> busy.stats().openCalls() == 0);
    }
  }

  @Test
  void clientMayBeClosedByACallbackOfItsOwn() {
    CompletableFuture<Void> closing =
        function("echo").callAsync("x").thenAccept(answer -> client.close());
    World.get(closing);
    World.until("the server has forgotten it", () -> server.stats().connections() == 0);
  }

  @Test
  void serverMayBeClosedByAHandlerOfItsOwn() {
    RpcServer[] self = new RpcServer[1];
    self[0] =
        world.server(b ->
            b.function(
                    "close",
                    String.class,
                    String.class,
                    t -> {
                      self[0].close();
                      return t;
                    })
                .function(
                    "closeInline",
                    String.class,
                    String.class,
                    t -> {
                      self[0].close();
                      return t;
                    },
                    Execution.inline()));
    RpcClient caller = world.client(self[0]);
    assertThat(catchThrowable(() -> caller.function("close", String.class, String.class).call("x")))
        .isInstanceOf(RpcConnectionException.class);
    World.until("no connection is left", () -> self[0].stats().connections() == 0);
  }

  @Test
  void handlersThatEndAfterTheirConnectionDoNoHarm() {
    CountDownLatch go = new CountDownLatch(1);
    Semaphore begun = new Semaphore(0);
    RpcServer stubborn =
        world.server(b ->
            b.function(
                    "stubborn",
                    String.class,
                    String.class,
                    text -> {
                      begun.release();
                      for (boolean done = false; !done; ) {
                        try {
                          go.await();
                          done = true;
                        } catch (InterruptedException e) {
                          // It does not care.
                        }
                      }
                      return text;
                    })
                .function("echo", String.class, String.class, text -> text));
    RpcClient first = world.client(stubborn);
    for (int i = 0; i < 20; i++) {
      chained.add(first.function("stubborn", String.class, String.class).callAsync("x"));
    }
    begun.acquireUninterruptibly(20);
    first.close();
    World.until("the server has forgotten it", () -> stubborn.stats().connections() == 0);
    RpcClient second = world.client(stubborn);
    assertThat(second.function("echo", String.class, String.class).call("x")).isEqualTo("x");
    assertThat(stubborn.stats().openCalls()).isEqualTo(20);
    go.countDown();
    World.until("no call runs", () -> stubborn.stats().openCalls() == 0);
    assertThat(second.function("echo", String.class, String.class).call("x")).isEqualTo("x");
  }
}
