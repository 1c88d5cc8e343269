package dev.weft.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.RpcClient;
import dev.weft.RpcServer;
import dev.weft.Sensitive;
import dev.weft.Stats;
import dev.weft.spi.Compression;
import dev.weft.spi.Compressor;
import dev.weft.spi.Decompressor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The examples of docs/guide/compression.md. */
final class CompressionGuideTest {

  public interface Accounts {

    boolean exists(String user);

    @Sensitive
    void changePassword(String user, String password);

    void invite(String user, @Sensitive String token);
  }

  @Sensitive
  public record Login(String user, String password) {}

  private static final class FakeAccounts implements Accounts {
    private String last = "";

    @Override
    public boolean exists(String user) {
      return true;
    }

    @Override
    public void changePassword(String user, String password) {
      last = password;
    }

    @Override
    public void invite(String user, String token) {
      last = token;
    }
  }

  private final FakeAccounts accounts = new FakeAccounts();
  private RpcServer server;
  private String address;

  @BeforeEach
  void start() {
    server =
        RpcServer.builder()
            .service(Accounts.class, accounts)
            .function("login", Login.class, String.class, Login::user)
            .compression(new Best())
            .listen("tcp://127.0.0.1:0")
            .start();
    address = server.address();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void howMuchItSaves() {
    try (RpcClient client = RpcClient.connect(address)) {
      Accounts remote = client.service(Accounts.class);
      for (int i = 0; i < 100; i++) {
        remote.exists("somebody whose name is rather long, number " + i);
      }
      double saved = saved(client);
      assertThat(saved).isBetween(0.3, 1.0);
    }
  }

  private static double saved(RpcClient client) {
    Stats stats = client.stats();
    double saved = 1 - (double) stats.bytesWritten() / stats.rawBytesWritten();
    return saved;
  }

  @Test
  void off() {
    RpcClient client = RpcClient.builder().compression(false).connect(address);
    try (client) {
      client.service(Accounts.class).exists("somebody whose name is rather long, as names go");
      assertThat(saved(client)).isZero();
    }
  }

  @Test
  void named() {
    RpcClient client = RpcClient.builder().compressions("zstd").connect(address);
    try (client) {
      assertThat(client.service(Accounts.class).exists("somebody")).isTrue();
    }
  }

  @Test
  void sensitive() {
    try (RpcClient client = RpcClient.connect(address)) {
      Accounts remote = client.service(Accounts.class);
      remote.changePassword("me", "correct horse");
      assertThat(accounts.last).isEqualTo("correct horse");
      remote.invite("you", "a token");
      assertThat(accounts.last).isEqualTo("a token");
      assertThat(client.function("login", Login.class, String.class).call(new Login("me", "x")))
          .isEqualTo("me");
    }
  }

  /** Deflate at its best. */
  static final class Best implements Compression {

    @Override
    public String name() {
      return "best";
    }

    @Override
    public Compressor compressor() {
      Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
      return new Compressor() {
        @Override
        public void compress(ByteBuffer source, ByteBuffer target) {
          deflater.setInput(source);
          deflater.deflate(target, Deflater.SYNC_FLUSH);
        }

        @Override
        public void close() {
          deflater.end();
        }
      };
    }

    @Override
    public Decompressor decompressor() {
      Inflater inflater = new Inflater(true);
      return new Decompressor() {
        @Override
        public void decompress(ByteBuffer source, ByteBuffer target) throws IOException {
          try {
            inflater.setInput(source);
            while (target.hasRemaining() && !inflater.needsInput()) {
              if (inflater.inflate(target) == 0 && !inflater.needsInput()) {
                throw new IOException("the stream ends");
              }
            }
          } catch (DataFormatException e) {
            throw new IOException(e);
          }
        }

        @Override
        public void close() {
          inflater.end();
        }
      };
    }
  }

  @Test
  void own() {
    RpcClient client = RpcClient.builder().compression(new Best()).connect(address);
    try (client) {
      Accounts remote = client.service(Accounts.class);
      for (int i = 0; i < 100; i++) {
        assertThat(remote.exists("somebody whose name is rather long, number " + i)).isTrue();
      }
      assertThat(saved(client)).isGreaterThan(0.3);
    }
  }
}
