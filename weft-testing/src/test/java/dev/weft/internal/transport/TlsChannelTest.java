package dev.weft.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.internal.transport.TlsSettings.ClientCertificate;
import dev.weft.spi.ForwardingChannel;
import dev.weft.spi.TransportChannel;
import dev.weft.spi.TransportListener;
import dev.weft.testing.CertificateAuthority;
import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both ends of TLS over a pipe that is as narrow as a test wants it. */
final class TlsChannelTest {

  private static final URI ADDRESS = URI.create("mem:tls");
  private static SSLContext server;
  private static SSLContext client;

  private TlsChannel here;
  private TlsChannel there;

  private interface Work<T> {
    T run() throws Exception;
  }

  private static <T> CompletableFuture<T> begin(Work<T> work) {
    CompletableFuture<T> future = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      try {
        future.complete(work.run());
      } catch (Throwable e) {
        future.completeExceptionally(e);
      }
    });
    return future;
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(20, TimeUnit.SECONDS);
  }

  @BeforeAll
  static void makeCertificates(@TempDir Path folder) throws IOException {
    CertificateAuthority authority = new CertificateAuthority("Authority");
    Path trusted = authority.write(folder.resolve("authority.pem"));
    Path chain = folder.resolve("chain.pem");
    Path key = folder.resolve("key.pem");
    authority.issue("server", "127.0.0.1").write(chain, key);
    server = new PemContext(chain, key, null).get();
    client = new PemContext(null, null, trusted).get();
  }

  private static TlsSettings settings(SSLContext context, String protocol) {
    return new TlsSettings(
        () -> context, true, false, ClientCertificate.NOT_ASKED, List.of(protocol));
  }

  private void connect(int pipeBytes, String protocol, UnaryOperator<TransportChannel> network)
      throws Exception {
    MemoryNetwork memory = new MemoryNetwork(pipeBytes);
    try (TransportListener listener = memory.listen(ADDRESS)) {
      TransportChannel below = memory.connect(ADDRESS, Duration.ofSeconds(5));
      TlsSettings clients = settings(client, protocol);
      TlsSettings servers = settings(server, protocol);
      here = new TlsChannel(below, () -> clients.clientEngine(new HostPort("127.0.0.1", 1)));
      there = new TlsChannel(network.apply(listener.accept()), servers::serverEngine);
    }
    CompletableFuture<Boolean> other =
        begin(() -> {
          there.handshake();
          return true;
        });
    here.handshake();
    get(other);
  }

  private void connect(int pipeBytes) throws Exception {
    connect(pipeBytes, "TLSv1.3", channel -> channel);
  }

  private static ByteBuffer bytes(int length) {
    return ByteBuffer.allocate(length);
  }

  @Test
  void whatIsNotTakenNowIsWrittenLaterAndOnlyOnce() throws Exception {
    connect(2000); // the server's session tickets fit, which nobody reads yet
    byte[] sent = new byte[70_000];
    new SplittableRandom(1).nextBytes(sent);
    ByteBuffer source = ByteBuffer.wrap(sent);
    assertThat(here.canWriteNow()).isTrue();
    for (int i = 0; i < 3; i++) {
      assertThat(here.writeNow(source)).isZero();
      assertThat(source.position()).isZero();
    }
    CompletableFuture<Boolean> writer =
        begin(() -> {
          while (source.hasRemaining()) {
            here.write(source);
          }
          here.close();
          return true;
        });
    ByteBuffer received = bytes(sent.length + 1);
    while (there.read(received) >= 0) {}
    get(writer);
    assertThat(received.flip()).isEqualTo(ByteBuffer.wrap(sent));
  }

  @Test
  void aPeerThatIsSlowForAWhileIsWrittenToWithoutWaitingAfterwards() throws Exception {
    connect(64 * 1024);
    byte[] sent = new byte[60_000]; // fits; with another one it does not
    new SplittableRandom(2).nextBytes(sent);
    assertThat(here.writeNow(ByteBuffer.wrap(sent))).isEqualTo(sent.length);
    ByteBuffer second = ByteBuffer.wrap(sent);
    assertThat(here.writeNow(second)).isZero();
    ByteBuffer received = bytes(2 * sent.length);
    while (received.position() < sent.length) {
      assertThat(there.readNow(received)).isPositive();
    }
    // The pieces need not be as they were.
    assertThat(here.writeNow(second.slice(0, 7))).isEqualTo(7);
    second.position(7);
    assertThat(here.writeNow(second)).isEqualTo(sent.length - 7);
    while (received.hasRemaining()) {
      assertThat(there.readNow(received)).isPositive();
    }
    received.flip();
    assertThat(received.slice(0, sent.length)).isEqualTo(ByteBuffer.wrap(sent));
    assertThat(received.slice(sent.length, sent.length)).isEqualTo(ByteBuffer.wrap(sent));
    assertThat(there.readNow(bytes(1))).isZero();
  }

  @Test
  void readersMayTakeAsLittleAsTheyLike() throws Exception {
    connect(64 * 1024);
    here.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5}));
    ByteBuffer two = bytes(2);
    assertThat(there.read(two)).isEqualTo(2);
    assertThat(two.flip()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2}));
    assertThat(there.readNow(bytes(0))).isZero();
    ByteBuffer rest = bytes(100);
    assertThat(there.readNow(rest)).isEqualTo(3);
    assertThat(rest.flip()).isEqualTo(ByteBuffer.wrap(new byte[] {3, 4, 5}));
    assertThat(there.readNow(bytes(1))).isZero();
  }

  /** Long enough for new keys, which the tests' JVM makes after each megabyte. */
  @ParameterizedTest
  @CsvSource({"TLSv1.3, 65536", "TLSv1.3, 999", "TLSv1.2, 7001"})
  void streamsOfRandomPiecesGoBothWaysAtOnce(String protocol, int pipeBytes) throws Exception {
    connect(pipeBytes, protocol, channel -> channel);
    byte[] forth = new byte[2_500_000];
    byte[] back = new byte[1_500_000];
    new SplittableRandom(3).nextBytes(forth);
    new SplittableRandom(4).nextBytes(back);
    CompletableFuture<Boolean> writesForth = begin(() -> write(here, forth, 5));
    CompletableFuture<Boolean> writesBack = begin(() -> write(there, back, 6));
    CompletableFuture<byte[]> readsBack = begin(() -> read(here, back.length, 7));
    CompletableFuture<byte[]> readsForth = begin(() -> read(there, forth.length, 8));
    assertThat(get(writesForth) && get(writesBack)).isTrue();
    assertThat(get(readsForth)).isEqualTo(forth);
    assertThat(get(readsBack)).isEqualTo(back);
  }

  private static boolean write(TlsChannel channel, byte[] all, int seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    ByteBuffer source = ByteBuffer.wrap(all);
    while (source.hasRemaining()) {
      int piece = Math.min(source.remaining(), 1 + random.nextInt(1 << random.nextInt(18)));
      ByteBuffer part = source.slice(source.position(), piece);
      int taken = random.nextBoolean() ? channel.write(part) : channel.writeNow(part);
      assertThat(taken).isEqualTo(part.position());
      source.position(source.position() + taken);
    }
    return true;
  }

  private static byte[] read(TlsChannel channel, int length, int seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] array = new byte[length];
    ByteBuffer all = ByteBuffer.wrap(array);
    while (all.hasRemaining()) {
      int piece = Math.min(all.remaining(), 1 + random.nextInt(1 << random.nextInt(18)));
      ByteBuffer part = all.slice(all.position(), piece);
      int bytes = random.nextBoolean() ? channel.read(part) : channel.readNow(part);
      assertThat(bytes).isGreaterThanOrEqualTo(0);
      all.position(all.position() + bytes);
    }
    return array;
  }

  @Test
  void aWriterThatWaitsDoesNotKeepTheReaderFromReading() throws Exception {
    connect(1000);
    CompletableFuture<Integer> writer = begin(() -> here.write(bytes(50_000)));
    there.write(ByteBuffer.wrap(new byte[] {9}));
    ByteBuffer in = bytes(1);
    assertThat(here.read(in)).isEqualTo(1);
    while (here.canWriteNow()) {
      Thread.onSpinWait(); // until the writer has begun
    }
    assertThat(writer).isNotDone();
    assertThat(here.canWriteNow()).isFalse();
    assertThat(here.writeNow(bytes(1))).isZero();
    here.close();
    assertThatThrownBy(() -> get(writer)).hasCauseInstanceOf(IOException.class);
  }

  @Test
  void aTamperedRecordIsNotRead() throws Exception {
    boolean[] tampering = new boolean[1];
    connect(
        64 * 1024,
        "TLSv1.3",
        channel ->
            new ForwardingChannel(channel) {
              @Override
              public int read(ByteBuffer target) throws IOException {
                return tampered(target, target.position(), super.read(target));
              }

              @Override
              public int readNow(ByteBuffer target) throws IOException {
                return tampered(target, target.position(), super.readNow(target));
              }

              private int tampered(ByteBuffer target, int start, int bytes) {
                if (tampering[0] && bytes > 10) {
                  target.put(start + 10, (byte) ~target.get(start + 10));
                }
                return bytes;
              }
            });
    here.write(bytes(10));
    assertThat(there.read(bytes(100))).isEqualTo(10);
    tampering[0] = true;
    here.write(bytes(10));
    assertThatThrownBy(() -> there.read(bytes(100))).isInstanceOf(SSLException.class);
    there.close();
  }

  @Test
  void aCloseInTheMiddleOfTheHandshakeEndsIt() throws Exception {
    MemoryNetwork memory = new MemoryNetwork(1000);
    try (TransportListener listener = memory.listen(ADDRESS)) {
      TransportChannel below = memory.connect(ADDRESS, Duration.ofSeconds(5));
      TlsSettings servers = settings(server, "TLSv1.3");
      there = new TlsChannel(listener.accept(), servers::serverEngine);
      assertThatThrownBy(() -> there.read(bytes(1))).isInstanceOf(IllegalStateException.class);
      assertThat(there.canWriteNow()).isFalse();
      assertThat(there.identity().certificates()).isEmpty();
      CompletableFuture<Boolean> shaking =
          begin(() -> {
            there.handshake();
            return true;
          });
      below.write(ByteBuffer.wrap(new byte[] {22}));
      there.close();
      assertThatThrownBy(() -> get(shaking)).hasCauseInstanceOf(IOException.class);
      assertThat(there.isOpen()).isFalse();
      assertThat(below.read(bytes(1))).isEqualTo(-1);
    }
  }

  @Test
  void aPeerThatClosesInTheMiddleOfTheHandshakeIsTold() throws Exception {
    MemoryNetwork memory = new MemoryNetwork(1000);
    try (TransportListener listener = memory.listen(ADDRESS)) {
      memory.connect(ADDRESS, Duration.ofSeconds(5)).close();
      there = new TlsChannel(listener.accept(), settings(server, "TLSv1.3")::serverEngine);
      assertThatThrownBy(there::handshake)
          .isInstanceOf(EOFException.class)
          .hasMessageContaining("during the TLS handshake");
    }
  }

  @Test
  void afterTheCloseNothingGoesAndThePeerSeesTheEnd() throws Exception {
    connect(64 * 1024);
    here.write(ByteBuffer.wrap(new byte[] {1}));
    here.close();
    here.close();
    assertThat(here.isOpen()).isFalse();
    assertThat(here.canWriteNow()).isFalse();
    assertThatThrownBy(() -> here.read(bytes(1))).isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(() -> here.readNow(bytes(1))).isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(() -> here.write(bytes(1))).isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(() -> here.writeNow(bytes(1))).isInstanceOf(ClosedChannelException.class);
    assertThat(there.read(bytes(10))).isEqualTo(1);
    assertThat(there.read(bytes(10))).isEqualTo(-1);
    assertThat(there.read(bytes(10))).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(strings = "TLSv1.2")
  void aRenegotiationEndsTheConnection(String protocol) throws Exception {
    TlsTransport tls = new TlsTransport(settings(server, protocol), SocketBuffers.OF_THE_SYSTEM);
    try (TransportListener listener = tls.listen(URI.create("tls://127.0.0.1:0"))) {
      URI address = URI.create(listener.address());
      try (SSLSocket socket =
          (SSLSocket) client.getSocketFactory().createSocket("127.0.0.1", address.getPort())) {
        CompletableFuture<Integer> reading =
            begin(() -> {
              try (TransportChannel channel = listener.accept()) {
                channel.handshake();
                channel.read(bytes(10));
                return channel.read(bytes(10));
              }
            });
        socket.startHandshake();
        socket.getOutputStream().write(1);
        assertThatThrownBy(
                () -> {
                  socket.startHandshake();
                  socket.getInputStream().read();
                })
            .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> get(reading))
            .hasCauseInstanceOf(SSLException.class)
            .hasMessageContaining("renegotiation");
      }
    }
  }

  @Test
  void whoSleepsOrIsAtRestHasNoBuffersLent() throws Exception {
    connect(64 * 1024, "TLSv1.3", channel -> channel);
    here.write(bytes(10_000));
    ByteBuffer all = bytes(10_000);
    while (all.hasRemaining()) {
      there.read(all);
    }
    int idle = TlsBuffers.idle();
    here.rest();
    assertThat(TlsBuffers.idle()).as("the writer's is back").isEqualTo(idle + 1);
    CompletableFuture<Integer> reader = begin(() -> there.read(bytes(10)));
    eventually(() -> TlsBuffers.idle() == idle + 2);
    here.write(bytes(10));
    assertThat(get(reader)).isEqualTo(10);
    here.rest();
    assertThat(TlsBuffers.idle()).as("so small a record needs none").isEqualTo(idle + 2);
  }

  private static void eventually(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(end);
      LockSupport.parkNanos(100_000);
    }
  }
}
