package dev.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What methods of a service interface mean, over a socket. */
class ServicesTest {

  @RegisterExtension final World world = new World();

  interface WordCounter {
    Map<String, Integer> count(String line);

    CompletableFuture<Map<String, Integer>> countAsync(List<String> lines);

    CompletionStage<Integer> length(String line);

    @OneWay
    void forget(String word);

    void reset();
  }

  static final class SimpleWordCounter implements WordCounter {

    final BlockingQueue<String> forgotten = new LinkedBlockingQueue<>();
    final BlockingQueue<String> resets = new LinkedBlockingQueue<>();

    @Override
    public Map<String, Integer> count(String line) {
      return Map.of(line, line.length());
    }

    @Override
    public CompletableFuture<Map<String, Integer>> countAsync(List<String> lines) {
      return CompletableFuture.supplyAsync(() -> Map.of("lines", lines.size()));
    }

    @Override
    public CompletionStage<Integer> length(String line) {
      return CompletableFuture.completedStage(line.length());
    }

    @Override
    public void forget(String word) {
      forgotten.add(word);
    }

    @Override
    public void reset() {
      resets.add("reset");
    }
  }

  private final SimpleWordCounter words = new SimpleWordCounter();

  private WordCounter counter() {
    return world
        .client(world.server(b -> b.service(WordCounter.class, words)))
        .service(WordCounter.class);
  }

  @Test
  void synchronousMethodReturnsTheResult() {
    assertThat(counter().count("hello")).containsExactly(Map.entry("hello", 5));
  }

  @Test
  void methodThatReturnsAFutureIsAsynchronousOnBothEnds() {
    assertThat(World.get(counter().countAsync(List.of("a", "b")))).containsEntry("lines", 2);
  }

  @Test
  void completionStageWorksAsCompletableFuture() {
    assertThat(World.get(counter().length("four").toCompletableFuture())).isEqualTo(4);
  }

  @Test
  void oneWayMethodArrivesAndNobodyWaits() throws InterruptedException {
    counter().forget("it");
    assertThat(words.forgotten.poll(20, TimeUnit.SECONDS)).isEqualTo("it");
  }

  @Test
  void voidMethodReturnsWhenItIsDone() {
    counter().reset();
    assertThat(words.resets).hasSize(1);
  }

  @Test
  void callsByOneThreadKeepTheirOrder() {
    WordCounter counter = counter();
    for (int i = 0; i < 50; i++) {
      assertThat(counter.count("x".repeat(i + 1))).containsValue(i + 1);
    }
  }

  interface Overloads {
    String f(String text);

    String f(Integer number);

    String f(int number);

    String f(String text, int times);

    String f(List<String> texts);

    String f();
  }

  static final class SimpleOverloads implements Overloads {
    @Override
    public String f(String text) {
      return "String";
    }

    @Override
    public String f(Integer number) {
      return "Integer";
    }

    @Override
    public String f(int number) {
      return "int";
    }

    @Override
    public String f(String text, int times) {
      return "String,int";
    }

    @Override
    public String f(List<String> texts) {
      return "List";
    }

    @Override
    public String f() {
      return "nothing";
    }
  }

  @Test
  void overloadsAreToldApartByTheirParameterTypes() {
    Overloads f =
        world
            .client(world.server(b -> b.service(Overloads.class, new SimpleOverloads())))
            .service(Overloads.class);
    assertThat(f.f("x")).isEqualTo("String");
    assertThat(f.f(Integer.valueOf(1))).isEqualTo("Integer");
    assertThat(f.f(1)).isEqualTo("int");
    assertThat(f.f("x", 1)).isEqualTo("String,int");
    assertThat(f.f(List.of())).isEqualTo("List");
    assertThat(f.f()).isEqualTo("nothing");
  }

  public interface WithDefaults {
    String name();

    default String greeting() {
      return "hello " + name() + " from " + Thread.currentThread().getName();
    }

    static String constant() {
      return "static";
    }
  }

  @Test
  void defaultMethodRunsHereAndStaticOneIsNotPartOfTheService() {
    WithDefaults service =
        world
            .client(world.server(b -> b.service(WithDefaults.class, () -> "server")))
            .service(WithDefaults.class);
    assertThat(service.greeting())
        .isEqualTo("hello server from " + Thread.currentThread().getName());
    assertThat(WithDefaults.constant()).isEqualTo("static");
  }

  interface Redeclaring {
    @Override
    String toString();

    @Override
    boolean equals(Object other);

    String name();
  }

  @Test
  void methodsOfObjectAreNeverSent() {
    // No server: whatever is sent would wait.
    RpcClient client = world.client("tcp://127.0.0.1:1", b -> {});
    Redeclaring one = client.service(Redeclaring.class);
    Redeclaring other = client.service(Redeclaring.class);
    Redeclaring same = one;
    assertThat(one.equals(same)).isTrue();
    assertThat(one).isNotEqualTo(other).isNotEqualTo("text").isNotEqualTo(null);
    assertThat(one.hashCode()).isEqualTo(same.hashCode());
    assertThat(one).hasToString("Redeclaring at tcp://127.0.0.1:1");
    assertThat(client.function("f", String.class, String.class))
        .hasToString("f at tcp://127.0.0.1:1");
    assertThat(client).hasToString("RpcClient of tcp://127.0.0.1:1");
  }

  record User(String name, int age) {}

  interface Store<K, V> {
    V get(K key);

    void put(K key, V value);

    List<V> all(List<K> keys);
  }

  interface Users extends Store<String, User> {
    int size();
  }

  static class MapStore implements Users {
    private final Map<String, User> users = new java.util.concurrent.ConcurrentHashMap<>();

    @Override
    public User get(String key) {
      return users.get(key);
    }

    @Override
    public void put(String key, User value) {
      users.put(key, value);
    }

    @Override
    public List<User> all(List<String> keys) {
      return new ArrayList<>(keys.stream().map(users::get).toList());
    }

    @Override
    public int size() {
      return users.size();
    }
  }

  @Test
  void typeVariablesOfSuperInterfacesAreKnown() {
    Users users =
        world
            .client(world.server(b -> b.service(Users.class, new MapStore())))
            .service(Users.class);
    users.put("ann", new User("Ann", 30));
    assertThat(users.get("ann")).isEqualTo(new User("Ann", 30));
    assertThat(users.get("bob")).isNull();
    assertThat(users.size()).isEqualTo(1);
    assertThat(users.all(Arrays.asList("ann", "bob"))).containsExactly(new User("Ann", 30), null);
    Store<String, User> asStore = users;
    assertThat(asStore.get("ann").age()).isEqualTo(30);
  }

  interface Many {
    String twenty(
        String a,
        int b,
        long c,
        double d,
        boolean e,
        byte f,
        short g,
        char h,
        float i,
        String j,
        Integer k,
        Long l,
        Double m,
        Boolean n,
        List<String> o,
        Map<String, Integer> p,
        int[] q,
        String[] r,
        User s,
        byte[] t);
  }

  @Test
  void twentyArgumentsOfAllKindsArrive() {
    Many many =
        world
            .client(
                world.server(builder ->
                    builder.service(
                        Many.class,
                        (a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t) ->
                            ""
                                + a
                                + b
                                + c
                                + d
                                + e
                                + f
                                + g
                                + h
                                + i
                                + j
                                + k
                                + l
                                + m
                                + n
                                + o
                                + p
                                + Arrays.toString(q)
                                + Arrays.toString(r)
                                + s
                                + Arrays.toString(t))))
            .service(Many.class);
    assertThat(
            many.twenty(
                "a",
                1,
                2L,
                3.5,
                true,
                (byte) 4,
                (short) 5,
                'c',
                6.5f,
                null,
                7,
                null,
                8.5,
                false,
                List.of("x"),
                Map.of("y", 9),
                new int[] {1, 2},
                new String[] {"s", null},
                new User("u", 1),
                new byte[] {3}))
        .isEqualTo(
            "a123.5true45c6.5null7null8.5false[x]{y=9}[1, 2][s, null]User[name=u, age=1][3]");
  }

  interface Contextual {
    String who(CallContext context, String greeting);

    String bare(CallContext context);

    Duration left();

    String method();
  }

  @SuppressWarnings("ReferenceEquality") // the same, not one like it
  static final class SimpleContextual implements Contextual {
    @Override
    public String who(CallContext context, String greeting) {
      return greeting
          + " "
          + context.peer()
          + " "
          + context.method()
          + " "
          + context.isCancelled()
          + " "
          + (CallContext.current() == context);
    }

    @Override
    public String bare(CallContext context) {
      return context.method();
    }

    @Override
    public Duration left() {
      return CallContext.current().remaining();
    }

    @Override
    public String method() {
      return CallContext.current().method();
    }
  }

  @Test
  void contextIsGivenByTheServerAndNotSent() {
    Contextual service =
        world
            .client(world.server(b -> b.service(Contextual.class, new SimpleContextual())))
            .service(Contextual.class);
    assertThat(service.who(null, "hi"))
        .matches("hi tcp://127\\.0\\.0\\.1:\\d+ Contextual\\.who false true");
    assertThat(service.bare(null)).isEqualTo("Contextual.bare");
    assertThat(service.method()).isEqualTo("Contextual.method");
    assertThat(service.left()).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(21));
  }

  @Test
  void functionHandlerMayTakeTheContext() {
    RpcServer server =
        world.server(b ->
            b.function(
                "f", String.class, String.class, (context, text) -> context.method() + text));
    assertThat(world.client(server).function("f", String.class, String.class).call("!"))
        .isEqualTo("f!");
  }

  @Test
  void thereIsNoContextOutsideOfAHandler() {
    assertThatThrownBy(CallContext::current)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no call is being handled");
  }

  @Test
  void functionIsCalledInAllItsWays() throws InterruptedException {
    BlockingQueue<String> sent = new LinkedBlockingQueue<>();
    RpcServer server =
        world.server(b ->
            b.function("echo", String.class, String.class, text -> text)
                .function(
                    "tell",
                    String.class,
                    Void.class,
                    text -> {
                      sent.add(text);
                      return null;
                    })
                .function(
                    "sizes",
                    new TypeRef<List<String>>() {},
                    new TypeRef<Map<String, Integer>>() {},
                    texts -> Map.of("size", texts.size())));
    RpcClient client = world.client(server);
    RpcFunction<String, String> echo = client.function("echo", String.class, String.class);
    assertThat(echo.name()).isEqualTo("echo");
    assertThat(echo.call("hi")).isEqualTo("hi");
    assertThat(echo.call(null)).isNull();
    assertThat(echo.call("hi", Duration.ofSeconds(20))).isEqualTo("hi");
    assertThat(World.get(echo.callAsync("hi"))).isEqualTo("hi");
    assertThat(World.get(echo.callAsync("hi", Duration.ofSeconds(20)))).isEqualTo("hi");
    RpcFunction<String, Void> tell = client.function("tell", String.class, Void.class);
    tell.send("quietly");
    assertThat(sent.poll(20, TimeUnit.SECONDS)).isEqualTo("quietly");
    assertThat(tell.call("loudly")).isNull();
    assertThat(sent).containsExactly("loudly");
    assertThat(
            client
                .function(
                    "sizes", new TypeRef<List<String>>() {}, new TypeRef<Map<String, Integer>>() {})
                .call(List.of("a", "b")))
        .containsEntry("size", 2);
  }

  @Test
  void oneInterfaceServedUnderTwoNamesIsTwoServices() {
    RpcServer server =
        world.server(b ->
            b.service("one", WithDefaults.class, () -> "1")
                .service("two", WithDefaults.class, () -> "2"));
    RpcClient client = world.client(server);
    assertThat(client.service("one", WithDefaults.class).name()).isEqualTo("1");
    assertThat(client.service("two", WithDefaults.class).name()).isEqualTo("2");
  }

  @Test
  void serverMayListenAtSeveralAddresses() {
    RpcServer server =
        world.server(b ->
            b.listen("tcp://127.0.0.1:0").function("echo", String.class, String.class, t -> t));
    assertThat(server.addresses()).hasSize(2).doesNotHaveDuplicates();
    for (String address : server.addresses()) {
      RpcClient client = world.client(address, b -> {});
      assertThat(client.function("echo", String.class, String.class).call(address))
          .isEqualTo(address);
    }
  }

  @Test
  void asyncHandlerThatReturnsNoFutureAnswersNull() {
    RpcServer server = world.server(b -> b.service(AsyncOnly.class, text -> null));
    AsyncOnly service = world.client(server).service(AsyncOnly.class);
    assertThat(World.get(service.f("x"))).isNull();
  }

  interface AsyncOnly {
    CompletableFuture<String> f(String text);
  }
}
