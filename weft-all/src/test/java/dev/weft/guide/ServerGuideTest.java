package dev.weft.guide;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.CallContext;
import dev.weft.Executed;
import dev.weft.RpcClient;
import dev.weft.RpcConnectionException;
import dev.weft.RpcFunction;
import dev.weft.RpcOverloadedException;
import dev.weft.RpcRemoteException;
import dev.weft.RpcServer;
import dev.weft.RpcSupplier;
import java.io.IOException;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The examples of docs/guide/server.md. */
class ServerGuideTest {

  record Order(String id, int amount) {}

  record Refund(String id) {}

  interface Greeter {
    String greet(String name);
  }

  static class Warehouse {
    public int stock(String item) {
      return item.length();
    }
  }

  interface Stock {
    int stock(String item);
  }

  @Test
  void functionsOfAllForms() {
    // example: functions
    RpcServer server =
        RpcServer.builder()
            .listen("tcp://127.0.0.1:0")
            .service(Greeter.class, name -> "Hello " + name)
            .function("length", String.class, Integer.class, text -> text.length())
            .function("caller", String.class, String.class, (context, text) -> context.peer())
            .function("now", Instant.class, () -> Instant.now())
            .procedure("log", String.class, text -> System.out.print(""))
            .procedure("reload", () -> {})
            .start();
    RpcClient client = RpcClient.connect(server.address());

    int length = client.function("length", String.class, Integer.class).call("four");
    RpcSupplier<Instant> now = client.function("now", Instant.class);
    Instant then = now.call();
    client.procedure("log", String.class).call("a line");
    client.procedure("reload").call();
    // end
    assertThat(length).isEqualTo(4);
    assertThat(then).isNotNull();
    client.close();
    server.close();
  }

  @Test
  void objectsAsTheyAre() {
    RpcServer.Builder builder = RpcServer.builder().listen("tcp://127.0.0.1:0");
    // example: objects
    builder.service("berlin", new Warehouse()).service("paris", new Warehouse());
    // end
    try (RpcServer server = builder.start();
        RpcClient client = RpcClient.connect(server.address())) {
      // example: objects-client
      Stock berlin = client.service("berlin", Stock.class);
      int bricks = berlin.stock("brick");
      // end
      assertThat(bricks).isEqualTo(5);
    }
  }

  @Test
  void messagesOfAnyType() {
    RpcServer.Builder builder = RpcServer.builder().listen("tcp://127.0.0.1:0");
    // example: handler
    List<Type> messages = List.of(Order.class, Refund.class, String.class);
    builder.handler(
        messages,
        (context, message) ->
            switch (message) {
              case Order order -> "ordered " + order.id();
              case Refund refund -> new Order(refund.id(), 0);
              default -> "what?";
            });
    // end
    try (RpcServer server = builder.start();
        RpcClient client = RpcClient.connect(server.address())) {
      // example: handler-client
      RpcFunction<Object, Object> handler = client.handler(messages);
      Object answer = handler.call(new Refund("17"));
      // end
      assertThat(answer).isEqualTo(new Order("17", 0));
    }
  }

  @Test
  void limits() {
    CountDownLatch go = new CountDownLatch(1);
    // example: limits
    RpcServer server =
        RpcServer.builder()
            .listen("tcp://127.0.0.1:0")
            .procedure("report", () -> go.await())
            .runningCallsMax(1000) // of all calls together
            .runningCallsMax("report", 1) // of this function, or service
            .runningCallsPerConnectionMax(100)
            .waitingCallsMax(1) // more are refused
            .waitingBytesMax(16 * 1024 * 1024)
            .pendingResponseBytesMax(64 * 1024 * 1024) // that clients have not read
            .slowClientTimeout(Duration.ofSeconds(10))
            .start();
    // end
    try (server;
        RpcClient client = RpcClient.connect(server.address())) {
      CompletableFuture<Void> one = client.procedure("report").callAsync();
      CompletableFuture<Void> two = client.procedure("report").callAsync();
      // example: overload
      try {
        client.procedure("report").call();
      } catch (RpcOverloadedException e) {
        assert e.executed() == Executed.NO; // so it may be sent again, somewhere else or later
      }
      // end
      go.countDown();
      one.join();
      two.join();
    }
  }

  @Test
  void failures() {
    try (RpcServer server =
            RpcServer.builder()
                .listen("tcp://127.0.0.1:0")
                .procedure(
                    "fail",
                    () -> {
                      throw new IllegalStateException("no more disks");
                    })
                .start();
        RpcClient client = RpcClient.connect(server.address())) {
      assertThatThrownBy(() -> client.procedure("fail").call())
          .isInstanceOf(RpcRemoteException.class)
          .hasMessageContaining("java.lang.IllegalStateException: no more disks (see [");
    }
  }

  @Test
  void shutdown() {
    RpcServer.Builder builder =
        RpcServer.builder().listen("tcp://127.0.0.1:0").procedure("work", () -> {});
    // example: shutdown
    RpcServer server = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> server.shutdown(Duration.ofSeconds(10))));
    // end
    server.shutdown(Duration.ofSeconds(10));
    // example: restart
    RpcServer again = builder.start();
    // end
    again.close();
  }

  record User(String name) implements Principal {
    @Override
    public String getName() {
      return name;
    }
  }

  @Test
  void identity() {
    Map<String, String> usersByToken = Map.of("t0ken", "ann");
    // example: authenticator
    RpcServer server =
        RpcServer.builder()
            .listen("tcp://127.0.0.1:0")
            .authenticator((peer, credentials) -> {
              String user = usersByToken.get(new String(credentials, UTF_8));
              if (user == null) {
                throw new SecurityException("the token is not valid");
              }
              return new User(user);
            })
            .function(
                "whoami",
                String.class,
                () -> CallContext.current().principal().orElseThrow().getName())
            .start();
    RpcClient ann = RpcClient.builder().credentials("t0ken").connect(server.address());
    String name = ann.function("whoami", String.class).call(); // "ann"
    // end
    assertThat(name).isEqualTo("ann");
    try (RpcClient stranger = RpcClient.connect(server.address())) {
      assertThatThrownBy(() -> stranger.function("whoami", String.class).call())
          .isInstanceOf(RpcConnectionException.class)
          .hasMessageContaining("the server refuses: the token is not valid");
    }
    ann.close();
    server.close();
  }

  /** The guide shows just what stands here. */
  @Test
  void examplesStandInTheGuideAsTheyStandHere() throws IOException {
    String source = Files.readString(Path.of("src/test/java/dev/weft/guide/ServerGuideTest.java"));
    String guide = Files.readString(Path.of("../docs/guide/server.md"));
    Matcher examples =
        Pattern.compile("// example: [a-z-]+\n(.*?)\n *// end\n", Pattern.DOTALL).matcher(source);
    int count = 0;
    while (examples.find()) {
      assertThat(guide).contains("```java\n" + examples.group(1).stripIndent() + "\n```");
      count++;
    }
    assertThat(count).isEqualTo(10);
  }
}
