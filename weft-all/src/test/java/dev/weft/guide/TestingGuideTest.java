package dev.weft.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.RpcClient;
import dev.weft.RpcException;
import dev.weft.RpcFunction;
import dev.weft.RpcServer;
import dev.weft.RpcTimeoutException;
import dev.weft.testing.FaultyLink;
import dev.weft.testing.FaultyTransport;
import dev.weft.testing.ManualTime;
import dev.weft.testing.MemoryTransport;
import dev.weft.testing.Simulation;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** The examples of docs/guide/testing.md. */
class TestingGuideTest {

  @Test
  void byHand() throws Exception {
    ManualTime time = new ManualTime();
    MemoryTransport memory = new MemoryTransport();
    FaultyTransport network = new FaultyTransport(memory, time);
    try (RpcServer server =
            RpcServer.builder()
                .function("echo", String.class, String.class, text -> text)
                .transport(memory)
                .listen("mem:guide-testing")
                .start();
        RpcClient client =
            RpcClient.builder().time(time).transport(network).connect(server.address())) {
      RpcFunction<String, String> echo = client.function("echo", String.class, String.class);
      assertThat(echo.call("a")).isEqualTo("a");
      network.channels().get(0).stallReads();
      CompletableFuture<String> late = echo.callAsync("b", Duration.ofSeconds(3));
      time.advance(Duration.ofSeconds(3));
      assertThat(failure(late)).isInstanceOf(RpcTimeoutException.class);
    }
  }

  private static Throwable failure(CompletableFuture<?> future) throws InterruptedException {
    try {
      future.get();
    } catch (ExecutionException e) {
      return e.getCause();
    }
    throw new AssertionError("it has not failed");
  }

  @Test
  void bySeeds() throws Exception {
    for (long seed = 0; seed < 20; seed++) {
      new Simulation(seed).run(TestingGuideTest::simulated);
    }
  }

  private static void simulated(Simulation simulation) throws Exception {
    FaultyLink network = new FaultyLink(simulation);
    RpcServer server =
        RpcServer.builder()
            .time(simulation.time())
            .random(simulation.random())
            .transport(network)
            .function("double", Integer.class, Integer.class, number -> 2 * number)
            .listen("mem:numbers")
            .start();
    RpcClient client =
        RpcClient.builder()
            .time(simulation.time())
            .random(simulation.random())
            .transport(network)
            .connect("mem:numbers");
    RpcFunction<Integer, Integer> twice = client.function("double", Integer.class, Integer.class);
    for (int i = 0; i < 20; i++) {
      try {
        assertThat(twice.call(i)).isEqualTo(2 * i);
      } catch (RpcException e) {
        simulation.sleep(Duration.ofMillis(10));
      }
    }
    network.heal();
    simulation.sleep(Duration.ofSeconds(30));
    assertThat(twice.call(21)).isEqualTo(42);
    client.close();
    server.close();
  }
}
