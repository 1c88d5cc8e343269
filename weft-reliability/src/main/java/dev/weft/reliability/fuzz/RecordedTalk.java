package dev.weft.reliability.fuzz;

import dev.weft.CallOptions;
import dev.weft.Execution;
import dev.weft.RpcClient;
import dev.weft.RpcFunction;
import dev.weft.RpcServer;
import dev.weft.internal.wire.Block;
import dev.weft.internal.wire.Hello;
import dev.weft.reliability.fuzz.FuzzedService.Circle;
import dev.weft.reliability.fuzz.FuzzedService.Item;
import dev.weft.reliability.fuzz.FuzzedService.Order;
import dev.weft.reliability.fuzz.FuzzedService.OutOfStock;
import dev.weft.reliability.fuzz.FuzzedService.Size;
import dev.weft.reliability.fuzz.FuzzedService.Square;
import dev.weft.spi.ForwardingChannel;
import dev.weft.spi.TransportChannel;
import dev.weft.testing.MemoryTransport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What an honest client and an honest server say to each other, byte by byte: where looking for
 * dishonest bytes begins.
 */
final class RecordedTalk {

  static final Item ITEM =
      new Item(
          "a box",
          Size.LARGE,
          new int[] {1, 2, 300},
          new Item("ball", Size.SMALL, new int[0], null));
  static final Order ORDER =
      new Order(
          7,
          List.of(ITEM, ITEM),
          Map.of("one", ITEM),
          Optional.of(Instant.ofEpochSecond(1_790_000_000)),
          new byte[] {1, 2, 3});

  /** Over a block's size, so that it comes in pieces. */
  private static final int BIG = Block.BYTES_MAX + 1000;

  private final ByteArrayOutputStream client = new ByteArrayOutputStream();
  private final ByteArrayOutputStream server = new ByteArrayOutputStream();

  private RecordedTalk() {}

  /** Without compression. */
  static RecordedTalk plain() {
    return record("", false);
  }

  /** The same, with a request in pieces. */
  static RecordedTalk big() {
    return record("", true);
  }

  /** With this compression. */
  static RecordedTalk compressed(String compression) {
    return record(compression, false);
  }

  private static RecordedTalk record(String compression, boolean big) {
    RecordedTalk talk = new RecordedTalk();
    MemoryTransport memory = new MemoryTransport();
    RpcServer.Builder serving =
        serving(RpcServer.builder())
            .transport(memory)
            .listen("mem:talk")
            .onConnect(channel -> talk.new Tap(channel));
    RpcClient.Builder calling = RpcClient.builder().transport(memory);
    if (compression.isEmpty()) {
      serving.compression(false);
      calling.compression(false);
    } else {
      serving.compressions(compression);
      calling.compressions(compression);
    }
    try (RpcServer started = serving.start();
        RpcClient connected = calling.connect(started.address())) {
      talk(connected, big);
    }
    return talk;
  }

  /** What servers that are tried serve. */
  static RpcServer.Builder serving(RpcServer.Builder builder) {
    return builder
        .service(FuzzedService.class, new FuzzedService.Served(), Execution.inline())
        .function("threads", String.class, String.class, text -> text);
  }

  private static void talk(RpcClient client, boolean big) {
    FuzzedService service = client.service(FuzzedService.class);
    RpcFunction<String, String> threads = client.function("threads", String.class, String.class);
    service.echo("hello hello hello hello hello hello");
    if (big) {
      service.echo("x".repeat(BIG));
      return;
    }
    service.note("a note");
    try {
      service.place(ORDER, 1);
      service.place(ORDER, -1);
    } catch (OutOfStock e) {
      // As it should.
    }
    service.shapes(new ArrayList<>(List.of(new Circle(1.5), new Square(2, new Circle(1)))));
    service.later(5).join();
    service.login("secret");
    threads.call("on a thread");
    client
        .withOptions(service, CallOptions.DEFAULT.withMetadata("trace", "4711"))
        .echo("with metadata");
    service.later(-1).cancel(true);
    threads.call("after a cancellation");
  }

  /** All that one side has said. */
  byte[] said(boolean byClient) {
    return (byClient ? client : server).toByteArray();
  }

  /** The same after the hello. */
  byte[] blocks(boolean byClient) {
    ByteBuffer rest = ByteBuffer.wrap(said(byClient));
    Hello.decode(rest);
    byte[] blocks = new byte[rest.remaining()];
    rest.get(blocks);
    return blocks;
  }

  /** What is in the blocks: all of them, and the contents of each as it would stand alone. */
  List<byte[]> frames(boolean byClient) {
    ByteBuffer rest = ByteBuffer.wrap(blocks(byClient));
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    List<byte[]> frames = new CopyOnWriteArrayList<>();
    while (rest.hasRemaining()) {
      byte[] one = new byte[Block.open(rest)];
      rest.get(one);
      frames.add(one);
      all.writeBytes(one);
    }
    frames.add(all.toByteArray());
    return frames;
  }

  /** Writes down what passes the server's channel. */
  private final class Tap extends ForwardingChannel {

    Tap(TransportChannel channel) {
      super(channel);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      int start = target.position();
      return note(super.read(target), target, start, client);
    }

    @Override
    public int readNow(ByteBuffer target) throws IOException {
      int start = target.position();
      return note(super.readNow(target), target, start, client);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
      int start = source.position();
      return note(super.write(source), source, start, server);
    }

    @Override
    public int writeNow(ByteBuffer source) throws IOException {
      int start = source.position();
      return note(super.writeNow(source), source, start, server);
    }

    private static int note(int bytes, ByteBuffer from, int start, ByteArrayOutputStream to) {
      if (bytes > 0) {
        byte[] passed = new byte[bytes];
        from.get(start, passed);
        to.writeBytes(passed);
      }
      return bytes;
    }
  }
}
