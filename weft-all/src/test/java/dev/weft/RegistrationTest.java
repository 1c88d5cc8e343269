package dev.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.spi.Codec;
import dev.weft.spi.Marshaller;
import dev.weft.spi.ValueType;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused before anything is sent: names, types, settings. */
class RegistrationTest {

  @RegisterExtension final World world = new World();

  private final RpcClient client = RpcClient.connect("tcp://127.0.0.1:1");

  @org.junit.jupiter.api.AfterEach
  void close() {
    client.close();
  }

  interface Greeter {
    String greet(String name);
  }

  static final class Order {
    String id = "";
    Runnable callback = () -> {};
  }

  interface WordCounter {
    int count(Order order);
  }

  @Test
  void typeThatCannotBeSentIsRefusedWithThePathToItOnBothEnds() {
    String message =
        "WordCounter.count: argument 1: field Order.callback: java.lang.Runnable cannot be sent";
    assertThatThrownBy(() -> client.service(WordCounter.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
    RpcServer.Builder builder =
        RpcServer.builder().listen("tcp://127.0.0.1:0").service(WordCounter.class, order -> 0);
    assertThatThrownBy(builder::start)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  /** The other side would refuse it, and not tell which. */
  @ParameterizedTest
  @ValueSource(strings = {"höhö", "two words", "a-name-of-more-than-32-characters"})
  void codecWhoseNameCannotBeSentIsRefused(String name) {
    Codec codec =
        new Codec() {
          @Override
          public String name() {
            return name;
          }

          @Override
          public List<Marshaller> bind(List<ValueType> types) {
            return List.of();
          }
        };
    String message =
        "a codec's name is of at most 32 printable ASCII characters, without spaces, not \"%s\"";
    for (EndpointBuilder<?> builder : List.of(RpcServer.builder(), RpcClient.builder())) {
      assertThatThrownBy(() -> builder.codec(codec))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(message, name);
    }
  }

  interface WithThread {
    String f(String text, List<Thread> threads);
  }

  interface WithStream {
    InputStream f();
  }

  interface WithObject {
    Object f();
  }

  interface WithAsyncObject {
    CompletableFuture<List<Object>> f();
  }

  record Wrapper<T>(T value) {}

  interface WithGeneric {
    Wrapper<Wrapper<ClassLoader>> f();
  }

  @SuppressWarnings("ClassCanBeStatic") // that it is not is the point
  class Inner {
    String text = "";
  }

  interface WithInner {
    Inner f();
  }

  interface Shape {}

  interface WithOpenInterface {
    void f(Shape shape);
  }

  static Iterable<Arguments> unsendable() {
    return List.of(
        Arguments.of(
            WithThread.class, "WithThread.f: argument 2", "java.lang.Thread cannot be sent"),
        Arguments.of(
            WithStream.class, "WithStream.f: result", "java.io.InputStream cannot be sent"),
        Arguments.of(WithObject.class, "WithObject.f: result", "java.lang.Object cannot be sent"),
        Arguments.of(
            WithAsyncObject.class, "WithAsyncObject.f: result", "java.lang.Object cannot be sent"),
        Arguments.of(
            WithGeneric.class,
            "WithGeneric.f: result",
            "field Wrapper.value: java.lang.ClassLoader cannot be sent"),
        Arguments.of(WithInner.class, "WithInner.f: result", "cannot be sent"),
        Arguments.of(
            WithOpenInterface.class, "WithOpenInterface.f: argument 1", "Shape cannot be sent"));
  }

  @ParameterizedTest
  @MethodSource("unsendable")
  void unsendableTypesAreRefused(Class<?> type, String path, String reason) {
    assertThatThrownBy(() -> client.service(type))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(path)
        .hasMessageContaining(reason);
  }

  @Test
  void unsendableTypesOfFunctionsAreRefused() {
    assertThatThrownBy(() -> client.function("f", Thread.class, String.class))
        .hasMessageStartingWith("f: argument 1: java.lang.Thread cannot be sent");
    assertThatThrownBy(() -> client.function("f", String.class, Runnable.class))
        .hasMessageStartingWith("f: result: java.lang.Runnable cannot be sent");
  }

  static class NoInterface {}

  interface Empty {
    static void f() {}

    default void g() {}

    @Override
    String toString();
  }

  interface RawFuture {
    @SuppressWarnings("rawtypes")
    CompletableFuture f();
  }

  interface GenericMethod {
    <T> List<T> f(List<T> list);
  }

  interface Store<T> {
    T get();
  }

  interface OneWayWithResult {
    @OneWay
    String f();
  }

  interface OneWayWithException {
    @OneWay
    void f() throws java.io.IOException;
  }

  interface ZeroTimeout {
    @Timeout(millis = 0)
    void f();
  }

  static Iterable<Arguments> noServices() {
    return List.of(
        Arguments.of(NoInterface.class, "is not an interface"),
        Arguments.of(Override.class, "is not an interface"),
        Arguments.of(Empty.class, "no methods that could be called"),
        Arguments.of(RawFuture.class, "RawFuture.f: result: a raw future"),
        Arguments.of(GenericMethod.class, "GenericMethod.f: has type parameters"),
        Arguments.of(Store.class, "Store.get: result: nobody knows what T stands for"),
        Arguments.of(OneWayWithResult.class, "OneWayWithResult.f: is @OneWay"),
        Arguments.of(OneWayWithException.class, "OneWayWithException.f: is @OneWay"),
        Arguments.of(ZeroTimeout.class, "ZeroTimeout.f: @Timeout"));
  }

  @ParameterizedTest
  @MethodSource("noServices")
  void whatIsNoServiceIsRefused(Class<?> type, String why) {
    assertThatThrownBy(() -> client.service(type))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t"})
  void emptyNamesAreRefused(String name) {
    assertThatThrownBy(() -> RpcServer.builder().function(name, String.class, String.class, t -> t))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must not be empty");
    assertThatThrownBy(() -> RpcServer.builder().service(name, Greeter.class, n -> n))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must not be empty");
    assertThatThrownBy(() -> client.function(name, String.class, String.class))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> client.service(name, Greeter.class))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void namesThatWouldBeMistakenForOthersAreRefused() {
    assertThatThrownBy(() -> client.function("f(x)", String.class, String.class))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> client.service("a.b", Greeter.class))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> client.function("x".repeat(2000), String.class, String.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2000 bytes");
  }

  @Test
  void duplicateNamesAreRefused() {
    RpcServer.Builder functions =
        RpcServer.builder()
            .listen("tcp://127.0.0.1:0")
            .function("f", String.class, String.class, t -> t)
            .function("f", Integer.class, Integer.class, t -> t);
    assertThatThrownBy(functions::start)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"f\"");
    RpcServer.Builder services =
        RpcServer.builder()
            .listen("tcp://127.0.0.1:0")
            .service(Greeter.class, n -> n)
            .service(Greeter.class, n -> n + "!");
    assertThatThrownBy(services::start)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Greeter");
  }

  @Test
  void objectThatIsNoneOrAnotherIsRefused() {
    assertThatThrownBy(() -> RpcServer.builder().service(Greeter.class, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is null");
  }

  @Test
  void serverNeedsSomethingToServeAndSomewhereToListen() {
    assertThatThrownBy(() -> RpcServer.builder().listen("tcp://127.0.0.1:0").start())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("nothing to serve");
    assertThatThrownBy(
            () -> RpcServer.builder().function("f", String.class, String.class, t -> t).start())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("nowhere to listen");
  }

  @Test
  void takenPortIsToldWithItsAddress() {
    RpcServer server = world.server(b -> b.function("f", String.class, String.class, t -> t));
    RpcServer.Builder second =
        RpcServer.builder()
            .listen(server.address())
            .function("f", String.class, String.class, t -> t);
    assertThatThrownBy(second::start)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(server.address());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "127.0.0.1:80",
        "tcp:",
        "tcp://",
        "tcp://host",
        "tcp://host:",
        "tcp://:1",
        "tcp://host:70000",
        "tcp://host:-1",
        "tcp://host:abc",
        "tcp://ho st:1",
        "foo://host:1"
      })
  void addressThatIsNoneIsRefused(String address) {
    assertThatThrownBy(() -> RpcClient.connect(address))
        .isInstanceOf(IllegalArgumentException.class);
    RpcServer.Builder builder =
        RpcServer.builder().function("f", String.class, String.class, t -> t);
    assertThatThrownBy(() -> builder.listen(address).start())
        .isInstanceOf(IllegalArgumentException.class);
  }

  static Iterable<Arguments> badClientSettings() {
    return List.of(
        Arguments.of((Consumer<RpcClient.Builder>) b -> b.timeout(Duration.ZERO)),
        Arguments.of((Consumer<RpcClient.Builder>) b -> b.timeout(Duration.ofNanos(-1))),
        Arguments.of((Consumer<RpcClient.Builder>) b -> b.timeout(Duration.ofDays(8))),
        Arguments.of((Consumer<RpcClient.Builder>) b -> b.connectTimeout(Duration.ZERO)),
        Arguments.of(
            (Consumer<RpcClient.Builder>)
                b -> b.backoff(Duration.ofSeconds(2), Duration.ofSeconds(1))),
        Arguments.of(
            (Consumer<RpcClient.Builder>) b -> b.backoff(Duration.ZERO, Duration.ofSeconds(1))),
        Arguments.of((Consumer<RpcClient.Builder>) b -> b.openCallsMax(0)),
        Arguments.of((Consumer<RpcClient.Builder>) b -> b.openCallsMax(65_537)),
        Arguments.of((Consumer<RpcClient.Builder>) b -> b.openBytesMax(0)),
        Arguments.of((Consumer<RpcClient.Builder>) b -> b.connections(0)),
        Arguments.of((Consumer<RpcClient.Builder>) b -> b.connections(257)),
        Arguments.of((Consumer<RpcClient.Builder>) b -> b.flushDelay(Duration.ofNanos(-1))),
        Arguments.of((Consumer<RpcClient.Builder>) b -> b.flushDelay(Duration.ofSeconds(2))),
        Arguments.of(
            (Consumer<RpcClient.Builder>) b -> b.heartbeat(Duration.ZERO, Duration.ofSeconds(1))),
        Arguments.of(
            (Consumer<RpcClient.Builder>) b -> b.heartbeat(Duration.ofSeconds(1), Duration.ZERO)),
        Arguments.of((Consumer<RpcClient.Builder>) b -> b.messageBytesMax(0)));
  }

  @ParameterizedTest
  @MethodSource("badClientSettings")
  void clientSettingsOutOfRangeAreRefused(Consumer<RpcClient.Builder> setting) {
    assertThatThrownBy(() -> setting.accept(RpcClient.builder()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  static Iterable<Arguments> badServerSettings() {
    return List.of(
        Arguments.of((Consumer<RpcServer.Builder>) b -> b.handshakeTimeout(Duration.ZERO)),
        Arguments.of((Consumer<RpcServer.Builder>) b -> b.connectionsMax(0)),
        Arguments.of((Consumer<RpcServer.Builder>) b -> b.runningCallsMax(0)),
        Arguments.of((Consumer<RpcServer.Builder>) b -> b.runningBytesMax(0)),
        Arguments.of((Consumer<RpcServer.Builder>) b -> b.waitingBytesMax(0)),
        Arguments.of((Consumer<RpcServer.Builder>) b -> b.waitingCallsMax(-1)),
        Arguments.of((Consumer<RpcServer.Builder>) b -> b.runningCallsPerConnectionMax(0)),
        Arguments.of((Consumer<RpcServer.Builder>) b -> b.runningCallsMax("f", 0)),
        Arguments.of((Consumer<RpcServer.Builder>) b -> b.pendingResponseBytesMax(0)),
        Arguments.of((Consumer<RpcServer.Builder>) b -> b.slowClientTimeout(Duration.ZERO)),
        Arguments.of((Consumer<RpcServer.Builder>) b -> b.messageBytesMax(-1)));
  }

  @ParameterizedTest
  @MethodSource("badServerSettings")
  void serverSettingsOutOfRangeAreRefused(Consumer<RpcServer.Builder> setting) {
    assertThatThrownBy(() -> setting.accept(RpcServer.builder()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void timeoutOfACallOutOfRangeIsRefused() {
    RpcFunction<String, String> f = client.function("f", String.class, String.class);
    assertThatThrownBy(() -> f.call("x", Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> f.callAsync("x", Duration.ofDays(8)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> CallOptions.DEFAULT.withTimeout(Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void ipv6AddressesWork() {
    RpcServer server;
    try {
      server =
          world.serverAt("tcp://[::1]:0", b -> b.function("f", String.class, String.class, t -> t));
    } catch (UncheckedIOException e) {
      org.junit.jupiter.api.Assumptions.abort("no IPv6 here: " + e.getMessage());
      return;
    }
    assertThat(server.address()).startsWith("tcp://[");
    assertThat(world.client(server).function("f", String.class, String.class).call("x"))
        .isEqualTo("x");
  }

  @Test
  void hostNamesWork() {
    RpcServer server =
        world.serverAt(
            "tcp://localhost:0", b -> b.function("f", String.class, String.class, t -> t));
    String port = server.address().substring(server.address().lastIndexOf(':'));
    RpcClient byName = world.client("tcp://localhost" + port, b -> {});
    assertThat(byName.function("f", String.class, String.class).call("x")).isEqualTo("x");
  }
}
