package dev.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which thread runs a handler. */
class ExecutionTest {

  @RegisterExtension final World world = new World();

  interface Where {
    String thread();
  }

  private static String describe() {
    Thread thread = Thread.currentThread();
    return (thread.isVirtual() ? "virtual " : "platform ") + thread.getName();
  }

  @Test
  void handlersRunOnVirtualThreadsUnlessToldOtherwise() {
    RpcClient client =
        world.client(world.server(b -> b.service(Where.class, ExecutionTest::describe)));
    assertThat(client.service(Where.class).thread()).startsWith("virtual weft-handler");
  }

  @Test
  void blockedHandlersNeverHoldUpOthers() {
    int blocked = 200;
    CountDownLatch all = new CountDownLatch(blocked);
    CountDownLatch release = new CountDownLatch(1);
    RpcServer server =
        world.server(b ->
            b.function(
                    "block",
                    String.class,
                    String.class,
                    text -> {
                      all.countDown();
                      release.await();
                      return text;
                    })
                .function("echo", String.class, String.class, text -> text));
    RpcClient client = world.client(server);
    RpcFunction<String, String> block = client.function("block", String.class, String.class);
    List<CompletableFuture<String>> futures = new ArrayList<>();
    for (int i = 0; i < blocked; i++) {
      futures.add(block.callAsync("b" + i));
    }
    World.await(all);
    assertThat(client.function("echo", String.class, String.class).call("quick"))
        .isEqualTo("quick");
    assertThat(server.stats().openCalls()).isEqualTo(blocked);
    release.countDown();
    for (int i = 0; i < blocked; i++) {
      assertThat(World.get(futures.get(i))).isEqualTo("b" + i);
    }
    World.until("no call runs any more", () -> server.stats().openCalls() == 0);
  }

  @Test
  void inlineHandlersRunOnTheReader() {
    RpcClient client =
        world.client(
            world.server(b ->
                b.service(Where.class, ExecutionTest::describe, Execution.inline())
                    .function(
                        "f", String.class, String.class, t -> describe(), Execution.inline())));
    assertThat(client.service(Where.class).thread()).startsWith("virtual weft-server tcp://");
    assertThat(client.function("f", String.class, String.class).call(""))
        .startsWith("virtual weft-server");
  }

  @Test
  void inlineHandlerThatFailsCostsOnlyItsCall() {
    RpcServer server =
        world.server(b ->
            b.function(
                    "fail",
                    String.class,
                    String.class,
                    t -> {
                      throw new IllegalStateException(t);
                    },
                    Execution.inline())
                .function("echo", String.class, String.class, t -> t, Execution.inline()));
    RpcClient client = world.client(server);
    CompletableFuture<String> first =
        client.function("echo", String.class, String.class).callAsync("1");
    assertThatThrownBy(() -> client.function("fail", String.class, String.class).call("x"))
        .isInstanceOf(RpcRemoteException.class);
    assertThat(World.get(first)).isEqualTo("1");
    assertThat(client.function("echo", String.class, String.class).call("2")).isEqualTo("2");
    assertThat(client.stats().connections()).isEqualTo(1);
  }

  @Test
  void executorRunsTheHandlersThatAreGivenToIt() {
    ExecutorService executor =
        Executors.newFixedThreadPool(2, Thread.ofPlatform().name("cpu-", 0).factory());
    world.keep(executor);
    RpcClient client =
        world.client(
            world.server(
                b -> b.service(Where.class, ExecutionTest::describe, Execution.on(executor))));
    assertThat(client.service(Where.class).thread()).startsWith("platform cpu-");
  }

  @Test
  void callThatTheExecutorRejectsIsOverloadedAndWasNotRun() {
    RpcServer server =
        world.server(b ->
            b.function(
                    "f",
                    String.class,
                    String.class,
                    t -> t,
                    Execution.on(task -> {
                      throw new RejectedExecutionException("full");
                    }))
                .function("echo", String.class, String.class, t -> t));
    RpcClient client = world.client(server);
    assertThatThrownBy(() -> client.function("f", String.class, String.class).call("x"))
        .isInstanceOfSatisfying(
            RpcOverloadedException.class, e -> assertThat(e.executed()).isEqualTo(Executed.NO))
        .hasMessageContaining("executor");
    assertThat(client.function("echo", String.class, String.class).call("x")).isEqualTo("x");
    assertThat(server.stats().openCalls()).isZero();
  }

  @Test
  void shutDownExecutorMakesCallsOverloaded() {
    ExecutorService executor = Executors.newSingleThreadExecutor();
    executor.shutdown();
    RpcClient client =
        world.client(
            world.server(
                b -> b.function("f", String.class, String.class, t -> t, Execution.on(executor))));
    assertThatThrownBy(() -> client.function("f", String.class, String.class).call("x"))
        .isInstanceOf(RpcOverloadedException.class);
  }

  @Test
  void callThatWaitsForItsExecutorIsCancelledBeforeItRuns() {
    List<Runnable> queued = new ArrayList<>();
    CountDownLatch arrived = new CountDownLatch(1);
    List<String> ran = new ArrayList<>();
    RpcServer server =
        world.server(b ->
            b.function(
                    "f",
                    String.class,
                    String.class,
                    t -> {
                      ran.add(t);
                      return t;
                    },
                    Execution.on(task -> {
                      queued.add(task);
                      arrived.countDown();
                    }))
                .function("echo", String.class, String.class, t -> t));
    RpcClient client = world.client(server);
    CompletableFuture<String> future =
        client.function("f", String.class, String.class).callAsync("x");
    World.await(arrived);
    assertThat(future.cancel(true)).isTrue();
    World.until("the cancelled call has ended", () -> server.stats().openCalls() == 0);
    queued.get(0).run();
    assertThat(ran).isEmpty();
    assertThat(client.function("echo", String.class, String.class).call("x")).isEqualTo("x");
  }

  @Test
  void executorThatRunsTasksAtOnceWorksAsInline() {
    RpcClient client =
        world.client(
            world.server(
                b -> b.service(Where.class, ExecutionTest::describe, Execution.on(Runnable::run))));
    assertThat(client.service(Where.class).thread()).startsWith("virtual weft-server");
  }

  @Test
  void interruptOfACancelledHandlerDoesNotReachTheThreadsNextTask() throws Exception {
    ExecutorService executor = Executors.newSingleThreadExecutor();
    world.keep(executor);
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    RpcServer server =
        world.server(b ->
            b.function(
                "spin",
                String.class,
                String.class,
                t -> {
                  running.countDown();
                  while (!Thread.currentThread().isInterrupted()) {
                    Thread.onSpinWait();
                  }
                  interrupted.countDown();
                  return t; // with its interrupt status still set
                },
                Execution.on(executor)));
    RpcClient client = world.client(server);
    CompletableFuture<String> future =
        client.function("spin", String.class, String.class).callAsync("x");
    World.await(running);
    future.cancel(true);
    World.await(interrupted);
    assertThat(executor.submit(() -> Thread.currentThread().isInterrupted()).get()).isFalse();
  }
}
