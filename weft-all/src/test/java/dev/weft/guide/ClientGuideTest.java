package dev.weft.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.Batch;
import dev.weft.Executed;
import dev.weft.OneWay;
import dev.weft.OverflowPolicy;
import dev.weft.RpcClient;
import dev.weft.RpcException;
import dev.weft.RpcFunction;
import dev.weft.RpcServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The examples of {@code docs/guide/client.md}, over a socket. */
class ClientGuideTest {

  public interface Store {
    Integer get(String key);

    void put(String key, int value);

    CompletableFuture<Integer> size();

    @OneWay
    void log(String line);
  }

  private static final class MapStore implements Store {

    final Map<String, Integer> map = new ConcurrentHashMap<>();
    final CountDownLatch logged = new CountDownLatch(1);

    @Override
    public Integer get(String key) {
      return map.getOrDefault(key, -1);
    }

    @Override
    public void put(String key, int value) {
      map.put(key, value);
    }

    @Override
    public CompletableFuture<Integer> size() {
      return CompletableFuture.completedFuture(map.size());
    }

    @Override
    public void log(String line) {
      logged.countDown();
    }
  }

  private final MapStore map = new MapStore();
  private final CountDownLatch interrupted = new CountDownLatch(1);
  private final CountDownLatch running = new CountDownLatch(1);
  private RpcServer server;
  private String address;

  @BeforeEach
  void start() {
    server =
        RpcServer.builder()
            .listen("tcp://127.0.0.1:0")
            .service(Store.class, map)
            .function("reverse", String.class, String.class, ClientGuideTest::reverse)
            .function(
                "sleep",
                String.class,
                String.class,
                text -> {
                  running.countDown();
                  try {
                    new CountDownLatch(1).await();
                  } catch (InterruptedException e) {
                    interrupted.countDown();
                  }
                  return text;
                })
            .start();
    address = server.address();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static String reverse(String text) {
    return new StringBuilder(text).reverse().toString();
  }

  private static void await(CountDownLatch latch) throws InterruptedException {
    assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aBatch() throws Exception {
    try (RpcClient client = RpcClient.connect(address)) {
      RpcFunction<String, String> reverse = client.function("reverse", String.class, String.class);
      Store store = client.service(Store.class);

      Batch batch = client.batch();
      CompletableFuture<String> abc = batch.add(reverse, "abc"); // a function
      CompletableFuture<Integer> missing = batch.add(store, s -> s.get("missing")); // a method
      CompletableFuture<Void> put = batch.addVoid(store, s -> s.put("one", 1));
      CompletableFuture<Integer> size = batch.addAsync(store, s -> s.size());
      batch.send(store, s -> s.log("nobody waits for this"));
      batch.call(Duration.ofSeconds(5)); // all of them go out now, together

      assertThat(abc.join()).isEqualTo("cba");
      assertThat(missing.join()).isEqualTo(-1);
      assertThat(put).isCompleted();
      assertThat(size.join()).isBetween(0, 1); // they run side by side

      await(map.logged);
      assertThat(map.map).containsEntry("one", 1);
    }
  }

  @Test
  void whatABatchDoesNotTake() {
    try (RpcClient client = RpcClient.connect(address)) {
      Store store = client.service(Store.class);
      Batch batch = client.batch();
      assertThatThrownBy(() -> batch.addVoid(store, s -> s.log("x")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Store.log has no answer: send it instead");
      assertThatThrownBy(() -> batch.addVoid(store, s -> {}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("no method of the service was called");
      assertThatThrownBy(() -> batch.add(store, s -> s.get("a") + s.get("b")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("after Store.get came Store.get");
      assertThat(batch.size()).isZero();
    }
  }

  @Test
  void theSettings() {
    RpcClient client =
        RpcClient.builder()
            .timeout(Duration.ofSeconds(2)) // of a call, if it has no other
            .connections(2) // each call goes to the one with the fewest
            .openCallsMax(10_000) // whether they are sent or wait for it
            .openBytesMax(64 * 1024 * 1024)
            .overflow(OverflowPolicy.WAIT) // for callers that can wait
            .flushDelay(Duration.ofMillis(1)) // fuller blocks, slower lone calls
            .heartbeat(Duration.ofSeconds(10), Duration.ofSeconds(3))
            .backoff(Duration.ofMillis(50), Duration.ofSeconds(5))
            .connect(address);
    try (client) {
      RpcFunction<String, String> reverse = client.function("reverse", String.class, String.class);
      List<CompletableFuture<String>> results = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        results.add(reverse.callAsync("call " + i));
      }
      assertThat(results.get(999).join()).isEqualTo("999 llac");
      assertThat(results).allMatch(result -> !result.join().isEmpty());
      assertThat(client.stats().connections()).isBetween(1, 2);
    }
  }

  @Test
  void cancelling() throws Exception {
    try (RpcClient client = RpcClient.connect(address)) {
      CompletableFuture<String> future =
          client.function("sleep", String.class, String.class).callAsync("x");
      await(running);
      future.cancel(true); // the handler's thread is interrupted
      await(interrupted);
      assertThat(client.pendingCalls()).isZero();
    }
  }

  private static RpcClient leastLoaded(List<RpcClient> clients) {
    RpcClient best = clients.get(0);
    for (RpcClient client : clients) {
      if (client.pendingCalls() < best.pendingCalls()) {
        best = client;
      }
    }
    return best;
  }

  @Test
  void choosingTheLeastLoaded() throws Exception {
    try (RpcClient one = RpcClient.connect(address);
        RpcClient two = RpcClient.connect(address)) {
      CompletableFuture<String> open =
          one.function("sleep", String.class, String.class).callAsync("x");
      await(running);
      assertThat(leastLoaded(List.of(one, two))).isSameAs(two);
      open.cancel(true);
      assertThat(leastLoaded(List.of(one, two))).isSameAs(one);
    }
  }

  @Test
  void callsWaitForTheServer() {
    String where = address;
    server.close();
    try (RpcClient client = RpcClient.connect(where)) {
      RpcFunction<String, String> reverse = client.function("reverse", String.class, String.class);
      try {
        reverse.call("abc", Duration.ofMillis(50)); // nobody there: it waits for that long
      } catch (RpcException e) {
        assertThat(e.executed()).isEqualTo(Executed.NO); // safe to call again
      }
      CompletableFuture<String> waiting = reverse.callAsync("abc", Duration.ofSeconds(20));
      server =
          RpcServer.builder()
              .listen(where)
              .function("reverse", String.class, String.class, ClientGuideTest::reverse)
              .start();
      assertThat(waiting.join()).isEqualTo("cba");
    }
  }
}
