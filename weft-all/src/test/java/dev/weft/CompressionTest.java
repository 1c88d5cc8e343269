package dev.weft;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.internal.wire.DeflateCompression;
import dev.weft.spi.Compression;
import dev.weft.spi.Compressor;
import dev.weft.spi.Decompressor;
import dev.weft.testing.MemoryTransport;
import dev.weft.zstd.ZstdCompression;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compression over real sockets: when it takes place, what it saves, and what it leaves alone. */
final class CompressionTest {

  private static final String LINE =
      "the quick brown fox jumps over the lazy dog, and so does everybody else who can jump";

  @RegisterExtension private final World world = new World();

  /** Counts what its contexts do. */
  private static class Counting implements Compression {
    private final String name;
    private final Compression real;
    final AtomicInteger compressed = new AtomicInteger();
    final AtomicInteger open = new AtomicInteger();

    Counting(String name, Compression real) {
      this.name = name;
      this.real = real;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Compressor compressor() {
      Compressor context = real.compressor();
      open.incrementAndGet();
      return new Compressor() {
        @Override
        public void compress(ByteBuffer source, ByteBuffer target) {
          compressed.incrementAndGet();
          context.compress(source, target);
        }

        @Override
        public void close() {
          open.decrementAndGet();
          context.close();
        }
      };
    }

    @Override
    public Decompressor decompressor() {
      Decompressor context = real.decompressor();
      open.incrementAndGet();
      return new Decompressor() {
        @Override
        public void decompress(ByteBuffer source, ByteBuffer target) throws IOException {
          context.decompress(source, target);
        }

        @Override
        public void close() {
          open.decrementAndGet();
          context.close();
        }
      };
    }
  }

  private RpcServer echoServer(Consumer<RpcServer.Builder> setting) {
    return world.server(builder -> {
      builder.function("echo", String.class, String.class, text -> text);
      builder.function("bytes", byte[].class, byte[].class, bytes -> bytes);
      setting.accept(builder);
    });
  }

  /** Whether what the client has sent and received became less. */
  private static boolean isCompressed(RpcClient client) {
    RpcFunction<String, String> echo = client.function("echo", String.class, String.class);
    for (int i = 0; i < 20; i++) {
      assertThat(echo.call(LINE + i)).isEqualTo(LINE + i);
    }
    Stats stats = client.stats();
    boolean sent = stats.bytesWritten() < stats.rawBytesWritten();
    boolean received = stats.bytesRead() < stats.rawBytesRead();
    assertThat(sent).isEqualTo(received);
    if (!sent) {
      assertThat(stats.rawBytesWritten()).isEqualTo(stats.bytesWritten());
      assertThat(stats.rawBytesRead()).isEqualTo(stats.bytesRead());
    }
    return sent;
  }

  @Test
  void itIsOnByDefaultOverTcpAndStatsShowIt() {
    RpcServer server = echoServer(builder -> {});
    RpcClient client = world.client(server);
    assertThat(isCompressed(client)).isTrue();
    World.until(
        "the server has counted all", () -> server.stats().rawBytesWritten() > 20L * LINE.length());
    assertThat(client.stats().bytesWritten()).isLessThan(client.stats().rawBytesWritten() / 2);
    assertThat(server.stats().bytesWritten()).isLessThan(server.stats().rawBytesWritten() / 2);
    assertThat(server.stats().bytesRead()).isLessThan(server.stats().rawBytesRead() / 2);
  }

  @Test
  void eachSideCanSwitchItOff() {
    RpcServer willing = echoServer(builder -> {});
    assertThat(isCompressed(world.client(willing.address(), b -> b.compression(false)))).isFalse();
    assertThat(isCompressed(world.client(willing))).isTrue();
    RpcServer unwilling = echoServer(builder -> builder.compression(false));
    assertThat(isCompressed(world.client(unwilling))).isFalse();
  }

  @Test
  void inMemoryItIsOffUnlessItIsAskedFor() {
    MemoryTransport memory = new MemoryTransport();
    world.serverAt(
        "mem:here",
        b -> b.transport(memory).function("echo", String.class, String.class, text -> text));
    assertThat(isCompressed(world.client("mem:here", b -> b.transport(memory)))).isFalse();
    assertThat(isCompressed(world.client("mem:here", b -> b.transport(memory).compression(true))))
        .isTrue();
  }

  @Test
  void zstdIsPreferredAndDeflateIsWhatBothHave() {
    Counting zstd = new Counting("zstd", new ZstdCompression());
    Counting deflate = new Counting("deflate", new DeflateCompression());
    RpcServer server = echoServer(b -> b.compression(zstd).compression(deflate));
    assertThat(isCompressed(world.client(server))).isTrue();
    assertThat(zstd.compressed).hasPositiveValue();
    assertThat(deflate.compressed).hasValue(0);
    assertThat(isCompressed(world.client(server.address(), b -> b.compressions("deflate"))))
        .isTrue();
    assertThat(deflate.compressed).hasPositiveValue();
    int before = zstd.compressed.get();
    assertThat(isCompressed(world.client(server.address(), b -> b.compressions("deflate", "zstd"))))
        .isTrue();
    assertThat(zstd.compressed).hasValue(before);
  }

  @Test
  void withoutOneThatBothHaveNothingIsCompressed() {
    RpcServer server = echoServer(b -> b.compressions("deflate"));
    assertThat(isCompressed(world.client(server.address(), b -> b.compressions("zstd")))).isFalse();
  }

  @Test
  void anUnknownNameIsRefusedWithTheKnownOnes() {
    assertThatThrownBy(() -> RpcClient.builder().compressions("lz4").connect("tcp://localhost:1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there is no compression \"lz4\": there is zstd, deflate");
    assertThatThrownBy(() -> echoServer(b -> b.compressions("lz4")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aCompressionOfOnesOwnIsUsedAndItsContextsAreClosed() {
    Counting own = new Counting("own", new DeflateCompression());
    RpcServer server = echoServer(b -> b.compression(own));
    for (int i = 0; i < 5; i++) {
      try (RpcClient client = world.client(server.address(), b -> b.compression(own))) {
        assertThat(isCompressed(client)).isTrue();
        assertThat(own.open).hasValue(4);
      }
      World.until("all contexts are closed", () -> own.open.get() == 0);
    }
    assertThat(own.compressed).hasPositiveValue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"zstd", "deflate"})
  void valuesOfAllSizesArriveAsTheyAre(String name) {
    RpcServer server = echoServer(b -> {});
    RpcClient client = world.client(server.address(), b -> b.compressions(name));
    RpcFunction<byte[], byte[]> echo = client.function("bytes", byte[].class, byte[].class);
    Random random = new Random(1);
    List<byte[]> sent = new ArrayList<>();
    List<CompletableFuture<byte[]>> answers = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      byte[] bytes = new byte[random.nextInt(i % 20 == 0 ? 500_000 : 2_000)];
      if (i % 2 == 0) {
        random.nextBytes(bytes);
      }
      sent.add(bytes);
      answers.add(echo.callAsync(bytes));
    }
    for (int i = 0; i < sent.size(); i++) {
      assertThat(World.get(answers.get(i))).isEqualTo(sent.get(i));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"zstd", "deflate"})
  void manyCallersAtATimeGetTheirOwnAnswers(String name) {
    RpcServer server = echoServer(b -> {});
    RpcClient client = world.client(server.address(), b -> b.compressions(name));
    RpcFunction<String, String> echo = client.function("echo", String.class, String.class);
    AtomicInteger right = new AtomicInteger();
    List<Thread> callers = new ArrayList<>();
    for (int t = 0; t < 50; t++) {
      int id = t;
      callers.add(
          Thread.ofVirtual()
              .start(() -> {
                for (int i = 0; i < 50; i++) {
                  String text = LINE + id + " " + i;
                  if (echo.call(text).equals(text)) {
                    right.incrementAndGet();
                  }
                }
              }));
    }
    callers.forEach(World::join);
    assertThat(right).hasValue(50 * 50);
    assertThat(client.stats().bytesWritten()).isLessThan(client.stats().rawBytesWritten() / 2);
  }

  @Test
  void incompressibleTrafficCostsNextToNothingMore() {
    RpcServer server = echoServer(b -> {});
    RpcClient client = world.client(server);
    RpcFunction<byte[], byte[]> echo = client.function("bytes", byte[].class, byte[].class);
    Random random = new Random(1);
    for (int i = 0; i < 100; i++) {
      byte[] bytes = new byte[10_000];
      random.nextBytes(bytes);
      assertThat(echo.call(bytes)).isEqualTo(bytes);
    }
    Stats stats = client.stats();
    assertThat(stats.bytesWritten()).isLessThan(stats.rawBytesWritten() * 101 / 100);
    assertThat(stats.bytesRead()).isLessThan(stats.rawBytesRead() * 101 / 100);
  }

  /** A service some of whose methods carry secrets. */
  public interface Vault {

    String plain(String text);

    @Sensitive
    String secret(String text);

    String secretArgument(int number, @Sensitive String text);

    @Sensitive
    String failing(String text) throws IllegalStateException;

    Token token(String text);
  }

  /** A type whose methods and functions are sensitive. */
  @Sensitive
  public record Token(String text) {}

  private static final class OpenVault implements Vault {
    @Override
    public String plain(String text) {
      return "plainly " + text;
    }

    @Override
    public String secret(String text) {
      return "answering " + text;
    }

    @Override
    public String secretArgument(int number, String text) {
      return "answering " + text;
    }

    @Override
    public String failing(String text) {
      throw new IllegalStateException("failing with " + text);
    }

    @Override
    public Token token(String text) {
      return new Token("answering " + text);
    }
  }

  private record Sniffed(Vault vault, RpcClient client, Tap tap) {

    /** Whether the text was to be seen as it is, in requests and responses. */
    boolean isSeen(String text) {
      boolean there = tap.requests().hasSeen(text.getBytes(UTF_8));
      assertThat(tap.responses().hasSeen(text.getBytes(UTF_8))).isEqualTo(there);
      return there;
    }
  }

  private Sniffed sniffed() throws IOException {
    RpcServer server =
        world.server(b ->
            b.service(Vault.class, new OpenVault())
                .function("exchange", Token.class, Token.class, token -> token));
    Tap tap = world.keep(Tap.before(URI.create(server.address()).getPort()));
    RpcClient client = world.client("tcp://127.0.0.1:" + tap.port(), b -> {});
    return new Sniffed(client.service(Vault.class), client, tap);
  }

  @Test
  void whatIsSensitiveIsNotCompressedInEitherDirection() throws IOException {
    Sniffed sniffed = sniffed();
    Vault vault = sniffed.vault();
    String text = "correct horse battery staple";
    // The first time it stands there as it is, perhaps; from then on it is a reference.
    vault.plain("to begin with: " + text + " one " + text);
    String plain = "PLAIN " + text + " " + text;
    vault.plain(plain);
    assertThat(sniffed.isSeen(plain)).isFalse();
    String method = "METHOD " + text + " " + text;
    assertThat(vault.secret(method)).isEqualTo("answering " + method);
    assertThat(sniffed.isSeen(method)).isTrue();
    String argument = "ARGUMENT " + text + " " + text;
    assertThat(vault.secretArgument(1, argument)).isEqualTo("answering " + argument);
    assertThat(sniffed.isSeen(argument)).isTrue();
    String error = "ERROR " + text + " " + text;
    assertThatThrownBy(() -> vault.failing(error)).hasMessageContaining(error);
    assertThat(sniffed.isSeen(error)).isTrue();
    String result = "RESULT " + text + " " + text;
    assertThat(vault.token(result)).isEqualTo(new Token("answering " + result));
    assertThat(sniffed.isSeen(result)).isTrue();
    String function = "FUNCTION " + text + " " + text;
    Token token = new Token(function);
    assertThat(sniffed.client().function("exchange", Token.class, Token.class).call(token))
        .isEqualTo(token);
    assertThat(sniffed.isSeen(function)).isTrue();
  }

  @Test
  void whatIsSensitiveIsNotFoundByALaterGuess() throws IOException {
    Sniffed sniffed = sniffed();
    String secret = "pin=8261-7753-9174-3362-5518-6604";
    String other = "pin=1936-4427-5081-2293-7746-1150";
    Vault vault = sniffed.vault();
    vault.plain("pin=0000-0000-0000-0000-0000-0000");
    vault.secret(secret);
    long before = sniffed.tap().requests().bytes();
    vault.plain(secret);
    long guessed = sniffed.tap().requests().bytes() - before;
    vault.plain(other);
    long wrong = sniffed.tap().requests().bytes() - before - guessed;
    assertThat(guessed).isBetween(wrong - 6, wrong + 6);
  }

  @Test
  void sensitiveAndOtherCallsOfManyCallersDoNotDisturbEachOther() throws IOException {
    Sniffed sniffed = sniffed();
    AtomicInteger right = new AtomicInteger();
    List<Thread> callers = new ArrayList<>();
    for (int t = 0; t < 40; t++) {
      int id = t;
      callers.add(
          Thread.ofVirtual()
              .start(() -> {
                for (int i = 0; i < 40; i++) {
                  String text = "SECRET <" + id + "> of caller, number " + i;
                  String big = "x".repeat(i == 20 ? 100_000 : 10) + text;
                  boolean ok =
                      (id + i) % 2 == 0
                          ? sniffed.vault().secret(big).equals("answering " + big)
                          : sniffed.vault().plain(big).equals("plainly " + big);
                  if (ok) {
                    right.incrementAndGet();
                  }
                }
              }));
    }
    callers.forEach(World::join);
    assertThat(right).hasValue(40 * 40);
    for (int id = 0; id < 40; id++) {
      assertThat(sniffed.isSeen("SECRET <" + id + "> of caller, number " + (id % 2 == 0 ? 2 : 3)))
          .isTrue();
    }
  }
}
