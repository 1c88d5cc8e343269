package dev.weft.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.CallContext;
import dev.weft.PeerIdentity;
import dev.weft.RpcClient;
import dev.weft.RpcServer;
import dev.weft.Tls;
import dev.weft.spi.ForwardingChannel;
import dev.weft.spi.TransportChannel;
import dev.weft.testing.CertificateAuthority;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the guide shows works, and the guide shows it as it stands here. */
final class TransportsGuideTest {

  @TempDir Path folder;

  private static String echo(RpcClient client, String text) {
    return client.function("echo", String.class, String.class).call(text);
  }

  @Test
  void buffersOfSockets() {
    try (RpcServer server =
            RpcServer.builder()
                .sendBufferSize(1 << 20)
                .receiveBufferSize(1 << 20)
                .function("echo", String.class, String.class, text -> text)
                .listen("tcp://127.0.0.1:0")
                .start();
        RpcClient client =
            RpcClient.builder().receiveBufferSize(1 << 20).connect(server.address())) {
      assertThat(client.function("echo", String.class, String.class).call("hi")).isEqualTo("hi");
    }
  }

  @Test
  void tls() throws IOException {
    CertificateAuthority authority = new CertificateAuthority("Authority");
    Path caFile = authority.write(folder.resolve("ca.pem"));
    Path chainFile = folder.resolve("server.pem");
    Path keyFile = folder.resolve("server.key");
    authority.issue("server", "127.0.0.1").write(chainFile, keyFile);
    try (RpcServer server =
            RpcServer.builder()
                .tls(Tls.certificate(chainFile, keyFile))
                .function("echo", String.class, String.class, text -> text)
                .listen("tls://127.0.0.1:0")
                .start();
        RpcClient client = RpcClient.builder().tls(Tls.trust(caFile)).connect(server.address())) {
      assertThat(echo(client, "hi")).isEqualTo("hi");
    }
  }

  @Test
  void mutualTls() throws IOException {
    CertificateAuthority authority = new CertificateAuthority("Authority");
    Path caFile = authority.write(folder.resolve("ca.pem"));
    Path chainFile = folder.resolve("chain.pem");
    Path keyFile = folder.resolve("chain.key");
    authority.issue("server", "127.0.0.1").write(chainFile, keyFile);
    Tls tls =
        Tls.builder()
            .certificate(chainFile, keyFile)
            .trust(caFile)
            .requireClientCertificate()
            .build();
    try (RpcServer server =
            RpcServer.builder()
                .tls(tls)
                .function("echo", String.class, String.class, text -> name(text))
                .listen("tls://127.0.0.1:0")
                .start();
        RpcClient client = RpcClient.builder().tls(tls).connect(server.address())) {
      assertThat(echo(client, "hi")).isEqualTo("CN=server");
    }
  }

  private static String name(String text) {
    PeerIdentity peer = CallContext.current().peerIdentity();
    return peer.certificate().map(c -> c.getSubjectX500Principal().getName()).orElse(text);
  }

  @Test
  void unix() throws IOException {
    Path socket = folder.resolve("weft.sock");
    try (RpcServer server =
            RpcServer.builder()
                .function(
                    "whoAmI",
                    String.class,
                    String.class,
                    (context, text) -> context.peerIdentity().unixUser().orElse("?"))
                .listen("unix:" + socket + "?mode=0660")
                .start();
        RpcClient client = RpcClient.connect("unix:" + socket)) {
      assertThat(server.address()).isEqualTo("unix:" + socket);
      assertThat(client.function("whoAmI", String.class, String.class).call(""))
          .isEqualTo(Files.getOwner(socket).getName());
    }
  }

  @Test
  void memory() {
    try (RpcServer server =
            RpcServer.builder()
                .function("echo", String.class, String.class, text -> text)
                .listen("mem:guide")
                .start();
        RpcClient client = RpcClient.connect("mem:guide")) {
      assertThat(server.address()).isEqualTo("mem:guide");
      assertThat(echo(client, "hi")).isEqualTo("hi");
    }
  }

  @Test
  void onConnect() {
    AtomicLong bytes = new AtomicLong();
    try (RpcServer server =
            RpcServer.builder()
                .function("echo", String.class, String.class, text -> text)
                .onConnect(channel -> {
                  if (!channel.peer().startsWith("tcp://127.0.0.1:")) {
                    throw new IOException("only from this machine");
                  }
                  return new Counting(channel, bytes);
                })
                .listen("tcp://127.0.0.1:0")
                .start();
        RpcClient client = RpcClient.connect(server.address())) {
      assertThat(echo(client, "hi")).isEqualTo("hi");
      assertThat(bytes.get()).isPositive();
    }
  }

  static class Counting extends ForwardingChannel {
    private final AtomicLong bytes;

    Counting(TransportChannel wrapped, AtomicLong bytes) {
      super(wrapped);
      this.bytes = bytes;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      int read = super.read(target);
      bytes.addAndGet(Math.max(0, read));
      return read;
    }

    @Override
    public int readNow(ByteBuffer target) throws IOException {
      int read = super.readNow(target);
      bytes.addAndGet(Math.max(0, read));
      return read;
    }
  }
}
