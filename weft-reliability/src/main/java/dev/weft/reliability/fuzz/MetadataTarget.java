package dev.weft.reliability.fuzz;

import dev.weft.Metadata;
import dev.weft.internal.wire.FrameReader;
import dev.weft.internal.wire.MetadataSection;
import dev.weft.internal.wire.WireException;
import dev.weft.reliability.wire.WireBytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;

/** The metadata of a request. */
final class MetadataTarget implements FuzzTarget {

  private static final int MESSAGE_BYTES_MAX = 64 * 1024;

  @Override
  public String name() {
    return "metadata";
  }

  @Override
  public void run(byte[] input) {
    byte[] request = new WireBytes().varint(1).varint(1).varint(0).bytes(input).toByteArray();
    byte[] block =
        new WireBytes()
            .frame(WireBytes.METHOD, new WireBytes().varint(0).text("m").toByteArray())
            .frame(WireBytes.REQUEST, request)
            .toByteArray();
    FrameReader reader =
        new FrameReader(new CheckedFrames(true, MESSAGE_BYTES_MAX), MESSAGE_BYTES_MAX);
    try {
      reader.read(ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN));
    } catch (WireException e) {
      // What it is for.
    }
  }

  @Override
  public long allocatedBytesMax(int inputBytes) {
    return 256 * 1024 + 512L * inputBytes;
  }

  @Override
  public List<byte[]> seeds() {
    return List.of(
        MetadataSection.encode(Metadata.of("trace-id", "0af7651916cd43dd")),
        MetadataSection.encode(Metadata.of(Map.of("a", "", "b.c_d", "größer 漢字"))));
  }
}
