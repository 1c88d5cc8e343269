package dev.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weft.spi.ServerInterceptor;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What wraps the calls that a server serves. */
class ServerInterceptorTest {

  @RegisterExtension final World world = new World();

  interface Vault {
    String open(String door, int code) throws IOException;

    CompletableFuture<String> openLater(String door);

    @OneWay
    void knock(String door);
  }

  private final List<String> events = new CopyOnWriteArrayList<>();
  private final AtomicReference<CompletableFuture<String>> later =
      new AtomicReference<>(CompletableFuture.completedFuture("opened"));

  private final class RealVault implements Vault {
    @Override
    public String open(String door, int code) throws IOException {
      events.add("open");
      if (code == 0) {
        throw new IOException("wrong");
      }
      if (code < 0) {
        throw new RpcRefusedException("by the handler itself");
      }
      return door + " " + code;
    }

    @Override
    public CompletableFuture<String> openLater(String door) {
      events.add("openLater");
      return later.get();
    }

    @Override
    public void knock(String door) {
      events.add("knock " + door);
    }
  }

  private RpcServer server;

  private RpcClient client(ServerInterceptor... interceptors) {
    server =
        world.server(b -> {
          b.service(Vault.class, new RealVault())
              .function("echo", String.class, String.class, text -> text)
              .function("inline", String.class, String.class, text -> text, Execution.inline());
          for (ServerInterceptor interceptor : interceptors) {
            b.interceptor(interceptor);
          }
        });
    return world.client(server);
  }

  private ServerInterceptor noting(String name) {
    return (request, next) -> {
      events.add(name + " " + request.method() + request.arguments());
      return next.proceed(request)
          .whenComplete((result, failure) -> events.add(name + " " + result + " " + failure));
    };
  }

  @Test
  void theFirstIsTheOutermost() throws IOException {
    Vault vault = client(noting("a"), noting("b")).service(Vault.class);
    assertThat(vault.open("north", 7)).isEqualTo("north 7");
    assertThat(events)
        .containsExactly(
            "a Vault.open[north, 7]",
            "b Vault.open[north, 7]",
            "open",
            "b north 7 null",
            "a north 7 null");
  }

  @Test
  void aRefusedCallNeverReachesItsHandlerAndItsCallerKnows() throws IOException {
    RpcClient client =
        client((request, next) -> {
          if (request.method().equals("Vault.open")
              && !request.context().metadata().get("token").equals(java.util.Optional.of("x"))) {
            throw new RpcRefusedException("Vault.open needs a token");
          }
          return next.proceed(request);
        });
    RpcRefusedException refused =
        catchThrowableOfType(
            RpcRefusedException.class, () -> client.service(Vault.class).open("north", 1));
    assertThat(refused.executed()).isEqualTo(Executed.NO);
    assertThat(refused)
        .hasMessage("Vault.open at " + server.address() + ": Vault.open needs a token");
    assertThat(events).isEmpty();
    assertThat(client.function("echo", String.class, String.class).call("x")).isEqualTo("x");
    Vault allowed = client.service(Vault.class, CallOptions.DEFAULT.withMetadata("token", "x"));
    assertThat(allowed.open("north", 1)).isEqualTo("north 1");
    assertThat(server.stats().calls().failed(FailureKind.REFUSED)).isEqualTo(1);
    assertThat(client.stats().calls().failed(FailureKind.REFUSED)).isEqualTo(1);
  }

  @Test
  void refusedOneWaysAndInlineCallsNeverReachTheirHandlers() {
    RpcClient client =
        client((request, next) -> {
          throw new RpcRefusedException("nothing is allowed");
        });
    client.service(Vault.class).knock("north");
    assertThatThrownBy(() -> client.function("inline", String.class, String.class).call("x"))
        .isInstanceOf(RpcRefusedException.class);
    World.until("both are counted", () -> server.stats().calls().failed(FailureKind.REFUSED) == 2);
    assertThat(events).isEmpty();
    World.until("none is open", () -> server.stats().openCalls() == 0);
  }

  @Test
  void overloadCanBeDeclaredByMethod() {
    RpcClient client =
        client((request, next) -> {
          throw new RpcOverloadedException("a call a minute", Executed.MAYBE, null);
        });
    RpcOverloadedException overloaded =
        catchThrowableOfType(
            RpcOverloadedException.class,
            () -> client.function("echo", String.class, String.class).call("x"));
    assertThat(overloaded.executed()).isEqualTo(Executed.NO);
    assertThat(overloaded).hasMessageContaining("a call a minute");
  }

  @Test
  void anotherFailureBeforeTheHandlerIsExecutedNo() {
    RpcClient client =
        client((request, next) -> {
          throw new IllegalStateException("broken");
        });
    RpcRemoteException failure =
        catchThrowableOfType(
            RpcRemoteException.class,
            () -> client.function("echo", String.class, String.class).call("x"));
    assertThat(failure.executed()).isEqualTo(Executed.NO);
    assertThat(failure.type()).isEqualTo("java.lang.IllegalStateException");
  }

  @Test
  void aFailureAfterTheHandlerIsExecutedYes() {
    RpcClient client =
        client((request, next) ->
            next.proceed(request)
                .thenApply(result -> {
                  throw new RpcRefusedException("too late");
                }));
    RpcRemoteException failure =
        catchThrowableOfType(
            RpcRemoteException.class,
            () -> client.function("echo", String.class, String.class).call("x"));
    assertThat(failure.executed()).isEqualTo(Executed.YES);
    assertThat(failure).hasMessageContaining("too late");
  }

  @Test
  void aHandlersOwnRefusalIsAnExceptionLikeAnyOther() {
    Vault vault = client(noting("a")).service(Vault.class);
    RpcRemoteException failure =
        catchThrowableOfType(RpcRemoteException.class, () -> vault.open("north", -1));
    assertThat(failure.executed()).isEqualTo(Executed.YES);
    assertThat(failure.type()).isEqualTo("dev.weft.RpcRefusedException");
  }

  @Test
  void declaredExceptionsPassThroughIt() {
    Vault vault = client(noting("a")).service(Vault.class);
    assertThatThrownBy(() -> vault.open("north", 0))
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("wrong");
  }

  @Test
  void itMayAnswerOrChangeArgumentsAndResults() throws IOException {
    RpcClient client =
        client((request, next) ->
            request.method().equals("echo")
                ? CompletableFuture.completedFuture("cached")
                : next.proceed(request.withArguments(List.of("south", 9)))
                    .thenApply(result -> result + "!"));
    assertThat(client.function("echo", String.class, String.class).call("x")).isEqualTo("cached");
    assertThat(client.service(Vault.class).open("north", 1)).isEqualTo("south 9!");
  }

  @Test
  void aFuturesEndIsSeenAndMayBeChanged() {
    RpcClient client =
        client(
            noting("a"),
            (request, next) -> next.proceed(request).thenApply(result -> result + "!"));
    Vault vault = client.service(Vault.class);
    CompletableFuture<String> pending = new CompletableFuture<>();
    assertThat(World.get(vault.openLater("north"))).isEqualTo("opened!");
    later.set(pending);
    events.clear();
    CompletableFuture<String> answer = vault.openLater("north");
    World.until("the handler has returned", () -> events.contains("openLater"));
    assertThat(answer).isNotDone();
    pending.complete("at last");
    assertThat(World.get(answer)).isEqualTo("at last!");
    assertThat(events).containsExactly("a Vault.openLater[north]", "openLater", "a at last! null");
  }

  @Test
  void cancellingReachesTheHandlersFuture() {
    RpcClient client = client((request, next) -> next.proceed(request).thenApply(x -> x));
    CompletableFuture<String> pending = new CompletableFuture<>();
    later.set(pending);
    CompletableFuture<String> answer = client.service(Vault.class).openLater("north");
    World.until("the handler has returned", () -> events.contains("openLater"));
    answer.cancel(true);
    World.until("its future is cancelled", pending::isCancelled);
    World.until("nothing is open", () -> server.stats().openCalls() == 0);
  }

  @Test
  void itMayWaitForSomethingOfItsOwnBeforeASynchronousMethod() {
    CompletableFuture<String> permission = new CompletableFuture<>();
    CountDownLatch asked = new CountDownLatch(1);
    RpcClient client =
        client((request, next) -> {
          asked.countDown();
          return permission.thenCompose(yes -> next.proceed(request));
        });
    CompletableFuture<String> answer =
        client.function("echo", String.class, String.class).callAsync("x");
    World.await(asked);
    assertThat(answer).isNotDone();
    permission.complete("yes");
    assertThat(World.get(answer)).isEqualTo("x");
  }

  @Test
  void oneWaysGoThroughIt() {
    client(noting("a")).service(Vault.class).knock("north");
    World.until("it has come", () -> events.contains("a null null"));
    assertThat(events).containsExactly("a Vault.knock[north]", "knock north", "a null null");
  }
}
