package dev.weft.internal.client;

import dev.weft.Executed;
import dev.weft.internal.connection.Eventually;
import dev.weft.internal.connection.FakeChannel;
import dev.weft.internal.wire.Block;
import dev.weft.internal.wire.ErrorCode;
import dev.weft.internal.wire.FrameWriter;
import dev.weft.internal.wire.Hello;
import dev.weft.spi.Payload;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Consumer;

/** The other end of a {@link FakeChannel}, played by the test. */
final class FakeServer {

  final FakeChannel channel;
  private final int helloBytes = new Hello("tiny-1", 1 << 20, null).encode().remaining();
  private final ByteBuffer block =
      ByteBuffer.allocate(Block.HEADER_BYTES_MAX + Block.BYTES_MAX).order(ByteOrder.LITTLE_ENDIAN);
  private final FrameWriter writer = new FrameWriter(block);

  FakeServer(FakeChannel channel) {
    this.channel = channel;
  }

  FakeServer hello() {
    channel.receive(new Hello("tiny-1", 1 << 20, null).encode());
    return this;
  }

  void refuse(String reason) {
    channel.receive(new Hello("tiny-1", 1 << 20, reason).encode());
  }

  /** What the client has sent since its hello, without the names of methods. */
  List<String> frames() {
    return channel.written().length <= helloBytes
        ? List.of()
        : channel.frames(helloBytes).stream().filter(line -> !line.startsWith("method")).toList();
  }

  /** Waits until the client has sent as many frames. */
  List<String> frames(int count) {
    Eventually.that("the client has sent " + count, () -> frames().size() >= count);
    return frames();
  }

  /** The id of the request at this place among the frames. */
  long requestId(int index) {
    String line = frames(index + 1).get(index);
    return Long.parseLong(line.substring("request ".length(), line.indexOf(" of")));
  }

  void send(Consumer<FrameWriter> frames) {
    block.clear().position(Block.HEADER_BYTES_MAX);
    frames.accept(writer);
    Block.seal(block);
    channel.receive(block);
  }

  /** A block with these frames, to be sent piece by piece. */
  byte[] bytes(Consumer<FrameWriter> frames) {
    block.clear().position(Block.HEADER_BYTES_MAX);
    frames.accept(writer);
    Block.seal(block);
    byte[] bytes = new byte[block.remaining()];
    block.get(bytes);
    return bytes;
  }

  void respond(long id, byte[] payload) {
    send(out -> out.response(id, Payload.of(payload)));
  }

  void fail(long id, ErrorCode code, Executed executed, String type, String message) {
    send(out ->
        out.error(
            id,
            code,
            executed,
            FrameWriter.text(type),
            FrameWriter.text(message),
            Payload.of(new byte[0])));
  }
}
