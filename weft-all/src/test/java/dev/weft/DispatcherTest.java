package dev.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All that can be served: functions of all forms, objects as they are, messages of any type. */
class DispatcherTest {

  private static final int UNKNOWN_METHOD = 3;

  @RegisterExtension final World world = new World();

  private final Queue<String> seen = new ConcurrentLinkedQueue<>();

  @Test
  void functionsHaveNoneOneOrTwoParametersAndAResultOrNone() {
    RpcServer server =
        world.server(b ->
            b.procedure("none-none", () -> seen.add("none-none"))
                .procedure("one-none", String.class, text -> seen.add(text))
                .procedure(
                    "two-none", String.class, (context, text) -> seen.add(context.method() + text))
                .function("none-one", String.class, () -> "result")
                .function("one-one", String.class, Integer.class, String::length)
                .function(
                    "two-one",
                    String.class,
                    String.class,
                    (context, text) -> context.method() + text));
    RpcClient client = world.client(server);
    client.procedure("none-none").call();
    client.procedure("one-none", String.class).call("one-none");
    client.procedure("two-none", String.class).call("!");
    assertThat(seen).containsExactly("none-none", "one-none", "two-none!");
    assertThat(client.function("none-one", String.class).call()).isEqualTo("result");
    assertThat(client.function("none-one", String.class).call(World.PATIENCE)).isEqualTo("result");
    assertThat(World.get(client.function("none-one", String.class).callAsync()))
        .isEqualTo("result");
    assertThat(World.get(client.function("none-one", String.class).callAsync(World.PATIENCE)))
        .isEqualTo("result");
    assertThat(client.function("one-one", String.class, Integer.class).call("four")).isEqualTo(4);
    assertThat(client.function("two-one", String.class, String.class).call("!"))
        .isEqualTo("two-one!");
    client.procedure("none-none").send();
    World.until("it has come", () -> seen.size() == 4);
    assertThat(client.procedure("none-none").name()).isEqualTo("none-none");
    assertThat(client.procedure("none-none")).hasToString("none-none at " + server.address());
  }

  @Test
  void anyFormMayFail() {
    RpcServer server =
        world.server(b ->
            b.procedure(
                    "p",
                    () -> {
                      throw new IOException("disk full");
                    })
                .function(
                    "f",
                    String.class,
                    () -> {
                      throw new IOException("disk full");
                    }));
    RpcClient client = world.client(server);
    assertThatThrownBy(() -> client.procedure("p").call())
        .isInstanceOf(RpcRemoteException.class)
        .hasMessageContaining("disk full");
    assertThat(
            World.failure(client.function("f", String.class).callAsync(), RpcRemoteException.class)
                .type())
        .isEqualTo("java.io.IOException");
  }

  @Test
  void formsThatDoNotMatchFailTheirCallOnly() {
    RpcServer server =
        world.server(b -> b.procedure("none", () -> {}).procedure("one", Order.class, order -> {}));
    RpcClient client = world.client(server);
    assertThatThrownBy(() -> client.procedure("none", String.class).call("x"))
        .isInstanceOf(RpcProtocolException.class)
        .hasMessageContaining("the method has none");
    assertThatThrownBy(() -> client.procedure("one").call())
        .isInstanceOf(RpcProtocolException.class);
    client.procedure("none").call();
  }

  /** Not public, and without an interface: as objects are. */
  static class Counter {
    private int count;
    private final String name;

    Counter(String name) {
      this.name = name;
    }

    public int add(int more) {
      count += more;
      return count;
    }

    public String name(CallContext context) {
      return name + " by " + context.method();
    }

    public CompletableFuture<Integer> later() {
      return CompletableFuture.completedFuture(count);
    }

    public void fail(String reason) throws IOException {
      throw new IOException(reason);
    }

    private String secret() {
      return name + secretOfPackage();
    }

    String secretOfPackage() {
      return "package";
    }

    protected String secretOfSubclasses() {
      return secret();
    }

    public static String ofNobody() {
      return "static";
    }

    @Override
    public String toString() {
      return "Counter";
    }
  }

  static class BetterCounter extends Counter {
    BetterCounter() {
      super("better");
    }

    @Override
    public int add(int more) {
      return super.add(2 * more);
    }
  }

  interface CounterCalls {
    int add(int more);

    String name(CallContext context);

    CompletableFuture<Integer> later();

    void fail(String reason) throws IOException;
  }

  @Test
  @SuppressWarnings("NullAway") // the context is the server's
  void publicMethodsOfAnObjectCanBeCalledWithoutAnInterface() {
    RpcServer server =
        world.server(b ->
            b.service("a", new Counter("first"))
                .service("b", new Counter("second"))
                .service("c", new BetterCounter(), Execution.inline())
                .function("a", String.class, String.class, text -> text));
    RpcClient client = world.client(server);
    CounterCalls a = client.service("a", CounterCalls.class);
    CounterCalls b = client.service("b", CounterCalls.class);
    CounterCalls c = client.service("c", CounterCalls.class);
    assertThat(a.add(2)).isEqualTo(2);
    assertThat(a.add(2)).isEqualTo(4);
    assertThat(b.add(1)).isEqualTo(1);
    assertThat(c.add(1)).isEqualTo(2);
    assertThat(a.name(null)).isEqualTo("first by a.name");
    assertThat(c.name(null)).isEqualTo("better by c.name");
    assertThat(World.get(a.later())).isEqualTo(4);
    assertThatThrownBy(() -> a.fail("broken")).isInstanceOf(IOException.class).hasMessage("broken");
    assertThat(client.function("a", String.class, String.class).call("x")).isEqualTo("x");
  }

  static class Shelf<T> {
    private T last;

    Shelf(T first) {
      last = first;
    }

    public T swap(T next) {
      T before = last;
      last = next;
      return before;
    }
  }

  static final class Titles extends Shelf<String> {
    Titles() {
      super("none");
    }
  }

  interface TitlesCalls {
    String swap(String next);
  }

  @Test
  void typeVariablesOfAnObjectsSuperclassAreKnown() {
    RpcServer server = world.server(b -> b.service("titles", new Titles()));
    TitlesCalls titles = world.client(server).service("titles", TitlesCalls.class);
    assertThat(titles.swap("Emma")).isEqualTo("none");
    assertThat(titles.swap("Persuasion")).isEqualTo("Emma");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a.secret()",
        "a.secretOfPackage()",
        "a.secretOfSubclasses()",
        "a.ofNobody()",
        "a.toString()",
        "a.hashCode()",
        "a.getClass()",
        "a.wait()",
        "a.notify()",
        "a.count",
        "a.<init>(java.lang.String)",
        "a.add(long)",
        "a.add",
        "a",
        "",
        "()"
      })
  void nothingElseCanBeReachedByWhateverAPeerSends(String name) throws IOException {
    RpcServer server = world.server(b -> b.service("a", new Counter("first")));
    RawClient client = world.keep(new RawClient(server.address()));
    client.request(1, name);
    RawClient.Frame frame = client.read();
    assertThat(frame.code()).isEqualTo(UNKNOWN_METHOD);
    assertThat(frame.executed()).isZero();
    client.request(2, "a.later()");
    assertThat(client.read().kind()).isEqualTo(RawClient.RESPONSE);
  }

  public static class Nothing {
    void hidden() {}

    @Override
    public int hashCode() {
      return 1;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Nothing;
    }

    public static void ofNobody() {}
  }

  public static class Unsendable {
    public String read(List<Map<String, Shelves>> shelves) {
      return "";
    }
  }

  record Shelves(Thread[] threads) {}

  public static class Generic {
    public <T> T same(T value) {
      return value;
    }
  }

  @Test
  @SuppressWarnings("NullAway") // that null is refused is the point
  void whatCannotBeServedIsRefusedWithTheReason() {
    RpcServer.Builder builder = RpcServer.builder().listen("tcp://127.0.0.1:0");
    assertThatThrownBy(() -> builder.service("x", (Object) null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("x is null");
    assertThatThrownBy(() -> builder.service("x", String.class))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.service("x", new Nothing()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Nothing has no methods that could be called");
    assertThatThrownBy(() -> builder.service("", new Counter("x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must not be empty");
    assertThatThrownBy(() -> builder.service("x", new Generic()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("x.same: has type parameters");
    assertThatThrownBy(() -> builder.procedure("", () -> {}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.procedure("x", (RpcAction) null))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("handler is null");
    assertThatThrownBy(() ->
            RpcServer.builder().listen("tcp://127.0.0.1:0").service("x", new Unsendable()).start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "x.read: argument 1: field Shelves.threads: java.lang.Thread cannot be sent");
    assertThatThrownBy(() ->
            RpcServer.builder()
                .listen("tcp://127.0.0.1:0")
                .service("x", new Counter("1"))
                .service("x", new Counter("2"))
                .start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"x\" is served already");
  }

  record Order(String id, int amount) {}

  record Refund(String id, int amount) {}

  record Empty() {}

  static final class Node {
    String name = "";
    List<Node> children = List.of();
  }

  private static Object answer(Object message) {
    return switch (message) {
      case Order order -> new Refund(order.id(), -order.amount());
      case Refund refund -> new Order(refund.id(), -refund.amount());
      case Empty empty -> empty;
      case Node node -> node;
      case String text -> text.length();
      case int[] numbers -> numbers;
      case List<?> list -> list;
      default -> throw new IllegalStateException("a " + message.getClass());
    };
  }

  private static final List<java.lang.reflect.Type> MESSAGES =
      List.of(
          Order.class,
          Refund.class,
          Empty.class,
          Node.class,
          String.class,
          Integer.class,
          int[].class,
          new TypeRef<List<Order>>() {}.type());

  @Test
  void handlerTakesMessagesOfAllItsTypesBesideFunctionsAndServices() {
    RpcServer server =
        world.server(b ->
            b.handler(MESSAGES, (context, message) -> answer(message))
                .function("handler", String.class, String.class, text -> text)
                .service("s", new Counter("x")));
    RpcClient client = world.client(server);
    RpcFunction<Object, Object> handler = client.handler(MESSAGES);
    assertThat(handler.call(new Order("a", 1))).isEqualTo(new Refund("a", -1));
    assertThat(handler.call(new Refund("a", 1)))
        .as("of the same structure, and yet another type")
        .isEqualTo(new Order("a", -1));
    assertThat(handler.call(new Empty())).isEqualTo(new Empty());
    assertThat(handler.call("four")).isEqualTo(4);
    assertThat(handler.call(new int[] {1, 2})).isEqualTo(new int[] {1, 2});
    assertThat(handler.call(List.of(new Order("a", 1)))).isEqualTo(List.of(new Order("a", 1)));
    Node root = new Node();
    Node child = new Node();
    child.name = "child";
    root.children = List.of(child);
    assertThat(((Node) handler.call(root)).children.get(0).name).isEqualTo("child");
    assertThat(World.get(handler.callAsync("four"))).isEqualTo(4);
    assertThat(client.function("handler", String.class, String.class).call("x")).isEqualTo("x");
    assertThat(client.service("s", CounterCalls.class).add(1)).isEqualTo(1);
  }

  @Test
  void messagesOfOtherTypesFailTheirCallOnly() {
    RpcServer server =
        world.server(
            b -> b.handler(List.of(Order.class, String.class), (context, message) -> message));
    RpcClient client = world.client(server);
    RpcFunction<Object, Object> handler = client.handler(List.of(Order.class, Refund.class));
    assertThatThrownBy(() -> handler.call(5L))
        .isInstanceOf(RpcProtocolException.class)
        .hasMessageContaining("java.lang.Long is none of");
    assertThatThrownBy(() -> handler.call(new Refund("a", 1)))
        .isInstanceOf(RpcProtocolException.class)
        .hasMessageContaining("none of");
    assertThat(handler.call(new Order("a", 1))).isEqualTo(new Order("a", 1));
  }

  @Test
  void handlersThatMakeNoSenseAreRefused() {
    RpcServer.Builder builder = RpcServer.builder().listen("tcp://127.0.0.1:0");
    assertThatThrownBy(() -> builder.handler(List.of(), (context, message) -> message))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least one type");
    assertThatThrownBy(
            () -> builder.handler(List.of(Order.class, Order.class), (context, message) -> message))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("different classes");
    builder
        .handler(List.of(Order.class, Shelves.class), (context, message) -> message)
        .handler(List.of(Order.class), (context, message) -> message);
    assertThatThrownBy(builder::start)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("handler: argument 1: field Shelves.threads");
    RpcServer.Builder twice =
        RpcServer.builder()
            .listen("tcp://127.0.0.1:0")
            .handler(List.of(Order.class), (context, message) -> message)
            .handler(List.of(Order.class), (context, message) -> message);
    assertThatThrownBy(twice::start)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"handler\" is served already");
  }

  interface Twins {
    Order order(Order order);

    Refund refund(Refund refund);

    Map<String, Order[]> maps(Map<String, Order[]> maps);

    Empty[][] empties(Empty[][] empties);
  }

  static class TwinsService implements Twins {
    @Override
    public Order order(Order order) {
      return order;
    }

    @Override
    public Refund refund(Refund refund) {
      return refund;
    }

    @Override
    public Map<String, Order[]> maps(Map<String, Order[]> maps) {
      return maps;
    }

    @Override
    public Empty[][] empties(Empty[][] empties) {
      return empties;
    }
  }

  @Test
  void typesOfTheSameStructureStayApartAndMapsAndArraysArrive() {
    RpcClient client = world.client(world.server(b -> b.service(Twins.class, new TwinsService())));
    Twins twins = client.service(Twins.class);
    assertThat(twins.order(new Order("a", 1))).isEqualTo(new Order("a", 1));
    assertThat(twins.refund(new Refund("a", 1))).isEqualTo(new Refund("a", 1));
    assertThat(twins.maps(Map.of("x", new Order[] {new Order("a", 1)})).get("x"))
        .containsExactly(new Order("a", 1));
    assertThat(twins.empties(new Empty[][] {{new Empty()}, {}}))
        .isDeepEqualTo(new Empty[][] {{new Empty()}, {}});
    RpcFunction<Refund, Refund> wrong = client.function("Twins.order", Refund.class, Refund.class);
    assertThatThrownBy(() -> wrong.call(new Refund("a", 1)))
        .isInstanceOf(RpcProtocolException.class);
  }

  @Test
  void functionOfATwinTypeIsNotServed() {
    RpcServer server = world.server(b -> b.function("f", Order.class, Order.class, order -> order));
    RpcClient client = world.client(server);
    assertThatThrownBy(
            () -> client.function("f", Refund.class, Refund.class).call(new Refund("a", 1)))
        .isInstanceOf(RpcProtocolException.class);
    assertThat(client.function("f", Order.class, Order.class).call(new Order("a", 1)))
        .isEqualTo(new Order("a", 1));
  }

  @Test
  void oneWayMessagesThatAreNotServedAreLoggedAndCounted() {
    try (RecordedLog log = new RecordedLog()) {
      AtomicInteger served = new AtomicInteger();
      RpcServer server = world.server(b -> b.procedure("there", () -> served.incrementAndGet()));
      RpcClient client = world.client(server);
      client.procedure("there").send();
      client.procedure("not-there").send();
      client.procedure("not-there").send();
      World.until("they were counted", () -> server.oneWaysDropped() == 2);
      World.until("the other was served", () -> served.get() == 1);
      assertThat(log.text())
          .contains("a one-way message from tcp://127.0.0.1:")
          .contains("there is no \"not-there\" here; there is there");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"exception", "out of memory", "stack overflow", "assertion"})
  void whatAHandlerThrowsIsLoggedUnderTheIdThatItsCallerIsTold(String kind) {
    try (RecordedLog log = new RecordedLog()) {
      RpcServer server =
          world.server(b ->
              b.procedure(
                      "fail",
                      () -> {
                        switch (kind) {
                          case "exception" -> throw new IllegalStateException("secret state");
                          case "out of memory" -> throw new OutOfMemoryError("secret state");
                          case "assertion" -> throw new AssertionError("secret state");
                          default -> recurse(0);
                        }
                      })
                  .procedure("nothing", () -> {}));
      RpcClient client = world.client(server);
      RpcRemoteException e =
          World.failure(client.procedure("fail").callAsync(), RpcRemoteException.class);
      String message = String.valueOf(e.getMessage());
      String id = message.substring(message.lastIndexOf('['), message.lastIndexOf(']') + 1);
      assertThat(message).contains("in the server's log").doesNotContain("DispatcherTest.java");
      assertThat(log.text()).contains(id + " called by tcp://127.0.0.1:");
      Throwable logged =
          log.records().stream()
              .map(LogRecord::getThrown)
              .filter(Objects::nonNull)
              .findFirst()
              .orElseThrow();
      assertThat(logged.getStackTrace())
          .anyMatch(frame -> frame.getClassName().startsWith(DispatcherTest.class.getName()));
      client.procedure("nothing").call();
      assertThat(server.stats().connections()).isEqualTo(1);
    }
  }

  private static int recurse(int depth) {
    return depth < 0 ? 0 : recurse(depth + 1) + 1;
  }
}
