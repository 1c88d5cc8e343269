package dev.weft;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.wire.DeflateCompression;
import dev.weft.spi.Compression;
import dev.weft.spi.Compressor;
import dev.weft.zstd.ZstdCompression;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Peers whose compressed blocks are not what they say: each costs its own connection only. */
final class HostileCompressionTest {

  @RegisterExtension private final World world = new World();

  private RpcServer server;
  private RpcFunction<String, String> echo;

  @BeforeEach
  void start() {
    server = world.server(b -> b.function("echo", String.class, String.class, text -> text));
    echo = world.client(server).function("echo", String.class, String.class);
    assertThat(echo.call("alive")).isEqualTo("alive");
  }

  @AfterEach
  void theServerGoesOn() {
    assertThat(echo.call("alive")).isEqualTo("alive");
    World.until("the stranger has left", () -> server.stats().connections() == 1);
  }

  private static List<Compression> compressions() {
    return List.of(new ZstdCompression(), new DeflateCompression());
  }

  private static byte[] packed(Compression compression, byte[] bytes) {
    ByteBuffer source = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    ByteBuffer target = ByteBuffer.allocateDirect(100_000);
    try (Compressor compressor = compression.compressor()) {
      while (source.hasRemaining()) {
        // zstd takes a block at a time, and a bomb is more than one.
        ByteBuffer next = source.slice(0, Math.min(source.remaining(), 65_536));
        source = source.slice(next.remaining(), source.remaining() - next.remaining());
        compressor.compress(next, target);
      }
    }
    byte[] result = new byte[target.flip().remaining()];
    target.get(result);
    return result;
  }

  private static byte[] block(int inflated, byte[] bytes) {
    return block(bytes.length, inflated, bytes);
  }

  private static byte[] block(int length, int inflated, byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(1);
    varint(out, length);
    varint(out, inflated);
    out.writeBytes(bytes);
    return out.toByteArray();
  }

  private static void varint(ByteArrayOutputStream out, int value) {
    int rest = value;
    for (; rest > 0x7f; rest >>>= 7) {
      out.write(rest | 0x80);
    }
    out.write(rest);
  }

  /** Frames of an unknown kind, to be skipped: nothing is wrong with them. */
  private static byte[] frames() {
    byte[] frame = new byte[102];
    new Random(2).nextBytes(frame);
    frame[0] = (byte) 200;
    frame[1] = 100;
    return frame;
  }

  static Stream<Arguments> hostileBlocks() {
    Random random = new Random(1);
    byte[] noise = new byte[500];
    random.nextBytes(noise);
    return compressions().stream()
        .flatMap(each -> {
          byte[] good = packed(each, frames());
          byte[] flipped = good.clone();
          flipped[0] ^= 0x7f;
          byte[] wrongFrames = packed(each, noise);
          byte[] cut = Arrays.copyOf(good, good.length / 2);
          byte[] bomb = packed(each, new byte[20_000_000]);
          return Stream.of(
              Arguments.of(each, "noise", block(500, noise)),
              Arguments.of(each, "a flipped byte", block(102, flipped)),
              Arguments.of(each, "noise inside", block(500, wrongFrames)),
              Arguments.of(each, "too small a length", block(101, good)),
              Arguments.of(each, "a length of one", block(1, good)),
              Arguments.of(each, "too large a length", block(103, good)),
              Arguments.of(each, "the largest length", block(65_536, good)),
              Arguments.of(each, "over the largest length", block(65_537, good)),
              Arguments.of(each, "a length of 2 GB", block(Integer.MAX_VALUE, good)),
              Arguments.of(each, "2 GB compressed", block(Integer.MAX_VALUE, 5, good)),
              Arguments.of(each, "nothing compressed", block(0, new byte[0])),
              Arguments.of(each, "nothing inflated", block(0, good)),
              Arguments.of(each, "cut off", block(102, cut)),
              Arguments.of(each, "a bomb", block(65_536, bomb)),
              Arguments.of(each, "a bomb that says so", block(20_000_000, bomb)));
        });
  }

  private Socket greeted(String compression) throws IOException {
    URI address = URI.create(server.address());
    Socket socket = world.keep(new Socket(address.getHost(), address.getPort()));
    socket.setSoTimeout((int) World.PATIENCE.toMillis());
    socket.getOutputStream().write(hello(compression));
    byte[] said = readHello(socket.getInputStream());
    assertThat(new String(said, US_ASCII)).startsWith("WEFT").endsWith(compression);
    return socket;
  }

  /** What a client that offers this compression says first. */
  private static byte[] hello(String compression) throws IOException {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        RpcClient client =
            RpcClient.builder()
                .compressions(compression)
                .connect("tcp://127.0.0.1:" + listener.getLocalPort());
        Socket accepted = listener.accept()) {
      return readHello(accepted.getInputStream());
    }
  }

  private static byte[] readHello(InputStream in) throws IOException {
    ByteArrayOutputStream hello = new ByteArrayOutputStream();
    byte[] head = in.readNBytes(7);
    hello.writeBytes(head);
    hello.writeBytes(in.readNBytes((head[5] & 0xff) | ((head[6] & 0xff) << 8)));
    return hello.toByteArray();
  }

  private static void assertClosed(Socket socket) throws IOException {
    try {
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    } catch (SocketException e) {
      assertThat(e).hasMessageContaining("reset");
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("hostileBlocks")
  void aBlockThatIsNotWhatItSaysEndsItsConnection(Compression with, String what, byte[] bytes)
      throws IOException {
    Socket socket = greeted(with.name());
    socket.getOutputStream().write(bytes);
    assertClosed(socket);
  }

  @ParameterizedTest
  @MethodSource("compressions")
  void theSameAfterGoodBlocks(Compression with) throws IOException {
    Socket socket = greeted(with.name());
    ByteBuffer target = ByteBuffer.allocateDirect(10_000);
    try (Compressor compressor = with.compressor()) {
      for (int i = 0; i < 3; i++) {
        ByteBuffer source = ByteBuffer.allocateDirect(200).put(frames()).flip();
        target.clear();
        compressor.compress(source, target);
        byte[] bytes = new byte[target.flip().remaining()];
        target.get(bytes);
        socket.getOutputStream().write(block(i < 2 ? 102 : 103, bytes));
      }
    }
    assertClosed(socket);
  }

  @ParameterizedTest
  @MethodSource("compressions")
  void aBlockThatIsCutOffByTheEndIsForgotten(Compression with) throws IOException {
    Socket socket = greeted(with.name());
    byte[] block = block(102, packed(with, frames()));
    socket.getOutputStream().write(block, 0, block.length - 1);
    socket.shutdownOutput();
    assertClosed(socket);
  }
}
