package dev.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.testing.FaultyChannel;
import dev.weft.testing.FaultyTransport;
import dev.weft.testing.ManualTime;
import dev.weft.testing.MemoryTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One test for each bug that was found and mended; each was seen failing before. */
class MendedBugsTest {

  @RegisterExtension final World world = new World();

  private RpcServer echoServer() {
    return world.server(b ->
        b.function("echo", String.class, String.class, text -> text)
            .function("size", byte[].class, Integer.class, bytes -> bytes.length)
            .function(
                "never",
                String.class,
                String.class,
                text -> {
                  new CountDownLatch(1).await();
                  return text;
                }));
  }

  @Test
  void clientIsBackWithinASecondOfItsServersReturn() {
    MemoryTransport memory = new MemoryTransport();
    ManualTime time = new ManualTime();
    RandomGenerator unlucky =
        new RandomGenerator() {
          @Override
          public long nextLong() {
            return Long.MAX_VALUE;
          }

          @Override
          public long nextLong(long bound) {
            return bound - 1;
          }
        };
    RpcClient client =
        world.client("mem:away", b -> b.transport(memory).time(time).random(unlucky));
    for (int i = 1; i <= 10; i++) {
      int attempts = i;
      World.until("the next attempt", () -> client.stats().dialErrors() >= attempts);
      World.until("it waits for the next", () -> time.waitingTasks() > 0);
      time.advance(Duration.ofSeconds(1));
    }
    World.until("the last attempt", () -> client.stats().dialErrors() >= 11);
    World.until("it waits for the next", () -> time.waitingTasks() > 0);
    world.serverAt(
        "mem:away", b -> b.transport(memory).function("echo", String.class, String.class, t -> t));
    time.advance(Duration.ofMillis(500));
    World.until("it is back", () -> client.stats().connections() == 1);
  }

  /** Nobody else connects for it. */
  @Test
  void clientsThreadGoesOnWhateverItMeets() {
    MemoryTransport memory = new MemoryTransport();
    AtomicInteger failures = new AtomicInteger();
    RandomGenerator failing =
        () -> {
          if (failures.incrementAndGet() <= 2) {
            throw new OutOfMemoryError("just when it was about to pause");
          }
          return 0;
        };
    RpcClient client = world.client("mem:later", b -> b.transport(memory).random(failing));
    World.until("it has failed", () -> failures.get() > 0);
    world.serverAt(
        "mem:later", b -> b.transport(memory).function("echo", String.class, String.class, t -> t));
    World.until("it connects all the same", () -> client.stats().connections() == 1);
  }

  @Test
  void smallCallsPassABigOneThatIsTheFirstOfItsMethod() {
    MemoryTransport memory = new MemoryTransport();
    FaultyTransport network = new FaultyTransport(memory, new ManualTime());
    world.serverAt(
        "mem:size",
        b ->
            b.transport(memory)
                .function("size", byte[].class, Integer.class, bytes -> bytes.length));
    RpcClient client = world.client("mem:size", b -> b.transport(network));
    World.until("connected", () -> client.stats().connections() == 1);
    RpcFunction<byte[], Integer> size = client.function("size", byte[].class, Integer.class);
    FaultyChannel channel = network.awaitChannel(0);
    channel.stallWrites();
    CompletableFuture<Integer> big = size.callAsync(new byte[1_000_000]);
    CompletableFuture<Integer> small = size.callAsync(new byte[1]);
    channel.resumeWrites();
    assertThat(World.get(small)).isEqualTo(1);
    assertThat(World.get(big)).isEqualTo(1_000_000);
    assertThat(network.attempts()).as("the connection lives").isEqualTo(1);
  }

  @Test
  void callbackOfATimeoutMayBlockWithoutStoppingTheClock() {
    RpcClient client = world.client(echoServer());
    RpcFunction<String, String> never = client.function("never", String.class, String.class);
    CompletableFuture<String> retried =
        never
            .callAsync("x", Duration.ofMillis(20))
            .exceptionally(e -> {
              try {
                return never.call("again", Duration.ofMillis(20));
              } catch (RpcTimeoutException expected) {
                return "timed out twice";
              }
            });
    assertThat(World.get(retried)).isEqualTo("timed out twice");
  }

  private static final class Unspeakable extends RuntimeException {
    @Override
    public String getMessage() {
      throw new IllegalStateException("no message for you");
    }
  }

  @Test
  void exceptionWhoseMessageThrowsIsStillAnAnswer() {
    RpcServer server =
        world.server(b ->
            b.function(
                    "f",
                    String.class,
                    String.class,
                    t -> {
                      throw new Unspeakable();
                    })
                .function(
                    "inline",
                    String.class,
                    String.class,
                    t -> {
                      throw new Unspeakable();
                    },
                    Execution.inline()));
    RpcClient client = world.client(server);
    for (String name : List.of("f", "inline")) {
      assertThatThrownBy(() ->
              client.function(name, String.class, String.class).call("x", Duration.ofSeconds(2)))
          .as(name)
          .isInstanceOf(RpcRemoteException.class);
    }
    World.until("no call runs", () -> server.stats().openCalls() == 0);
  }

  @Test
  void interruptStatusThatAHandlerLeavesBehindIsNotSeenByTheNext() {
    RpcServer server =
        world.server(b ->
            b.function(
                    "interrupt",
                    String.class,
                    String.class,
                    t -> {
                      Thread.currentThread().interrupt();
                      return t;
                    })
                .function(
                    "isInterrupted",
                    String.class,
                    Boolean.class,
                    t -> Thread.currentThread().isInterrupted()));
    RpcClient client = world.client(server);
    RpcFunction<String, String> interrupt =
        client.function("interrupt", String.class, String.class);
    RpcFunction<String, Boolean> isInterrupted =
        client.function("isInterrupted", String.class, Boolean.class);
    for (int i = 0; i < 20; i++) {
      interrupt.call("x");
      assertThat(isInterrupted.call("x")).isFalse();
    }
  }

  @Test
  void inlineHandlerThatInterruptsItsThreadDoesNotEndTheConnection() {
    RpcServer server =
        world.server(b ->
            b.function(
                "f",
                String.class,
                String.class,
                t -> {
                  Thread.currentThread().interrupt();
                  return t;
                },
                Execution.inline()));
    RpcClient client = world.client(server);
    RpcFunction<String, String> f = client.function("f", String.class, String.class);
    for (int i = 0; i < 100; i++) {
      assertThat(f.call("x" + i, Duration.ofSeconds(2))).isEqualTo("x" + i);
    }
  }

  @Test
  void callbackThatInterruptsItsThreadDoesNotEndTheConnection() {
    RpcClient client = world.client(echoServer());
    RpcFunction<String, String> echo = client.function("echo", String.class, String.class);
    for (int i = 0; i < 100; i++) {
      World.get(
          echo.callAsync("x", Duration.ofSeconds(2))
              .whenComplete((r, e) -> Thread.currentThread().interrupt()));
      Thread.interrupted(); // should it have been this one
    }
    assertThat(echo.call("y", Duration.ofSeconds(2))).isEqualTo("y");
  }

  interface Store<T> {
    T get(String key);

    void put(T value);
  }

  record User(String name) {}

  interface Users extends Store<User> {
    @Override
    @Timeout(millis = 5_000)
    User get(String key);

    @Override
    void put(User value);
  }

  static final class SimpleUsers implements Users {
    @Override
    public User get(String key) {
      return new User(key);
    }

    @Override
    public void put(User value) {}
  }

  @Test
  void redeclaredMethodIsTheSameThroughItsSuperInterface() {
    Users users =
        world
            .client(world.server(b -> b.service(Users.class, new SimpleUsers())))
            .service(Users.class);
    assertThat(users.get("a")).isEqualTo(new User("a"));
    users.put(new User("b"));
    Store<User> store = users;
    assertThat(store.get("a")).isEqualTo(new User("a"));
    store.put(new User("b"));
  }

  interface Lists {
    List<String> get();
  }

  @SuppressWarnings("NonApiType") // the narrow result is the point
  interface ArrayLists extends Lists {
    @Override
    ArrayList<String> get();

    HashMap<String, String> map();
  }

  @SuppressWarnings("NonApiType") // the narrow result is the point
  static final class SimpleLists implements ArrayLists {
    @Override
    public ArrayList<String> get() {
      return new ArrayList<>(List.of("x"));
    }

    @Override
    public HashMap<String, String> map() {
      return new HashMap<>();
    }
  }

  @Test
  void narrowestResultOfARedeclaredMethodCounts() {
    ArrayLists lists =
        world
            .client(world.server(b -> b.service(ArrayLists.class, new SimpleLists())))
            .service(ArrayLists.class);
    assertThat(lists.get()).containsExactly("x");
    assertThat(((Lists) lists).get()).containsExactly("x");
  }

  interface Ambiguous {
    String f(String text);

    String f(CallContext context, String text);
  }

  @Test
  void overloadsThatDifferOnlyInTheContextAreRefused() {
    RpcClient client = world.client("tcp://127.0.0.1:1", b -> {});
    assertThatThrownBy(() -> client.service(Ambiguous.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Ambiguous.f");
  }

  interface NotPublic {
    String name();

    default String greeting() {
      return "hello " + name();
    }
  }

  @Test
  void defaultMethodOfAnInterfaceThatIsNotPublicWorks() {
    NotPublic service =
        world
            .client(world.server(b -> b.service(NotPublic.class, () -> "x")))
            .service(NotPublic.class);
    assertThat(service.greeting()).isEqualTo("hello x");
  }

  @Test
  void blockingCallInTheCallbackOfALostConnectionIsRefused() {
    RpcServer server = echoServer();
    RpcClient client = world.client(server);
    AtomicReference<Throwable> blocking = new AtomicReference<>();
    RpcFunction<String, String> never = client.function("never", String.class, String.class);
    CompletableFuture<String> future = never.callAsync("x");
    CompletableFuture<?> after =
        future.whenComplete((r, e) -> {
          try {
            never.call("again", Duration.ofSeconds(3));
          } catch (RuntimeException f) {
            blocking.set(f);
          }
        });
    World.until("it runs", () -> server.stats().openCalls() == 1);
    server.close();
    // Not by future.get(), which would help with the callback.
    World.until("the callback has ended", after::isDone);
    World.failure(future, RpcConnectionException.class);
    assertThat(blocking.get()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void argumentsJustOverTheServersLimitAreRefused() {
    RpcServer server =
        world.server(b ->
            b.messageBytesMax(1_000)
                .function("size", byte[].class, Integer.class, bytes -> bytes.length));
    RpcFunction<byte[], Integer> size =
        world.client(server).function("size", byte[].class, Integer.class);
    assertThat(size.call(new byte[900])).isEqualTo(900);
    assertThatThrownBy(() -> size.call(new byte[1_100]))
        .isInstanceOfSatisfying(
            RpcProtocolException.class, e -> assertThat(e.executed()).isEqualTo(Executed.NO));
  }

  @Test
  void cancellingACallThatIsStillBeingSentReachesIt() {
    MemoryTransport memory = new MemoryTransport();
    FaultyTransport network = new FaultyTransport(memory, new ManualTime());
    CountDownLatch ran = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    RpcServer server =
        world.serverAt(
            "mem:size",
            b ->
                b.transport(memory)
                    .function("echo", String.class, String.class, t -> t)
                    .function(
                        "wait",
                        byte[].class,
                        Integer.class,
                        bytes -> {
                          ran.countDown();
                          try {
                            new CountDownLatch(1).await();
                          } catch (InterruptedException e) {
                            interrupted.countDown();
                          }
                          return 0;
                        }));
    RpcClient client = world.client("mem:size", b -> b.transport(network));
    assertThat(client.function("echo", String.class, String.class).call("x")).isEqualTo("x");
    RpcFunction<byte[], Integer> wait = client.function("wait", byte[].class, Integer.class);
    FaultyChannel channel = network.awaitChannel(0);
    channel.stallWrites();
    CompletableFuture<Integer> big = wait.callAsync(new byte[1_000_000]);
    channel.cutAfterWriting(Long.MAX_VALUE);
    big.cancel(true);
    channel.resumeWrites();
    assertThat(client.function("echo", String.class, String.class).call("x")).isEqualTo("x");
    World.until(
        "the cancelled call is not left running",
        () ->
            server.stats().openCalls() == 0
                && (ran.getCount() == 1 || interrupted.getCount() == 0));
  }

  interface One {
    String one();
  }

  interface Two {
    String two();
  }

  @Test
  void twoServicesOfOneNameAreRefused() {
    assertThatThrownBy(() ->
            world.server(
                b -> b.service("same", One.class, () -> "1").service("same", Two.class, () -> "2")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("same");
  }

  interface Endless {
    @Timeout(millis = Long.MAX_VALUE)
    String f();
  }

  @Test
  void annotatedTimeoutOverTheLimitIsRefused() {
    RpcClient client = world.client("tcp://127.0.0.1:1", b -> {});
    assertThatThrownBy(() -> client.service(Endless.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Endless.f");
  }

  @Timeout(millis = 5_000)
  interface TimedChild extends TimedParent {}

  interface TimedParent {
    long left();
  }

  @Test
  void timeoutOfAnInterfaceCountsForItsInheritedMethods() {
    RpcServer server =
        world.server(
            b -> b.service(TimedChild.class, () -> CallContext.current().remaining().toMillis()));
    assertThat(world.client(server).service(TimedChild.class).left()).isLessThan(5_001);
  }

  @Test
  void serverThatCannotStartLeavesNoPortBehind() {
    String address = World.unusedAddress();
    RpcServer.Builder builder =
        RpcServer.builder()
            .listen(address)
            .listen("nowhere:x")
            .function("echo", String.class, String.class, t -> t);
    assertThatThrownBy(builder::start).isInstanceOf(IllegalArgumentException.class);
    world.serverAt(address, b -> b.function("echo", String.class, String.class, t -> t));
  }

  @Test
  void nullsAreRefusedByTheBuilder() {
    RpcServer.Builder builder = RpcServer.builder();
    RpcHandler<String, String> none = null;
    assertThatThrownBy(() -> builder.function("f", String.class, String.class, none))
        .isInstanceOf(RuntimeException.class);
    assertThatThrownBy(() -> builder.function("f", String.class, String.class, t -> t, null))
        .isInstanceOf(RuntimeException.class);
    assertThatThrownBy(() -> Execution.on(null)).isInstanceOf(RuntimeException.class);
  }

  @Test
  void executorThatFailsCostsOnlyItsCall() {
    RpcServer server =
        world.server(b ->
            b.function(
                    "f",
                    String.class,
                    String.class,
                    t -> t,
                    Execution.on(task -> {
                      throw new IllegalStateException("broken executor");
                    }))
                .function("echo", String.class, String.class, t -> t));
    RpcClient client = world.client(server);
    assertThatThrownBy(
            () -> client.function("f", String.class, String.class).call("x", Duration.ofSeconds(2)))
        .isInstanceOf(RpcOverloadedException.class);
    assertThat(client.function("echo", String.class, String.class).call("x")).isEqualTo("x");
  }

  @Test
  void stubsMayBeMadeForEachCall() {
    RpcClient client = world.client(echoServer());
    for (int i = 0; i < 5_000; i++) {
      client.function("echo", String.class, String.class);
    }
    assertThat(client.function("echo", String.class, String.class).call("x")).isEqualTo("x");
  }

  interface UserLists {
    int count(List<User> users);
  }

  @Test
  void listMadeOfAnArrayIsAList() {
    UserLists service =
        world
            .client(world.server(b -> b.service(UserLists.class, List::size)))
            .service(UserLists.class);
    assertThat(service.count(List.of(new User("a")))).isEqualTo(1);
    assertThat(service.count(Arrays.asList(new User("a"), new User("b")))).isEqualTo(2);
  }

  abstract static sealed class ShopException extends Exception permits SoldOut {
    ShopException(String message) {
      super(message);
    }
  }

  static final class SoldOut extends ShopException {
    SoldOut(String message) {
      super(message);
    }
  }

  interface Shop {
    String buy(String what) throws ShopException;
  }

  @Test
  void subclassOfASealedDeclaredExceptionArrivesAsItself() {
    Shop shop =
        world
            .client(
                world.server(b ->
                    b.service(
                        Shop.class,
                        what -> {
                          throw new SoldOut(what);
                        })))
            .service(Shop.class);
    assertThatThrownBy(() -> shop.buy("tea")).isInstanceOf(SoldOut.class).hasMessage("tea");
  }
}
