package dev.weft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.CertificateAuthority;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who listens for other machines without TLS is told so; nobody comes from there in these tests.
 */
final class PlainAddressTest {

  @RegisterExtension final World world = new World();

  private void serveAt(String address, Tls tls) {
    world.serverAt(
        address,
        builder -> {
          builder.function("echo", String.class, String.class, text -> text);
          if (tls != null) {
            builder.tls(tls);
          }
        });
  }

  @Test
  void plainTcpForOtherMachinesIsSaidOnce() {
    try (LogOf log = new LogOf("dev.weft.server")) {
      serveAt("tcp://0.0.0.0:0", null);
      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith("tcp://")
          .contains("without TLS", "tls://");
    }
  }

  @Test
  void loopbackAndUnixSocketsAreNot(@TempDir Path folder) {
    try (LogOf log = new LogOf("dev.weft.server")) {
      serveAt("tcp://127.0.0.1:0", null);
      serveAt("tcp://localhost:0", null);
      serveAt("unix:" + folder.resolve("socket"), null);
      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void tlsIsNot(@TempDir Path folder) throws IOException {
    Path chain = folder.resolve("chain.pem");
    Path key = folder.resolve("key.pem");
    new CertificateAuthority("test").issue("server", "localhost").write(chain, key);
    try (LogOf log = new LogOf("dev.weft.server")) {
      serveAt("tls://0.0.0.0:0", Tls.certificate(chain, key));
      assertThat(log.lines()).isEmpty();
    }
  }
}
