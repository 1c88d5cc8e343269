package dev.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.spi.ClientInterceptor;
import dev.weft.spi.ClientRequest;
import java.io.IOException;
import java.lang.reflect.UndeclaredThrowableException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What wraps the calls of a client. */
class ClientInterceptorTest {

  @RegisterExtension final World world = new World();

  interface Shop {
    String buy(String what, int count) throws IOException;

    CompletableFuture<String> order(String what);

    @OneWay
    void look(String what);
  }

  private final List<String> events = new CopyOnWriteArrayList<>();
  private final CountDownLatch interrupted = new CountDownLatch(1);
  private final CountDownLatch entered = new CountDownLatch(1);
  private final AtomicInteger failures = new AtomicInteger();

  private final class RealShop implements Shop {
    @Override
    public String buy(String what, int count) throws IOException {
      events.add("bought");
      if (failures.getAndDecrement() > 0) {
        throw new IOException("sold out");
      }
      return count + " " + what + CallContext.current().metadata();
    }

    @Override
    public CompletableFuture<String> order(String what) {
      return CompletableFuture.completedFuture(what + CallContext.current().metadata());
    }

    @Override
    public void look(String what) {
      events.add("looked at " + what);
    }
  }

  private RpcClient client(ClientInterceptor... interceptors) {
    RpcServer server =
        world.server(b ->
            b.service(Shop.class, new RealShop())
                .function("echo", String.class, String.class, text -> text)
                .function(
                    "wait",
                    String.class,
                    String.class,
                    text -> {
                      entered.countDown();
                      try {
                        Thread.sleep(60_000);
                      } catch (InterruptedException e) {
                        interrupted.countDown();
                      }
                      return text;
                    }));
    return world.client(
        server.address(),
        b -> {
          for (ClientInterceptor interceptor : interceptors) {
            b.interceptor(interceptor);
          }
        });
  }

  private ClientInterceptor noting(String name) {
    return (request, next) -> {
      events.add(name + " " + request.kind() + " " + request.method() + request.arguments());
      return next.proceed(request)
          .whenComplete((result, failure) -> events.add(name + " " + result + " " + failure));
    };
  }

  @Test
  void theFirstIsTheOutermost() throws IOException {
    Shop shop = client(noting("a"), noting("b")).service(Shop.class);
    assertThat(shop.buy("pears", 3)).isEqualTo("3 pears{}");
    assertThat(events)
        .containsExactly(
            "a SYNCHRONOUS Shop.buy[pears, 3]",
            "b SYNCHRONOUS Shop.buy[pears, 3]",
            "bought",
            "b 3 pears{} null",
            "a 3 pears{} null");
  }

  @Test
  void allKindsOfCallsGoThroughIt() throws IOException {
    RpcClient client =
        client((request, next) -> {
          events.add(request.kind() + " " + request.method());
          return next.proceed(request.withMetadata("trace", "t1"));
        });
    Shop shop = client.service(Shop.class);
    RpcFunction<String, String> echo = client.function("echo", String.class, String.class);
    assertThat(shop.buy("pears", 3)).isEqualTo("3 pears{trace=t1}");
    assertThat(World.get(shop.order("plums"))).isEqualTo("plums{trace=t1}");
    assertThat(echo.call("x")).isEqualTo("x");
    assertThat(World.get(echo.callAsync("y"))).isEqualTo("y");
    shop.look("figs");
    echo.send("z");
    World.until("the message has come", () -> events.contains("looked at figs"));
    assertThat(events)
        .contains(
            "SYNCHRONOUS Shop.buy",
            "ASYNCHRONOUS Shop.order",
            "SYNCHRONOUS echo",
            "ASYNCHRONOUS echo",
            "ONE_WAY Shop.look",
            "ONE_WAY echo");
  }

  @Test
  void itMayAnswerInsteadOfTheServer() throws IOException {
    RpcClient client =
        client((request, next) -> CompletableFuture.completedFuture("from the cache"));
    assertThat(client.service(Shop.class).buy("pears", 1)).isEqualTo("from the cache");
    assertThat(World.get(client.service(Shop.class).order("x"))).isEqualTo("from the cache");
    assertThat(client.function("echo", String.class, String.class).call("x"))
        .isEqualTo("from the cache");
    assertThat(events).isEmpty();
  }

  @Test
  void itMayChangeArgumentsAndResults() throws IOException {
    RpcClient client =
        client((request, next) ->
            next.proceed(request.withArguments(List.of("plums", 7)))
                .thenApply(result -> result + "!"));
    assertThat(client.service(Shop.class).buy("pears", 1)).isEqualTo("7 plums{}!");
    CompletableFuture<String> wrong = client.service(Shop.class).order("one argument");
    assertThat(World.failure(wrong, IllegalArgumentException.class))
        .hasMessage("Shop.order has 1 arguments, not 2");
  }

  @Test
  void itsFailureIsTheCallsAlone() throws IOException {
    AtomicReference<Exception> next = new AtomicReference<>(new IllegalStateException("broken"));
    RpcClient client =
        client((request, proceeding) -> {
          Exception failure = next.get();
          if (failure != null) {
            throw failure;
          }
          return proceeding.proceed(request);
        });
    Shop shop = client.service(Shop.class);
    RpcFunction<String, String> echo = client.function("echo", String.class, String.class);
    assertThatThrownBy(() -> shop.buy("pears", 1)).isSameAs(next.get());
    assertThatThrownBy(() -> shop.look("pears")).isSameAs(next.get());
    assertThat(World.failure(shop.order("x"), IllegalStateException.class)).isSameAs(next.get());
    next.set(new IOException("checked"));
    assertThatThrownBy(() -> shop.buy("pears", 1)).isSameAs(next.get());
    assertThatThrownBy(() -> echo.call("x"))
        .isInstanceOf(UndeclaredThrowableException.class)
        .hasCause(next.get());
    next.set(null);
    assertThat(shop.buy("pears", 1)).isEqualTo("1 pears{}");
  }

  @Test
  void nullInsteadOfAStageIsItsFault() {
    @SuppressWarnings("NullAway") // what the test is about
    ClientInterceptor wrong = (request, next) -> null;
    RpcFunction<String, String> echo = client(wrong).function("echo", String.class, String.class);
    assertThatThrownBy(() -> echo.call("x"))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("an interceptor has returned null instead of a stage");
  }

  private static CompletionStage<Object> retry(
      ClientRequest request, ClientInterceptor.Next next, int attempts) {
    return next.proceed(request)
        .exceptionallyCompose(failure ->
            attempts > 1
                ? retry(request, next, attempts - 1)
                : CompletableFuture.failedFuture(failure));
  }

  @Test
  void itMayTryAgain() throws IOException {
    RpcClient client = client((request, next) -> retry(request, next, 3));
    Shop shop = client.service(Shop.class);
    failures.set(2);
    assertThat(shop.buy("pears", 1)).isEqualTo("1 pears{}");
    assertThat(events).hasSize(3);
    assertThat(client.stats().calls().failed(FailureKind.DECLARED)).isEqualTo(2);
    failures.set(3);
    assertThatThrownBy(() -> shop.buy("pears", 1))
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("sold out");
  }

  @Test
  void aRetryAfterADelayRunsElsewhereAndStillEndsTheCall() throws IOException {
    RpcClient client =
        client((request, next) ->
            next.proceed(request)
                .exceptionallyComposeAsync(
                    failure -> next.proceed(request),
                    CompletableFuture.delayedExecutor(
                        1, java.util.concurrent.TimeUnit.MILLISECONDS)));
    failures.set(1);
    assertThat(client.service(Shop.class).buy("pears", 1)).isEqualTo("1 pears{}");
  }

  @Test
  void allAttemptsTogetherHaveTheTimeOfOne() {
    AtomicInteger attempts = new AtomicInteger();
    RpcClient client =
        client((request, next) -> {
          CompletionStage<Object> end = next.proceed(request);
          while (attempts.incrementAndGet() < 1000
              && end.toCompletableFuture().isCompletedExceptionally()) {
            end = next.proceed(request);
          }
          return end;
        });
    RpcFunction<String, String> wait = client.function("wait", String.class, String.class);
    long start = System.nanoTime();
    assertThatThrownBy(() -> wait.call("x", Duration.ofMillis(100)))
        .isInstanceOf(RpcTimeoutException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    assertThat(attempts.get()).isEqualTo(1000);
  }

  @Test
  void cancellingTheFutureCancelsTheCallBelow() {
    RpcClient client = client((request, next) -> next.proceed(request).thenApply(x -> x));
    CompletableFuture<String> future =
        client.function("wait", String.class, String.class).callAsync("x");
    World.await(entered);
    future.cancel(true);
    World.await(interrupted);
    World.until("it is counted", () -> client.stats().calls().cancelled() == 1);
  }

  @Test
  void interruptingTheCallerCancelsTheCallBelow() {
    RpcClient client = client((request, next) -> next.proceed(request));
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread caller =
        Thread.ofVirtual()
            .start(() -> {
              try {
                client.function("wait", String.class, String.class).call("x");
              } catch (RpcCancelledException e) {
                thrown.set(e);
              }
            });
    World.await(entered);
    caller.interrupt();
    World.join(caller);
    World.await(interrupted);
    assertThat(thrown.get()).isInstanceOf(RpcCancelledException.class);
  }

  @Test
  void interruptingTheCallerEndsItsWaitForAnInterceptor() {
    CompletableFuture<Object> never = new CompletableFuture<>();
    RpcClient client =
        client((request, next) -> {
          entered.countDown();
          return never;
        });
    AtomicReference<RpcCancelledException> thrown = new AtomicReference<>();
    Thread caller =
        Thread.ofVirtual()
            .start(() -> {
              try {
                client.function("echo", String.class, String.class).call("x");
              } catch (RpcCancelledException e) {
                thrown.set(e);
              }
            });
    World.await(entered);
    caller.interrupt();
    World.join(caller);
    assertThat(thrown.get().executed()).isEqualTo(Executed.MAYBE);
    assertThat(never).isCancelled();
  }
}
