package dev.weft.reliability.fuzz;

import dev.weft.internal.connection.Compressions;
import dev.weft.internal.connection.Connection;
import dev.weft.internal.connection.SystemTime;
import dev.weft.internal.wire.Hello;
import dev.weft.internal.wire.WireException;
import dev.weft.spi.Compression;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All that a client sends after its hello, as a connection reads it. */
final class BlocksTarget implements FuzzTarget {

  static final int MESSAGE_BYTES_MAX = 4096;

  private static final long HANDSHAKE_NANOS = Duration.ofMinutes(1).toNanos();

  private final String name;
  private final @Nullable Compression compression;
  private final Compressions compressions;

  /**
   * @param compression what both sides agree on; {@code null}: none
   */
  BlocksTarget(String name, @Nullable Compression compression) {
    this.name = name;
    this.compression = compression;
    this.compressions =
        compression == null
            ? Compressions.NONE
            : Compressions.find(List.of(compression), List.of(compression.name()));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void run(byte[] input) {
    ByteArrayOutputStream script = new ByteArrayOutputStream();
    Hello hello = new Hello("any", MESSAGE_BYTES_MAX, null);
    script.writeBytes(HelloTarget.bytes(hello.compressing(compressions.names())));
    script.writeBytes(input);
    ScriptedChannel channel = new ScriptedChannel(script.toByteArray());
    Throwable reason =
        new Connection(channel, SystemTime.INSTANCE, compressions)
            .runServer(new CheckedFrames(true, MESSAGE_BYTES_MAX), hello, HANDSHAKE_NANOS);
    if (!(reason instanceof WireException) && !(reason instanceof EOFException)) {
      throw new Finding("a connection ends with " + reason, reason);
    }
  }

  @Override
  public long allocatedBytesMax(int inputBytes) {
    // A compressed block may be a few bytes, and inflate to 64 KiB of pings.
    return 8 * 1024 * 1024 + 4096L * inputBytes;
  }

  @Override
  public List<byte[]> seeds() {
    return List.of(
        (compression == null ? RecordedTalk.plain() : RecordedTalk.compressed(compression.name()))
            .blocks(true));
  }
}
