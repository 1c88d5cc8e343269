package dev.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is chained to the futures of asynchronous calls. */
class CallbacksTest {

  @RegisterExtension final World world = new World();

  private final Semaphore release = new Semaphore(0);
  private RpcServer server;
  private RpcClient client;
  private RpcFunction<String, String> echo;
  private RpcFunction<String, String> gated;

  @BeforeEach
  void start() {
    server =
        world.server(b ->
            b.function("echo", String.class, String.class, text -> text)
                .function(
                    "gated",
                    String.class,
                    String.class,
                    text -> {
                      release.acquire();
                      return text;
                    }));
    client = world.client(server);
    echo = client.function("echo", String.class, String.class);
    gated = client.function("gated", String.class, String.class);
    assertThat(echo.call("connected")).isEqualTo("connected");
  }

  /** Chained before the answer comes, so that it runs where the future is completed. */
  private <T> CompletableFuture<T> afterAnAnswer(java.util.function.Function<String, T> callback) {
    CompletableFuture<T> result = gated.callAsync("answer").thenApply(callback);
    release.release();
    return result;
  }

  @Test
  void blockingCallOnTheReaderThreadIsRefusedAndNothingHangs() {
    Throwable failure =
        World.get(afterAnAnswer(answer -> catchThrowable(() -> echo.call("again"))));
    assertThat(failure)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("reader thread");
    assertThat(echo.call("alive")).isEqualTo("alive");
  }

  @Test
  void blockingCallToAnotherServerIsAllowedInACallback() {
    RpcServer other =
        world.server(b -> b.function("other", String.class, String.class, t -> t + "!"));
    RpcFunction<String, String> f =
        world.client(other).function("other", String.class, String.class);
    CompletableFuture<String> called = afterAnAnswer(answer -> f.call(answer));
    assertThat(World.get(called)).isEqualTo("answer!");
  }

  @Test
  void callbackMayMakeFurtherAsynchronousCalls() {
    CompletableFuture<String> chain = echo.callAsync("0");
    for (int i = 1; i <= 100; i++) {
      String next = "" + i;
      chain = chain.thenCompose(previous -> echo.callAsync(previous + " " + next));
    }
    assertThat(World.get(chain)).startsWith("0 1 2").endsWith("99 100");
  }

  @Test
  void callbackMaySendOneWay() {
    CountDownLatch arrived = new CountDownLatch(1);
    RpcServer listening =
        world.server(b ->
            b.function(
                    "tell",
                    String.class,
                    Void.class,
                    t -> {
                      arrived.countDown();
                      return null;
                    })
                .function(
                    "gated",
                    String.class,
                    String.class,
                    t -> {
                      release.acquire();
                      return t;
                    }));
    RpcClient other = world.client(listening);
    RpcFunction<String, Void> tell = other.function("tell", String.class, Void.class);
    CompletableFuture<Void> told =
        other.function("gated", String.class, String.class).callAsync("x").thenAccept(tell::send);
    release.release();
    World.get(told);
    World.await(arrived);
  }

  @Test
  void callbackThatThrowsHarmsNobody() {
    CompletableFuture<Object> failing =
        afterAnAnswer(answer -> {
          throw new IllegalStateException("the callback's own");
        });
    assertThat(catchThrowable(failing::join)).hasRootCauseMessage("the callback's own");
    CompletableFuture<Object> error =
        afterAnAnswer(answer -> {
          throw new AssertionError("an error");
        });
    assertThat(catchThrowable(error::join)).hasRootCauseMessage("an error");
    assertThat(echo.call("alive")).isEqualTo("alive");
    assertThat(server.stats().connections()).isEqualTo(1);
  }

  @Test
  void fanOutOfACallbackIsAnsweredToTheLast() {
    AtomicInteger answered = new AtomicInteger();
    List<CompletableFuture<String>> futures = new ArrayList<>();
    CompletableFuture<Integer> all =
        afterAnAnswer(answer -> {
          for (int i = 0; i < 5_000; i++) {
            String text = "call " + i;
            futures.add(
                echo.callAsync(text)
                    .whenComplete((r, e) -> {
                      if (text.equals(r)) {
                        answered.incrementAndGet();
                      }
                    }));
          }
          return futures.size();
        });
    assertThat(World.get(all)).isEqualTo(5_000);
    futures.forEach(World::get);
    assertThat(answered.get()).isEqualTo(5_000);
  }

  @Test
  void slowCallbackDelaysButLosesNothing() {
    CountDownLatch inCallback = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    CompletableFuture<String> slow =
        afterAnAnswer(answer -> {
          inCallback.countDown();
          World.await(go);
          return answer;
        });
    World.await(inCallback);
    CompletableFuture<String> behind = echo.callAsync("behind");
    assertThat(behind).isNotDone();
    go.countDown();
    assertThat(World.get(slow)).isEqualTo("answer");
    assertThat(World.get(behind)).isEqualTo("behind");
  }

  @Test
  void cancellingADependentStageLeavesTheCallAlone() {
    CompletableFuture<String> call = gated.callAsync("x");
    CompletableFuture<Integer> dependent = call.thenApply(String::length);
    dependent.cancel(true);
    assertThat(call).isNotDone();
    release.release();
    assertThat(World.get(call)).isEqualTo("x");
  }

  @Test
  void futureThatTheCallerCompletesHimselfIgnoresTheAnswer() {
    CompletableFuture<String> call = gated.callAsync("x");
    assertThat(call.complete("mine")).isTrue();
    release.release();
    assertThat(echo.call("y")).isEqualTo("y");
    World.until("the answer has come", () -> client.stats().openCalls() == 0);
    assertThat(call.join()).isEqualTo("mine");
  }

  @Test
  void asynchronousHandlerMayPassOnACallOfItsOwn() {
    RpcServer proxy =
        world.server(b -> b.service(Forward.class, text -> echo.callAsync(text + " forwarded")));
    Forward forward = world.client(proxy).service(Forward.class);
    List<CompletableFuture<String>> futures = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      futures.add(forward.forward("text " + i));
    }
    for (int i = 0; i < 1000; i++) {
      assertThat(World.get(futures.get(i))).isEqualTo("text " + i + " forwarded");
    }
  }

  interface Forward {
    CompletableFuture<String> forward(String text);
  }

  @Test
  void cancellingAForwardedCallCancelsTheInnerOne() {
    RpcServer proxy = world.server(b -> b.service(Forward.class, text -> gated.callAsync(text)));
    CompletableFuture<String> call = world.client(proxy).service(Forward.class).forward("x");
    World.until("it runs at the end", () -> server.stats().openCalls() == 1);
    call.cancel(true);
    World.until("it runs no more", () -> server.stats().openCalls() == 0);
    World.until("nor in the middle", () -> proxy.stats().openCalls() == 0);
  }
}
