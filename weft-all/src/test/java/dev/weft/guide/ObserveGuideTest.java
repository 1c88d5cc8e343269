package dev.weft.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.weft.CallContext;
import dev.weft.CallOptions;
import dev.weft.CallStats;
import dev.weft.ConnectionEvent;
import dev.weft.FailureKind;
import dev.weft.RpcClient;
import dev.weft.RpcConnectionException;
import dev.weft.RpcException;
import dev.weft.RpcRefusedException;
import dev.weft.RpcServer;
import dev.weft.Stats;
import dev.weft.spi.ClientInterceptor;
import dev.weft.spi.ClientRequest;
import dev.weft.spi.ServerInterceptor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The examples of {@code docs/guide/observe.md}. */
class ObserveGuideTest {

  interface Orders {
    String place(String item);

    String cancelAll();
  }

  static final class RealOrders implements Orders {
    @Override
    public String place(String item) {
      return item + " for " + CallContext.current().metadata().get("tenant").orElse("nobody");
    }

    @Override
    public String cancelAll() {
      return "cancelled";
    }
  }

  private final List<String> log = new CopyOnWriteArrayList<>();

  private static RpcServer.Builder serving() {
    return RpcServer.builder().listen("tcp://127.0.0.1:0").service(Orders.class, new RealOrders());
  }

  @Test
  void metadata() {
    try (RpcServer server = serving().start();
        RpcClient client = RpcClient.connect(server.address())) {
      // snippet: metadata
      CallOptions options = CallOptions.DEFAULT.withMetadata("tenant", "blue");
      Orders orders = client.service(Orders.class, options);
      String placed = orders.place("pears");

      // One call's own:
      client.withOptions(orders, options.withMetadata("request-id", "17")).place("plums");
      // end
      assertThat(placed).isEqualTo("pears for blue");
    }
  }

  // snippet: logging
  private final ClientInterceptor logging =
      (request, next) -> {
        long start = System.nanoTime();
        return next.proceed(request)
            .whenComplete((result, failure) -> {
              long micros = (System.nanoTime() - start) / 1000;
              log.add(request.method() + " took " + micros + " us: " + failure);
            });
      };

  // end

  // snippet: retries
  private static CompletionStage<Object> retrying(
      ClientRequest request, ClientInterceptor.Next next, int attemptsLeft) {
    return next.proceed(request)
        .exceptionallyCompose(failure -> {
          Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
          return cause instanceof RpcConnectionException && attemptsLeft > 1
              ? retrying(request, next, attemptsLeft - 1)
              : CompletableFuture.failedFuture(failure);
        });
  }

  // end

  @Test
  void clientInterceptors() {
    AtomicInteger failing = new AtomicInteger(2);
    ClientInterceptor unlucky =
        (request, next) -> {
          if (failing.getAndDecrement() > 0) {
            throw new RpcConnectionException("bad luck", dev.weft.Executed.MAYBE, null);
          }
          return next.proceed(request);
        };
    try (RpcServer server = serving().start();
        // snippet: client
        RpcClient client =
            RpcClient.builder()
                .interceptor(logging)
                .interceptor((request, next) -> retrying(request, next, 3))
                // end
                .interceptor(unlucky)
                .connect(server.address())) {
      assertThat(client.service(Orders.class).place("pears")).isEqualTo("pears for nobody");
      assertThat(log).hasSize(1);
      assertThat(log.get(0)).startsWith("Orders.place took ").endsWith("us: null");
    }
  }

  @Test
  void serverInterceptors() {
    // snippet: authorization
    ServerInterceptor authorization =
        (request, next) -> {
          boolean admin =
              request.context().metadata().get("role").filter("admin"::equals).isPresent();
          if (request.method().equals("Orders.cancelAll") && !admin) {
            throw new RpcRefusedException("only administrators may cancel all orders");
          }
          return next.proceed(request);
        };
    // end
    try (RpcServer server = serving().interceptor(authorization).start();
        RpcClient client = RpcClient.connect(server.address())) {
      Orders orders = client.service(Orders.class);
      assertThat(catchThrowable(orders::cancelAll))
          .isInstanceOf(RpcRefusedException.class)
          .hasMessageContaining("only administrators may cancel all orders")
          .extracting(e -> ((RpcException) e).executed())
          .isEqualTo(dev.weft.Executed.NO);
      CallOptions admin = CallOptions.DEFAULT.withMetadata("role", "admin");
      assertThat(client.withOptions(orders, admin).cancelAll()).isEqualTo("cancelled");
    }
  }

  @Test
  void stats() {
    try (RpcServer server = serving().start();
        RpcClient client = RpcClient.connect(server.address())) {
      Orders orders = client.service(Orders.class);
      for (int i = 0; i < 10; i++) {
        orders.place("pears");
      }
      // snippet: stats
      Stats stats = client.stats();
      CallStats place = stats.methods().get("Orders.place");
      long answered = place.succeeded();
      long expired = place.failed(FailureKind.TIMEOUT);
      Duration p99 = place.latency().percentile(99);
      double writesPerCall = stats.writesPerCall();

      // A minute later:
      Stats lastMinute = client.stats().since(stats);
      // end
      assertThat(answered).isEqualTo(10);
      assertThat(expired).isZero();
      assertThat(p99).isPositive();
      assertThat(writesPerCall).isPositive();
      assertThat(lastMinute.calls().calls()).isZero();
    }
  }

  @Test
  void events() throws InterruptedException {
    CountDownLatch lost = new CountDownLatch(1);
    try (RpcServer server = serving().start()) {
      RpcClient client =
          // snippet: events
          RpcClient.builder()
              .listener(event -> {
                switch (event) {
                  case ConnectionEvent.Lost e -> log.add("lost " + e.peer() + ": " + e.reason());
                  case ConnectionEvent.Overloaded e -> log.add(e.calls() + " calls: " + e.limit());
                  default -> log.add(event.toString());
                }
                // end
                if (event instanceof ConnectionEvent.Lost) {
                  lost.countDown();
                }
              })
              .connect(server.address());
      assertThat(client.service(Orders.class).place("x")).isNotEmpty();
      client.close();
      assertThat(lost.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(log).hasSize(2);
      assertThat(log.get(1)).startsWith("lost tcp://127.0.0.1:");
    }
  }
}
