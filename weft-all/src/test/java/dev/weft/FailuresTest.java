package dev.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Handlers that fail, values that cannot be sent, ends that do not agree: what the caller hears.
 */
class FailuresTest {

  @RegisterExtension final World world = new World();

  static final class NoSuchWord extends Exception {
    private final String word;
    private final int line;

    NoSuchWord(String word, int line) {
      super("no such word: " + word);
      this.word = word;
      this.line = line;
    }
  }

  static class Unchecked extends RuntimeException {
    Unchecked(String message) {
      super(message);
    }
  }

  interface Thrower {
    String declared(String word) throws NoSuchWord, Unchecked;

    CompletableFuture<String> declaredAsync(String word) throws NoSuchWord;

    String unchecked(String message) throws Unchecked;

    String undeclared(String message);

    String echo(String text);
  }

  static final class SimpleThrower implements Thrower {
    @Override
    public String declared(String word) throws NoSuchWord {
      throw new NoSuchWord(word, 7);
    }

    @Override
    public CompletableFuture<String> declaredAsync(String word) {
      return CompletableFuture.failedFuture(new NoSuchWord(word, 8));
    }

    @Override
    public String unchecked(String message) {
      throw new Unchecked(message);
    }

    @Override
    public String undeclared(String message) {
      throw new Unchecked(message);
    }

    @Override
    public String echo(String text) {
      return text;
    }
  }

  private Thrower thrower() {
    return world
        .client(world.server(b -> b.service(Thrower.class, new SimpleThrower())))
        .service(Thrower.class);
  }

  @Test
  void declaredExceptionArrivesAsItselfWithItsFields() {
    NoSuchWord e = catchThrowableOfType(NoSuchWord.class, () -> thrower().declared("foo"));
    assertThat(e).hasMessage("no such word: foo");
    assertThat(e.word).isEqualTo("foo");
    assertThat(e.line).isEqualTo(7);
  }

  @Test
  void declaredUncheckedExceptionArrivesAsItself() {
    assertThatThrownBy(() -> thrower().unchecked("oops"))
        .isExactlyInstanceOf(Unchecked.class)
        .hasMessage("oops");
  }

  @Test
  void declaredExceptionOfAnAsynchronousMethodFailsItsFuture() {
    NoSuchWord e = World.failure(callDeclaredAsync(), NoSuchWord.class);
    assertThat(e.line).isEqualTo(8);
  }

  private CompletableFuture<String> callDeclaredAsync() {
    try {
      return thrower().declaredAsync("foo");
    } catch (NoSuchWord e) {
      throw new AssertionError("asynchronous calls fail by their future", e);
    }
  }

  @Test
  void declaredExceptionShowsTheCallersStackAndNotTheServers() {
    NoSuchWord e = catchThrowableOfType(NoSuchWord.class, () -> thrower().declared("foo"));
    assertThat(e.getStackTrace())
        .noneMatch(frame -> frame.getClassName().equals(SimpleThrower.class.getName()));
    assertThat(e.getStackTrace())
        .anyMatch(frame -> frame.getClassName().equals(FailuresTest.class.getName()));
  }

  @Test
  void undeclaredExceptionArrivesAsRemoteWithTypeAndMessageAndWithoutItsStack() {
    Thrower thrower = thrower();
    RpcRemoteException e =
        catchThrowableOfType(RpcRemoteException.class, () -> thrower.undeclared("secret place"));
    assertThat(e.type()).isEqualTo(Unchecked.class.getName());
    assertThat(e.executed()).isEqualTo(Executed.YES);
    assertThat(e)
        .hasMessageContaining("Thrower.undeclared")
        .hasMessageContaining("tcp://127.0.0.1:")
        .hasMessageContaining(Unchecked.class.getName() + ": secret place");
    assertThat(e.getMessage()).doesNotContain("\tat ").doesNotContain("SimpleThrower");
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      assertThat(cause.getStackTrace())
          .noneMatch(frame -> frame.getClassName().equals(SimpleThrower.class.getName()));
    }
    assertThat(thrower.echo("alive")).isEqualTo("alive");
  }

  static final class CustomError extends Error {
    CustomError() {
      super("custom");
    }
  }

  @SuppressWarnings("InfiniteRecursion") // that is the point
  private static void recurse(int depth) {
    recurse(depth + 1);
  }

  @SuppressWarnings("removal") // ThreadDeath: what a handler throws is its own business
  private static String fail(String how) throws Exception {
    switch (how) {
      case "overflow" -> recurse(0);
      case "memory" -> throw new OutOfMemoryError("simulated");
      case "death" -> throw new ThreadDeath();
      case "error" -> throw new CustomError();
      case "assertion" -> throw new AssertionError("asserted");
      case "checked" -> throw new Exception("checked");
      case "no message" -> throw new Exception();
      case "long message" -> throw new Exception("ä".repeat(100_000));
      case "null" -> {
        String none = null;
        return none.trim();
      }
      case "link" -> throw new NoClassDefFoundError("x/Y");
      default -> {
        return how;
      }
    }
    return "unreachable";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "overflow",
        "memory",
        "death",
        "error",
        "assertion",
        "checked",
        "no message",
        "long message",
        "null",
        "link"
      })
  void whateverAHandlerThrowsCostsOnlyItsCall(String how) {
    RpcServer server =
        world.server(b ->
            b.function("f", String.class, String.class, FailuresTest::fail)
                .function(
                    "inline", String.class, String.class, FailuresTest::fail, Execution.inline()));
    RpcClient client = world.client(server);
    for (String name : List.of("f", "inline")) {
      RpcFunction<String, String> f = client.function(name, String.class, String.class);
      CompletableFuture<String> other = f.callAsync("other");
      RpcRemoteException e = catchThrowableOfType(RpcRemoteException.class, () -> f.call(how));
      assertThat(e.executed()).isEqualTo(Executed.YES);
      assertThat(e.type()).isNotEmpty();
      assertThat(e.getMessage().length()).isLessThan(6_000);
      assertThat(World.get(other)).isEqualTo("other");
      assertThat(f.call("alive")).isEqualTo("alive");
    }
    assertThat(server.stats().connections()).isEqualTo(1);
    World.until("no call runs", () -> server.stats().openCalls() == 0);
  }

  record Holder(List<Number> numbers) {}

  interface Bad {
    int take(List<Map<String, String>> values);

    List<Map<String, String>> give(String what);

    CompletableFuture<List<Map<String, String>>> giveAsync(String what);

    CompletableFuture<Integer> takeAsync(List<Map<String, String>> values);

    @OneWay
    void tell(List<Map<String, String>> values);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static List<Map<String, String>> garbage() {
    List list = new ArrayList();
    list.add(Map.of("thread", Thread.currentThread()));
    return list;
  }

  static final class SimpleBad implements Bad {
    @Override
    public int take(List<Map<String, String>> values) {
      return values.size();
    }

    @Override
    public List<Map<String, String>> give(String what) {
      return what.equals("garbage") ? garbage() : List.of();
    }

    @Override
    public CompletableFuture<List<Map<String, String>>> giveAsync(String what) {
      return CompletableFuture.supplyAsync(() -> give(what));
    }

    @Override
    public CompletableFuture<Integer> takeAsync(List<Map<String, String>> values) {
      return CompletableFuture.completedFuture(values.size());
    }

    @Override
    public void tell(List<Map<String, String>> values) {}
  }

  @Test
  void argumentThatCannotBeSentFailsItsCallBeforeItIsSent() {
    RpcServer server = world.server(b -> b.service(Bad.class, new SimpleBad()));
    Bad bad = world.client(server).service(Bad.class);
    assertThatThrownBy(() -> bad.take(garbage()))
        .isInstanceOfSatisfying(
            RpcProtocolException.class, e -> assertThat(e.executed()).isEqualTo(Executed.NO))
        .hasMessageContaining("Bad.take")
        .hasMessageContaining("java.lang.Thread");
    assertThat(World.failure(bad.takeAsync(garbage()), RpcProtocolException.class).executed())
        .isEqualTo(Executed.NO);
    assertThatThrownBy(() -> bad.tell(garbage())).isInstanceOf(RpcProtocolException.class);
    assertThat(bad.take(List.of(Map.of()))).isEqualTo(1);
    assertThat(server.stats().connections()).isEqualTo(1);
  }

  @Test
  void resultThatCannotBeSentFailsItsCallOnly() {
    RpcServer server = world.server(b -> b.service(Bad.class, new SimpleBad()));
    Bad bad = world.client(server).service(Bad.class);
    CompletableFuture<Integer> other = bad.takeAsync(List.of());
    assertThatThrownBy(() -> bad.give("garbage"))
        .isInstanceOfSatisfying(
            RpcProtocolException.class, e -> assertThat(e.executed()).isEqualTo(Executed.YES))
        .hasMessageContaining("Bad.give")
        .hasMessageContaining("result cannot be sent");
    World.failure(bad.giveAsync("garbage"), RpcProtocolException.class);
    assertThat(World.get(other)).isZero();
    assertThat(bad.give("")).isEmpty();
    assertThat(server.stats().connections()).isEqualTo(1);
    World.until("no call runs", () -> server.stats().openCalls() == 0);
  }

  interface Clock {
    String now();
  }

  @Test
  void unknownNamesAreToldWithWhatThereIs() {
    RpcServer server =
        world.server(b ->
            b.function("echo", String.class, String.class, t -> t)
                .service(Clock.class, () -> "now"));
    RpcClient client = world.client(server);
    assertThatThrownBy(() -> client.function("ecco", String.class, String.class).call("x"))
        .isInstanceOfSatisfying(
            RpcProtocolException.class, e -> assertThat(e.executed()).isEqualTo(Executed.NO))
        .hasMessageContaining("ecco")
        .hasMessageContaining("Clock")
        .hasMessageContaining("echo");
    assertThatThrownBy(() -> client.service("Watch", Clock.class).now())
        .isInstanceOf(RpcProtocolException.class)
        .hasMessageContaining("Watch.now")
        .hasMessageContaining("Clock");
    assertThatThrownBy(() -> client.service("Clock", Wider.class).tomorrow())
        .isInstanceOf(RpcProtocolException.class)
        .hasMessageContaining("Clock.tomorrow")
        .hasMessageContaining("Clock has no such method");
    assertThatThrownBy(() -> client.service("Clock", OtherTypes.class).now(1))
        .isInstanceOf(RpcProtocolException.class)
        .hasMessageContaining("Clock.now(int)")
        .hasMessageContaining("Clock.now()");
    assertThat(client.service(Clock.class).now()).isEqualTo("now");
    client.function("ecco", String.class, String.class).send("nobody hears this");
    assertThat(client.function("echo", String.class, String.class).call("x")).isEqualTo("x");
    assertThat(server.stats().connections()).isEqualTo(1);
  }

  interface Wider {
    String now();

    String tomorrow();
  }

  interface OtherTypes {
    String now(int zone);
  }

  record Order(String id, int amount) {}

  interface OrdersV1 {
    String place(Order order);
  }

  @Test
  void functionWithOtherTypesThanTheServersFailsItsCallOnly() {
    RpcServer server =
        world.server(b ->
            b.function("f", Order.class, Order.class, order -> order)
                .function("echo", String.class, String.class, t -> t));
    RpcClient client = world.client(server);
    assertThatThrownBy(() -> client.function("f", Integer.class, Integer.class).call(1))
        .isInstanceOf(RpcProtocolException.class);
    assertThatThrownBy(() -> client.function("f", String.class, Order.class).call("x"))
        .isInstanceOf(RpcProtocolException.class);
    assertThatThrownBy(
            () -> client.function("f", Order.class, String.class).call(new Order("x", 1)))
        .isInstanceOf(RpcProtocolException.class);
    assertThat(client.function("echo", String.class, String.class).call("x")).isEqualTo("x");
    assertThat(client.function("f", Order.class, Order.class).call(new Order("x", 1)))
        .isEqualTo(new Order("x", 1));
    assertThat(server.stats().connections()).isEqualTo(1);
  }

  @Test
  void failureOfANestedCallIsARemoteFailureForTheOuterCaller() {
    RpcServer back =
        world.server(b ->
            b.function(
                "fail",
                String.class,
                String.class,
                t -> {
                  throw new IllegalStateException("deep down");
                }));
    RpcClient toBack = world.client(back);
    RpcServer front =
        world.server(b ->
            b.function(
                "f",
                String.class,
                String.class,
                t -> toBack.function("fail", String.class, String.class).call(t)));
    RpcRemoteException e =
        catchThrowableOfType(
            RpcRemoteException.class,
            () -> world.client(front).function("f", String.class, String.class).call("x"));
    assertThat(e.type()).isEqualTo(RpcRemoteException.class.getName());
    assertThat(e).hasMessageContaining("deep down").hasMessageContaining(back.address());
  }

  @Test
  void everyFailureHasTheCallersStack() {
    RpcClient client = world.client("tcp://127.0.0.1:1", b -> {});
    Throwable failure =
        catchThrowable(() ->
            client.function("f", String.class, String.class).call("x", Duration.ofMillis(50)));
    assertThat(failure).isInstanceOf(RpcTimeoutException.class);
    assertThat(failure.getStackTrace())
        .anyMatch(frame ->
            frame.getMethodName().equals("everyFailureHasTheCallersStack")
                || frame.getClassName().startsWith(FailuresTest.class.getName()));
  }
}
