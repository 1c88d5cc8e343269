package dev.weft.reliability.fuzz;

import dev.weft.RpcServer;
import dev.weft.internal.connection.Compressions;
import dev.weft.internal.connection.Connection;
import dev.weft.internal.connection.HandshakeException;
import dev.weft.internal.connection.SystemTime;
import dev.weft.internal.transport.TlsEntry;
import dev.weft.internal.wire.DeflateCompression;
import dev.weft.internal.wire.Hello;
import dev.weft.reliability.wire.WireBytes;
import dev.weft.testing.CertificateAuthority;
import dev.weft.testing.ManualTime;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A whole server, and all that one client says to it from its first byte on. When the client has
 * left, nothing of it may remain; what the server has answered must be as the protocol says.
 */
final class ServerTarget implements FuzzTarget {

  /** How the client's bytes get there. */
  private interface Entry {

    /** Brings them, waits until the server has closed the connection, returns what it has said. */
    byte[] bring(byte[] input) throws Exception;
  }

  private static final int MESSAGE_BYTES_MAX = 256 * 1024;
  private static final long PATIENCE_SECONDS = 5;

  private final String name;
  private final RpcServer server;
  private final Entry entry;
  private final boolean sealed;

  /**
   * @param sealed whether what the server says cannot be read here
   */
  private ServerTarget(String name, RpcServer server, Entry entry, boolean sealed) {
    this.name = name;
    this.server = server;
    this.entry = entry;
    this.sealed = sealed;
  }

  private static RpcServer.Builder builder() {
    return RecordedTalk.serving(RpcServer.builder())
        .compressions("deflate")
        .messageBytesMax(MESSAGE_BYTES_MAX)
        .time(new ManualTime());
  }

  static ServerTarget overMemory() {
    ScriptedTransport transport = new ScriptedTransport();
    RpcServer server = builder().transport(transport).listen("script:server").start();
    return new ServerTarget("server", server, input -> bring(input, transport), false);
  }

  static ServerTarget overTls() {
    ScriptedTransport transport = new ScriptedTransport();
    TlsEntry tls = new TlsEntry(new CertificateAuthority("fuzz").issue("server", "localhost"));
    RpcServer server = builder().transport(transport).onConnect(tls).listen("script:tls").start();
    return new ServerTarget("server-tls", server, input -> bring(input, transport), true);
  }

  private static byte[] bring(byte[] input, ScriptedTransport transport) throws Exception {
    ScriptedChannel channel = new ScriptedChannel(input);
    transport.add(channel);
    if (!channel.awaitClosed(PATIENCE_SECONDS)) {
      throw new Finding("the connection has not ended after its client has left");
    }
    return channel.written();
  }

  static ServerTarget overUnix() {
    try {
      Path folder = Files.createTempDirectory("weft-fuzz");
      folder.toFile().deleteOnExit();
      Path path = folder.resolve("socket");
      RpcServer server = builder().listen("unix:" + path).start();
      path.toFile().deleteOnExit();
      return new ServerTarget("server-unix", server, input -> bring(input, path), false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bring(byte[] input, Path path) throws Exception {
    try (SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.connect(UnixDomainSocketAddress.of(path));
      ByteBuffer rest = ByteBuffer.wrap(input);
      ByteBuffer said = ByteBuffer.allocate(1 << 20);
      try {
        while (rest.hasRemaining()) {
          socket.write(rest);
        }
        socket.shutdownOutput();
        while (said.hasRemaining() && socket.read(said) >= 0) {
          // Until the server closes it.
        }
      } catch (IOException e) {
        return new byte[0]; // it has closed it early, and the rest of what it said is gone
      }
      byte[] bytes = new byte[said.hasRemaining() ? said.position() : 0];
      said.flip().get(bytes);
      return bytes;
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void run(byte[] input) throws Exception {
    byte[] said = entry.bring(input);
    long begin = System.nanoTime();
    while (server.stats().connections() > 0 || server.stats().openCalls() > 0) {
      if (System.nanoTime() - begin > Duration.ofSeconds(PATIENCE_SECONDS).toNanos()) {
        throw new Finding("the client has left, and something of it remains: " + server.stats());
      }
      LockSupport.parkNanos(10_000);
    }
    if (!sealed && said.length > 0) {
      checkAnswers(said);
    }
  }

  /** What the server says, a client must be able to read. */
  private static void checkAnswers(byte[] said) {
    Throwable reason =
        new Connection(
                new ScriptedChannel(said),
                SystemTime.INSTANCE,
                Compressions.find(List.of(new DeflateCompression()), List.of("deflate")))
            .runClient(
                new CheckedFrames(false, MESSAGE_BYTES_MAX),
                new Hello("fory-1", MESSAGE_BYTES_MAX, null),
                Duration.ofMinutes(1).toNanos());
    if (!(reason instanceof EOFException) && !(reason instanceof HandshakeException)) {
      throw new Finding("the server's answers end with " + reason, reason);
    }
  }

  @Override
  public long allocatedBytesMax(int inputBytes) {
    return 16 * 1024 * 1024 + 16 * 1024L * inputBytes;
  }

  @Override
  public List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    if (sealed) {
      seeds.add(TlsEntry.clientHello());
      seeds.add(new byte[] {0x15, 3, 3, 0, 2, 2, 40});
    }
    seeds.add(RecordedTalk.plain().said(true));
    seeds.add(RecordedTalk.compressed("deflate").said(true));
    byte[] hello = WireBytes.hello("fory-1", "");
    for (byte[] frames : RecordedTalk.plain().frames(true)) {
      seeds.add(new WireBytes().bytes(hello).bytes(WireBytes.block(frames)).toByteArray());
    }
    return seeds;
  }
}
