package dev.weft;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weft.internal.transport.PemContext;
import dev.weft.testing.CertificateAuthority;
import dev.weft.testing.CertificateAuthority.Issued;
import dev.weft.testing.ManualTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls over TLS, and what is in their way. */
final class TlsTest {

  private static final CertificateAuthority AUTHORITY = new CertificateAuthority("Authority");
  private static final CertificateAuthority STRANGER = new CertificateAuthority("Stranger");

  /** In the handshake, a platform's name lookup included; far less than the 20 s of a call. */
  private static final Duration AT_ONCE = Duration.ofSeconds(10);

  @RegisterExtension final World world = new World();
  @TempDir Path folder;
  private Path trusted;
  private Path chain;
  private Path key;

  @BeforeEach
  void makeFiles() throws IOException {
    trusted = AUTHORITY.write(folder.resolve("authority.pem"));
    chain = folder.resolve("server.pem");
    key = folder.resolve("server.key");
    AUTHORITY.issue("server", "127.0.0.1", "localhost").write(chain, key);
  }

  private RpcServer server(Tls tls) {
    return server(tls, builder -> {});
  }

  private RpcServer server(Tls tls, Consumer<RpcServer.Builder> setting) {
    return world.serverAt(
        "tls://127.0.0.1:0",
        builder -> {
          builder
              .tls(tls)
              .function("echo", byte[].class, byte[].class, bytes -> bytes)
              .function(
                  "whoAmI",
                  String.class,
                  String.class,
                  (context, nothing) ->
                      context
                          .peerIdentity()
                          .certificate()
                          .map(each -> each.getSubjectX500Principal().getName())
                          .orElse("nobody"));
          setting.accept(builder);
        });
  }

  private RpcClient client(RpcServer server, Tls tls) {
    return world.client(server.address(), builder -> builder.tls(tls));
  }

  private static byte[] echo(RpcClient client, byte... bytes) {
    return client.function("echo", byte[].class, byte[].class).call(bytes, AT_ONCE);
  }

  private static String whoAmI(RpcClient client) {
    return client.function("whoAmI", String.class, String.class).call("", AT_ONCE);
  }

  /** The failure of a call that does not wait for its deadline. */
  private static RpcConnectionException failure(RpcClient client) {
    RpcConnectionException failure =
        catchThrowableOfType(RpcConnectionException.class, () -> echo(client));
    assertThat(failure).isNotNull();
    assertThat(failure.executed()).isEqualTo(Executed.NO);
    return failure;
  }

  @ParameterizedTest
  @CsvSource({"TLSv1.3, EC", "TLSv1.2, EC", "TLSv1.3, RSA", "TLSv1.2, RSA", "TLSv1.3, Ed25519"})
  void callsAreCarried(String protocol, String algorithm) throws IOException {
    AUTHORITY.issue(algorithm, Duration.ofDays(1), "server", "127.0.0.1").write(chain, key);
    RpcServer server = server(Tls.certificate(chain, key));
    assertThat(server.address()).startsWith("tls://127.0.0.1:");
    RpcClient client = client(server, Tls.builder().trust(trusted).protocols(protocol).build());
    assertThat(echo(client, (byte) 1, (byte) 2)).containsExactly(1, 2);
    byte[] big = new byte[1_500_000]; // beyond the point where the test's keys change
    new SplittableRandom(1).nextBytes(big);
    assertThat(echo(client, big)).isEqualTo(big);
    assertThat(echo(client, (byte) 3)).containsExactly(3);
    assertThat(client.stats().connections()).isEqualTo(1);
  }

  @Test
  void manyCallersShareAConnection() {
    RpcServer server = server(Tls.certificate(chain, key));
    RpcClient client = client(server, Tls.trust(trusted));
    RpcFunction<byte[], byte[]> echo = client.function("echo", byte[].class, byte[].class);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      SplittableRandom random = new SplittableRandom(i);
      callers.add(
          Thread.startVirtualThread(() -> {
            try {
              for (int call = 0; call < 20; call++) {
                byte[] bytes = new byte[random.nextInt(call % 10 == 0 ? 100_000 : 100)];
                random.nextBytes(bytes);
                assertThat(echo.call(bytes)).isEqualTo(bytes);
              }
            } catch (Throwable e) {
              failure.set(e);
            }
          }));
    }
    callers.forEach(World::join);
    assertThat(failure.get()).isNull();
    assertThat(server.stats().connections()).isEqualTo(1);
  }

  @Test
  void theCertificateMustBeForTheHostOfTheAddress() throws IOException {
    AUTHORITY.issue("server", "other.example").write(chain, key);
    RpcServer server = server(Tls.certificate(chain, key));
    RpcClient strict = client(server, Tls.trust(trusted));
    assertThat(failure(strict)).hasMessageContaining("127.0.0.1");
    RpcClient lenient = client(server, Tls.builder().trust(trusted).checkHostName(false).build());
    assertThat(echo(lenient, (byte) 1)).containsExactly(1);
  }

  @Test
  void aHostMayBeAName() {
    RpcServer server = server(Tls.certificate(chain, key));
    String named = server.address().replace("127.0.0.1", "localhost");
    RpcClient client = world.client(named, builder -> builder.tls(Tls.trust(trusted)));
    assertThat(echo(client, (byte) 1)).containsExactly(1);
  }

  @Test
  void aStrangersCertificateIsNotTrusted() throws IOException {
    try (LogOf log = new LogOf("dev.weft.server")) {
      RpcServer server = server(Tls.certificate(chain, key));
      RpcClient wrongAuthority =
          client(server, Tls.trust(STRANGER.write(folder.resolve("stranger.pem"))));
      assertThat(failure(wrongAuthority)).hasMessageContaining("the TLS handshake failed: ");
      log.await("was turned away", "TLS handshake failed", "certificate");
      RpcClient jvmsAuthorities = world.client(server.address(), builder -> {});
      assertThat(failure(jvmsAuthorities)).hasMessageContaining("certification path");
    }
  }

  @Test
  void anExpiredCertificateIsRefused() throws IOException {
    AUTHORITY.issue("EC", Duration.ofHours(-1), "server", "127.0.0.1").write(chain, key);
    RpcServer server = server(Tls.certificate(chain, key));
    assertThat(failure(client(server, Tls.trust(trusted)))).hasMessageContaining("TLS");
  }

  private Tls.Builder clientTls(CertificateAuthority authority, String name) throws IOException {
    Path ownChain = folder.resolve(name + ".pem");
    Path ownKey = folder.resolve(name + ".key");
    authority.issue(name).write(ownChain, ownKey);
    return Tls.builder().trust(trusted).certificate(ownChain, ownKey);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void clientsShowTheirCertificates(String protocol) throws IOException {
    try (LogOf log = new LogOf("dev.weft.server")) {
      Tls tls =
          Tls.builder().certificate(chain, key).trust(trusted).requireClientCertificate().build();
      RpcServer server = server(tls);
      assertThat(whoAmI(client(server, clientTls(AUTHORITY, "ann").protocols(protocol).build())))
          .isEqualTo("CN=ann");

      RpcClient without = client(server, Tls.builder().trust(trusted).protocols(protocol).build());
      assertThat(failure(without))
          .message()
          .containsAnyOf("certificate_required", "handshake_failure"); // TLS 1.2 has no better word
      log.await("was turned away", "TLS handshake failed");
      RpcClient wrong = client(server, clientTls(STRANGER, "bob").protocols(protocol).build());
      assertThat(failure(wrong)).message().containsAnyOf("certificate", "handshake_failure");
    }
  }

  @Test
  void clientsMayBeAskedForACertificateAndHaveNone() throws IOException {
    Tls tls =
        Tls.builder().certificate(chain, key).trust(trusted).askForClientCertificate().build();
    RpcServer server = server(tls);
    assertThat(whoAmI(client(server, Tls.trust(trusted)))).isEqualTo("nobody");
    assertThat(whoAmI(client(server, clientTls(AUTHORITY, "ann").build()))).isEqualTo("CN=ann");
    RpcServer notAsking = server(Tls.certificate(chain, key));
    assertThat(whoAmI(client(notAsking, clientTls(AUTHORITY, "ann").build()))).isEqualTo("nobody");
  }

  @Test
  void aPlainClientAtATlsAddressIsToldAndSoIsTheServersLog() {
    try (LogOf log = new LogOf("dev.weft.server")) {
      RpcServer server = server(Tls.certificate(chain, key));
      String plain = server.address().replace("tls://", "tcp://");
      assertThat(failure(world.client(plain, builder -> {})))
          .hasMessageContaining("it wants TLS (tls://)");
      log.await("was turned away", "speaks Weft without TLS");
    }
  }

  @Test
  void aTlsClientAtAPlainAddressIsToldAndSoIsTheServersLog() {
    try (LogOf log = new LogOf("dev.weft.server")) {
      RpcServer server = world.server(b -> b.function("echo", int.class, int.class, i -> i));
      String tls = server.address().replace("tcp://", "tls://");
      assertThat(failure(world.client(tls, builder -> builder.tls(Tls.trust(trusted)))))
          .hasMessageContaining("speaks Weft without TLS: its address is a plain one (tcp://)");
      log.await("was turned away", "begins a TLS handshake, but this is a plain address");
    }
  }

  @Test
  void somebodyWhoSpeaksNoTlsIsTurnedAwayAtOnce() throws IOException {
    RpcServer server = server(Tls.certificate(chain, key));
    URI address = URI.create(server.address());
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      socket.setSoTimeout((int) AT_ONCE.toMillis());
      socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
      assertThat(socket.getInputStream().read()).isEqualTo(21); // an alert
    }
  }

  @Test
  void whoDelaysTheHandshakeDelaysNobodyElseAndIsDropped() throws IOException {
    ManualTime time = new ManualTime();
    Duration limit = Duration.ofSeconds(3);
    RpcServer server =
        server(Tls.certificate(chain, key), builder -> builder.time(time).handshakeTimeout(limit));
    URI address = URI.create(server.address());
    try (Socket silent = new Socket(address.getHost(), address.getPort())) {
      silent.setSoTimeout((int) AT_ONCE.toMillis());
      silent.getOutputStream().write(22);
      assertThat(echo(client(server, Tls.trust(trusted)), (byte) 1)).containsExactly(1);
      World.until("both are there", () -> server.stats().connections() == 2);
      time.advance(limit.plusMillis(1));
      assertThat(silent.getInputStream().read()).isEqualTo(-1);
      World.until("it is forgotten", () -> server.stats().connections() == 1);
    }
  }

  private void replaceBy(Issued issued) throws IOException {
    Path newChain = folder.resolve("new.pem");
    Path newKey = folder.resolve("new.key");
    issued.write(newChain, newKey);
    Files.move(newChain, chain, StandardCopyOption.REPLACE_EXISTING);
    Files.move(newKey, key, StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void replacedFilesAreUsedByNewConnectionsWithoutARestart() throws IOException {
    try (LogOf log = new LogOf("dev.weft.tls")) {
      RpcServer server = server(Tls.certificate(chain, key));
      RpcClient before = client(server, Tls.trust(trusted));
      assertThat(echo(before, (byte) 1)).containsExactly(1);

      replaceBy(STRANGER.issue("server", "127.0.0.1"));
      Path newTrusted = STRANGER.write(folder.resolve("stranger.pem"));
      assertThat(echo(client(server, Tls.trust(newTrusted)), (byte) 2)).containsExactly(2);
      log.await("new TLS files are in use");
      failure(client(server, Tls.trust(trusted)));
      assertThat(echo(before, (byte) 3)).as("goes on with the old").containsExactly(3);
    }
  }

  @Test
  void filesThatCannotBeUsedLeaveTheOldOnesInUse() throws IOException {
    try (LogOf log = new LogOf("dev.weft.tls")) {
      Tls tls = Tls.certificate(chain, key);
      RpcServer server = server(tls);
      Issued other = STRANGER.issue("server", "127.0.0.1");
      other.write(chain, folder.resolve("later.key")); // the key is not there yet
      assertThat(echo(client(server, Tls.trust(trusted)), (byte) 1)).containsExactly(1);
      log.await("cannot be used, the old ones stay", "is not that of the first certificate");
      assertThatThrownBy(tls::reload).isInstanceOf(IllegalArgumentException.class);
      assertThat(echo(client(server, Tls.trust(trusted)), (byte) 2)).containsExactly(2);

      Files.delete(chain);
      assertThat(echo(client(server, Tls.trust(trusted)), (byte) 3)).containsExactly(3);
      assertThatThrownBy(tls::reload).isInstanceOf(UncheckedIOException.class);

      other.write(chain, key);
      tls.reload();
      Path newTrusted = STRANGER.write(folder.resolve("stranger.pem"));
      assertThat(echo(client(server, Tls.trust(newTrusted)), (byte) 4)).containsExactly(4);
    }
  }

  @Test
  void contextsAreAskedForByEachConnection() {
    SSLContext own = new PemContext(chain, key, trusted).get();
    RpcServer server = server(Tls.context(own));
    AtomicInteger asked = new AtomicInteger();
    Tls supplied =
        Tls.builder()
            .context(() -> {
              asked.incrementAndGet();
              return own;
            })
            .build();
    supplied.reload(); // changes nothing
    assertThat(echo(client(server, supplied), (byte) 1)).containsExactly(1);
    assertThat(echo(client(server, supplied), (byte) 2)).containsExactly(2);
    assertThat(asked).hasValue(2);
  }

  @Test
  void aServerNeedsACertificate() {
    for (Tls tls : new Tls[] {null, Tls.trust(trusted)}) {
      RpcServer.Builder builder =
          RpcServer.builder()
              .function("f", int.class, int.class, i -> i)
              .listen("tls://127.0.0.1:0");
      if (tls != null) {
        builder.tls(tls);
      }
      assertThatThrownBy(builder::start)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("needs a certificate");
    }
  }

  @Test
  void wrongSettingsAreToldAtOnce() throws IOException {
    Path empty = Files.writeString(folder.resolve("empty.pem"), "nothing");
    Path oldKey =
        Files.writeString(
            folder.resolve("old.key"),
            "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n");
    Path broken =
        Files.writeString(
            folder.resolve("broken.pem"),
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    Path rsa = folder.resolve("rsa.key");
    AUTHORITY.issue("RSA", Duration.ofDays(1), "x").write(folder.resolve("rsa.pem"), rsa);
    assertIllegal(() -> Tls.trust(empty), "empty.pem holds no certificate");
    assertIllegal(() -> Tls.trust(broken), "broken.pem holds a certificate that cannot be read");
    assertIllegal(() -> Tls.certificate(chain, empty), "empty.pem holds no private key");
    assertIllegal(() -> Tls.certificate(chain, oldKey), "openssl pkcs8 -topk8 -nocrypt");
    assertIllegal(() -> Tls.certificate(chain, rsa), "rsa.key holds no EC key");
    assertThatThrownBy(() -> Tls.trust(folder.resolve("none.pem")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("none.pem");
    assertIllegal(() -> Tls.builder().protocols("TLSv1.1"), "TLSv1.1");
    assertIllegal(() -> Tls.builder().protocols(), "protocols []");
    SSLContext context = new PemContext(chain, key, trusted).get();
    assertIllegal(
        () -> Tls.builder().context(context).trust(trusted).build(), "files and an SSLContext");
  }

  private static void assertIllegal(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aServerThatClosesSaysGoodbye() throws IOException {
    RpcServer server = server(Tls.certificate(chain, key));
    URI address = URI.create(server.address());
    SSLContext trusting = new PemContext(null, null, trusted).get();
    try (SSLSocket socket =
        (SSLSocket)
            trusting.getSocketFactory().createSocket(address.getHost(), address.getPort())) {
      socket.setSoTimeout((int) AT_ONCE.toMillis());
      socket.startHandshake();
      World.until("it is there", () -> server.stats().connections() == 1);
      server.close();
      // Without a goodbye, this would be an SSLException: somebody may have cut off the rest.
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void closingEndsOpenCalls() {
    RpcServer server =
        server(
            Tls.certificate(chain, key),
            builder ->
                builder.function(
                    "never", int.class, int.class, i -> World.get(new CompletableFuture<>())));
    RpcClient client = client(server, Tls.trust(trusted));
    assertThat(echo(client, (byte) 1)).containsExactly(1);
    CompletableFuture<Integer> open = client.function("never", int.class, int.class).callAsync(1);
    World.until("it runs", () -> server.stats().openCalls() == 1);
    server.close();
    assertThat(World.failure(open, RpcConnectionException.class).executed())
        .isEqualTo(Executed.MAYBE);
  }
}
