package dev.weft;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.testing.ManualTime;
import java.io.IOException;
import java.security.Principal;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who a client is, and what happens to those that a server does not want. */
class IdentityTest {

  private static final int NOT_PERMITTED = 1;

  @RegisterExtension final World world = new World();

  record User(String name) implements Principal {
    @Override
    public String getName() {
      return name;
    }
  }

  private static Principal passwords(Authenticator.Peer peer, byte[] credentials) {
    String text = new String(credentials, UTF_8);
    if (!text.startsWith("secret-of-") || !peer.address().startsWith("tcp://127.0.0.1:")) {
      throw new SecurityException("the token is not valid");
    }
    return new User(text.substring("secret-of-".length()));
  }

  private RpcServer server(Authenticator authenticator) {
    return world.server(b ->
        b.authenticator(authenticator)
            .function("who", String.class, () -> CallContext.current().principal().toString()));
  }

  private static String who(RpcClient client) {
    return client.function("who", String.class).call();
  }

  @Test
  void handlersKnowTheirCallers() {
    RpcServer server = server(IdentityTest::passwords);
    RpcClient ann = world.client(server.address(), b -> b.credentials("secret-of-ann"));
    RpcClient bob =
        world.client(server.address(), b -> b.credentials("secret-of-bob".getBytes(UTF_8)));
    assertThat(who(ann)).isEqualTo("Optional[User[name=ann]]");
    assertThat(who(bob)).isEqualTo("Optional[User[name=bob]]");
  }

  @Test
  void withoutAnAuthenticatorNobodyIsKnown() {
    RpcServer server =
        world.server(b ->
            b.function("who", String.class, () -> CallContext.current().principal().toString()));
    RpcClient client = world.client(server.address(), b -> b.credentials("whatever"));
    assertThat(who(client)).isEqualTo("Optional.empty");
  }

  @Test
  void callsOfARefusedClientFailWithTheReason() throws IOException {
    RpcServer server = server(IdentityTest::passwords);
    RpcClient stranger = world.client(server);
    assertThatThrownBy(() -> who(stranger))
        .isInstanceOfSatisfying(
            RpcConnectionException.class, e -> assertThat(e.executed()).isEqualTo(Executed.NO))
        .hasMessageContaining("the server refuses: the token is not valid");
    RawClient raw = world.keep(new RawClient(server.address(), "wrong".getBytes(UTF_8)));
    assertThat(raw.refusal).isEqualTo("the token is not valid");
    assertThat(raw.refusalKind).isEqualTo(NOT_PERMITTED);
    assertThatThrownBy(raw::read).isInstanceOf(IOException.class);
  }

  @Test
  void nobodyMayBeAnAnswer() throws IOException {
    @SuppressWarnings("NullAway") // as a careless user's lambda might
    RpcServer server = server((peer, credentials) -> null);
    RawClient raw = world.keep(new RawClient(server.address(), "x".getBytes(UTF_8)));
    assertThat(raw.refusal).isEqualTo("not permitted");
    assertThat(raw.refusalKind).isEqualTo(NOT_PERMITTED);
  }

  @Test
  void failureOfTheAuthenticatorIsLoggedAndNotTold() throws IOException {
    try (RecordedLog log = new RecordedLog()) {
      RpcServer server =
          server((peer, credentials) -> {
            throw new IllegalStateException("no directory");
          });
      RawClient raw = world.keep(new RawClient(server.address(), "top secret".getBytes(UTF_8)));
      assertThat(raw.refusal).startsWith("the authenticator failed (see [");
      assertThat(raw.refusalKind).isZero();
      World.until("it is logged", () -> log.text().contains("was turned away"));
      String id = raw.refusal.substring(raw.refusal.indexOf('['), raw.refusal.indexOf(']') + 1);
      assertThat(log.text()).contains(id).contains("no directory").doesNotContain("top secret");
    }
  }

  @Test
  void credentialsAreAskedForAtEachConnection() {
    RpcServer first = server(IdentityTest::passwords);
    AtomicInteger asked = new AtomicInteger();
    RpcClient client =
        world.client(
            first.address(),
            b -> b.credentials(() -> ("secret-of-" + asked.incrementAndGet()).getBytes(UTF_8)));
    assertThat(who(client)).isEqualTo("Optional[User[name=1]]");
    first.close();
    world.serverAt(
        first.address(),
        b ->
            b.authenticator(IdentityTest::passwords)
                .function("who", String.class, () -> CallContext.current().principal().toString()));
    World.until("it connects anew", () -> asked.get() > 1);
    String second = who(client);
    assertThat(second).startsWith("Optional[User[name=").isNotEqualTo("Optional[User[name=1]]");
  }

  @Test
  void supplierThatFailsFailsTheConnectionOnly() {
    RpcServer server = server(IdentityTest::passwords);
    AtomicInteger asked = new AtomicInteger();
    RpcClient client =
        world.client(
            server.address(),
            b ->
                b.credentials(() -> {
                  if (asked.incrementAndGet() < 3) {
                    throw new IllegalStateException("no token yet");
                  }
                  return "secret-of-ann".getBytes(UTF_8);
                }));
    assertThat(who(client)).isEqualTo("Optional[User[name=ann]]");
  }

  @Test
  void authenticatorThatBlocksIsInterruptedAndOthersComeIn() throws IOException {
    ManualTime time = new ManualTime();
    Semaphore asked = new Semaphore(0);
    Semaphore interrupted = new Semaphore(0);
    RpcServer server =
        world.server(b ->
            b.time(time)
                .handshakeTimeout(Duration.ofSeconds(5))
                .authenticator((peer, credentials) -> {
                  if (credentials.length == 0) {
                    asked.release();
                    try {
                      new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                      interrupted.release();
                      throw e;
                    }
                  }
                  return new User("ann");
                })
                .function("who", String.class, () -> "me"));
    Thread hanging =
        Thread.ofVirtual()
            .start(() -> {
              try (RawClient raw = new RawClient(server.address())) {
                throw new AssertionError("it came in, or was refused: " + raw.refusal);
              } catch (IOException e) {
                // As it should be.
              }
            });
    asked.acquireUninterruptibly();
    RpcClient other = world.client(server.address(), b -> b.credentials("x"));
    assertThat(who(other)).isEqualTo("me");
    time.advance(Duration.ofSeconds(5));
    interrupted.acquireUninterruptibly();
    World.join(hanging);
    World.until("it is gone", () -> server.stats().connections() == 1);
    assertThat(who(other)).isEqualTo("me");
  }

  @Test
  void tooLongCredentialsAreRefusedByTheBuilder() {
    assertThatThrownBy(() -> RpcClient.builder().credentials(new byte[8 * 1024 + 1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("8193 bytes");
    RpcServer server = server((peer, credentials) -> new User("" + credentials.length));
    assertThat(who(world.client(server.address(), b -> b.credentials(new byte[8 * 1024]))))
        .isEqualTo("Optional[User[name=8192]]");
    Supplier<byte[]> tooLong = () -> new byte[9000];
    RpcClient client = world.client(server.address(), b -> b.credentials(tooLong));
    RpcFunction<Void, String> failing =
        client.function("who", Void.class, String.class, CallOptions.DEFAULT.withFailFast());
    World.until(
        "the reason is known",
        () -> {
          CompletableFuture<String> call = failing.callAsync(null);
          World.until("it has failed", call::isDone);
          return World.failure(call, RpcException.class).getMessage().contains("9000 bytes");
        });
  }
}
