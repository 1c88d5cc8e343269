package dev.weft.internal.server;

import dev.weft.internal.connection.Eventually;
import dev.weft.internal.connection.FakeChannel;
import dev.weft.internal.service.BoundMethod;
import dev.weft.internal.service.MethodDescription;
import dev.weft.internal.service.Payloads;
import dev.weft.internal.service.TinyCodec;
import dev.weft.internal.wire.Block;
import dev.weft.internal.wire.FrameWriter;
import dev.weft.internal.wire.Hello;
import dev.weft.internal.wire.MethodName;
import dev.weft.internal.wire.RecordedFrames;
import dev.weft.spi.Payload;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The other end of a server's channel, played by the test. */
final class FakeClient {

  final FakeChannel channel;
  private final ByteBuffer block =
      ByteBuffer.allocate(Block.HEADER_BYTES_MAX + Block.BYTES_MAX).order(ByteOrder.LITTLE_ENDIAN);
  private final FrameWriter writer = new FrameWriter(block);
  private final Map<String, MethodName> names = new HashMap<>();
  private final BoundMethod texts =
      BoundMethod.bind(
              List.of(MethodDescription.function("f", String.class, String.class)), new TinyCodec())
          .get(0);
  private int helloBytes;

  FakeClient(FakeChannel channel) {
    this.channel = channel;
  }

  FakeClient hello(Hello hello) {
    channel.receive(hello.encode());
    return this;
  }

  FakeClient hello() {
    return hello(new Hello("tiny-1", 1 << 20, null));
  }

  /** Reads what the server has said first. */
  Hello serversHello() {
    Eventually.that("the server has said hello", () -> channel.written().length >= 7);
    ByteBuffer in = ByteBuffer.wrap(channel.written());
    Hello hello = Hello.decode(in);
    helloBytes = in.position();
    return hello;
  }

  MethodName name(String method) {
    return names.computeIfAbsent(method, text -> new MethodName(text, names.size()));
  }

  void send(Consumer<FrameWriter> frames) {
    block.clear().position(Block.HEADER_BYTES_MAX);
    frames.accept(writer);
    Block.seal(block);
    channel.receive(block);
  }

  /** Sends a block with these frames, whatever they are. */
  void sendRaw(byte[] frames) {
    block.clear().position(Block.HEADER_BYTES_MAX).put(frames);
    Block.seal(block);
    channel.receive(block);
  }

  void request(long id, String method, String argument) {
    request(id, method, 0, argument);
  }

  void request(long id, String method, int timeoutMillis, String argument) {
    send(out ->
        out.request(
            id, name(method), timeoutMillis, Payload.of(Payloads.arguments(texts, argument))));
  }

  void oneWay(String method, String argument) {
    send(out -> out.oneWay(name(method), Payload.of(Payloads.arguments(texts, argument))));
  }

  void cancel(long id) {
    send(out -> out.cancel(id));
  }

  List<String> frames() {
    if (helloBytes == 0) {
      serversHello();
    }
    return channel.written().length <= helloBytes ? List.of() : channel.frames(helloBytes);
  }

  List<String> frames(int count) {
    Eventually.that("the server has sent " + count, () -> frames().size() >= count);
    return frames();
  }

  /** The only frame there is. */
  String frame() {
    List<String> frames = frames(1);
    if (frames.size() > 1) {
      throw new AssertionError(frames.toString());
    }
    return frames.get(0);
  }

  String response(long id, String result) {
    return "response " + id + ": " + RecordedFrames.show(Payloads.result(texts, result));
  }
}
