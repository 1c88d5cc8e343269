package dev.weft.internal.connection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.wire.Block;
import dev.weft.internal.wire.FrameReader;
import dev.weft.internal.wire.FrameWriter;
import dev.weft.internal.wire.Hello;
import dev.weft.internal.wire.RecordedFrames;
import dev.weft.internal.wire.WireException;
import dev.weft.spi.Decompressor;
import dev.weft.spi.Payload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a connection does with the compression that the hellos agree on, until its end. */
final class ConnectionCompressionTest {

  private static final Hello HELLO = new Hello("test-1", 1 << 20, null);
  private static final List<String> TINY = List.of("tiny");
  private static final byte[] SECRET = "a secret of no less than thirty-two bytes".getBytes(UTF_8);

  private final TinyCompression tiny = new TinyCompression();
  private final FakeChannel channel = new FakeChannel();
  private final ManualTime time = new ManualTime(0);
  private final Compressions compressions = Compressions.find(List.of(tiny), TINY);
  private final Connection connection = new Connection(channel, time, compressions);
  private final CompletableFuture<Hello> opened = new CompletableFuture<>();
  private final CompletableFuture<Throwable> end = new CompletableFuture<>();
  private final RecordedFrames received = new RecordedFrames();
  private Thread thread;

  private final class Owner extends RecordedFrames implements Connection.Owner {
    private final CompletableFuture<Hello> begun;

    Owner(CompletableFuture<Hello> begun) {
      this.begun = begun;
    }

    @Override
    public void opened(Connection which, Hello peer) {
      begun.complete(peer);
    }

    @Override
    public void response(long callId, ByteBuffer payload) {
      received.response(callId, payload);
    }
  }

  private void runClient() {
    thread =
        Thread.ofVirtual()
            .start(() -> end.complete(connection.runClient(new Owner(opened), HELLO, 1_000_000)));
  }

  private void openClient() {
    runClient();
    channel.receive(HELLO.compressing(TINY).encode());
    Eventually.that("it is open", opened::isDone);
  }

  private Throwable end() {
    Eventually.that("it has ended", end::isDone);
    Eventually.ended(thread);
    assertThat(tiny.closed).as("contexts closed").hasValue(tiny.opened.get());
    assertThat(tiny.misused).as("contexts used after their end").hasValue(0);
    return end.join();
  }

  private Throwable close() {
    connection.close(new IOException("over"));
    return end();
  }

  /** A response that may be sensitive. */
  private static final class Message extends Outgoing {
    final int id;
    final byte[] payload;
    final boolean sensitive;

    Message(int id, byte[] payload, boolean sensitive) {
      this.id = id;
      this.payload = payload;
      this.sensitive = sensitive;
    }

    @Override
    public long frameBytesMax() {
      return FrameWriter.frameBytesMax(payload.length, 0);
    }

    @Override
    public boolean isSensitive() {
      return sensitive;
    }

    @Override
    public boolean writeTo(FrameWriter out, long nowNanos) {
      out.response(id, Payload.of(payload));
      return true;
    }

    @Override
    public void unsent(Throwable reason) {
      // The connection is over.
    }
  }

  /** A block that was written: whether it was compressed, and its frames. */
  private record Written(boolean compressed, List<String> frames) {}

  private List<Written> written() {
    ByteBuffer in = ByteBuffer.wrap(channel.written()).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(Hello.decode(in)).isNotNull();
    List<Written> blocks = new ArrayList<>();
    RecordedFrames found = new RecordedFrames();
    FrameReader reader = new FrameReader(found, 1 << 28);
    Decompressor decompressor = new TinyCompression().decompressor();
    BlockInflater inflater = new BlockInflater(decompressor);
    int limit = in.limit();
    for (int start = in.position(), length; (length = Block.open(in, true)) >= 0; ) {
      int end = in.position() + length;
      in.limit(end);
      int inflated = Block.inflatedLength(in, start);
      int before = found.lines.size();
      reader.read(inflated == 0 ? in : inflater.inflate(in, inflated));
      blocks.add(
          new Written(inflated != 0, List.copyOf(found.lines.subList(before, found.lines.size()))));
      in.limit(limit).position(end);
      start = end;
    }
    return blocks;
  }

  private List<String> frames(boolean compressed) {
    return written().stream()
        .filter(block -> block.compressed == compressed)
        .flatMap(block -> block.frames.stream())
        .toList();
  }

  private static String frame(int id, byte[] payload) {
    return "response " + id + ": " + RecordedFrames.show(payload);
  }

  @Test
  void aClientOffersAndUsesWhatTheServerChooses() {
    openClient();
    Hello said = Hello.decode(ByteBuffer.wrap(channel.written()));
    assertThat(said).isEqualTo(HELLO.compressing(TINY));
    connection.outbox().offer(new Message(1, new byte[100], false));
    connection.outbox().offer(new Message(1, new byte[100], false));
    Eventually.that("both are written", () -> frames(true).size() == 2);
    close();
  }

  @Test
  void aClientWhoseServerChoosesNothingCompressesNothing() {
    runClient();
    channel.receive(HELLO.encode());
    Eventually.that("it is open", opened::isDone);
    connection.outbox().offer(new Message(1, new byte[100], false));
    Eventually.that("it is written", () -> frames(false).size() == 1);
    close();
    assertThat(tiny.opened).hasValue(0);
  }

  @Test
  void aServerThatChoosesWhatWasNotOfferedIsLeft() {
    runClient();
    channel.receive(HELLO.compressing(List.of("deflate")).encode());
    assertThat(end()).isInstanceOf(HandshakeException.class);
    assertThat(tiny.opened).hasValue(0);
  }

  @Test
  void aServerSaysWhatItHasChosenAndUsesIt() {
    thread =
        Thread.ofVirtual()
            .start(() -> end.complete(connection.runServer(new Owner(opened), HELLO, 1_000_000)));
    channel.receive(HELLO.compressing(List.of("other", "tiny")).encode());
    Eventually.that("it is open", opened::isDone);
    assertThat(Hello.decode(ByteBuffer.wrap(channel.written()))).isEqualTo(HELLO.compressing(TINY));
    connection.outbox().offer(new Message(1, new byte[100], false));
    Eventually.that("it is written", () -> frames(true).size() == 1);
    close();
    assertThat(tiny.opened).hasValue(2);
  }

  @Test
  void aServerWithoutCompressionChoosesNone() {
    Connection plain = new Connection(channel, time);
    thread =
        Thread.ofVirtual()
            .start(() -> end.complete(plain.runServer(new Owner(opened), HELLO, 1_000_000)));
    channel.receive(HELLO.compressing(TINY).encode());
    Eventually.that("it is open", opened::isDone);
    assertThat(Hello.decode(ByteBuffer.wrap(channel.written()))).isEqualTo(HELLO);
    plain.close(new IOException("over"));
    end();
  }

  @Test
  void compressedAndStoredBlocksAreReadAsTheyCome() {
    openClient();
    BlockCompressor peer = new BlockCompressor(tiny.compressor(), new Traffic());
    for (int i = 0; i < 5; i++) {
      for (int bytes : new int[] {100, 3, 3000}) {
        channel.receive(peer.seal(block(i, bytes)));
      }
    }
    peer.close();
    Eventually.that("all are read", () -> received.lines.size() == 15);
    assertThat(received.lines.get(14)).isEqualTo(frame(4, new byte[3000]));
    close();
  }

  private static ByteBuffer block(int id, int payloadBytes) {
    ByteBuffer block =
        ByteBuffer.allocateDirect(Block.HEADER_BYTES_MAX + Block.BYTES_MAX)
            .order(ByteOrder.LITTLE_ENDIAN)
            .position(Block.HEADER_BYTES_MAX);
    new FrameWriter(block).response(id, Payload.of(new byte[payloadBytes]));
    return block;
  }

  @Test
  void aBlockThatCannotBeInflatedEndsTheConnection() {
    openClient();
    channel.receive(new byte[] {1, 3, 5, 0, 0, 0});
    assertThat(close()).isInstanceOf(Exception.class);
  }

  @Test
  void aBlockThatLiesEndsTheConnection() {
    openClient();
    channel.receive(new byte[] {1, 5, 5, 0, 0, 0, 0, 7});
    assertThat(end())
        .isInstanceOf(WireException.class)
        .hasMessageContaining("instead of the 5 that it announces");
  }

  @Test
  void aCompressorThatFailsEndsTheConnectionButNobodysCall() {
    openClient();
    tiny.failure = new IllegalStateException("broken");
    connection.outbox().offer(new Message(1, new byte[100], false));
    assertThat(end()).hasMessage("broken");
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void whatWasOpenedBeforeTheOtherFailedIsClosed() {
    tiny.openFailure = new IllegalStateException("no memory");
    runClient();
    channel.receive(HELLO.compressing(TINY).encode());
    assertThat(end()).hasMessage("no memory");
    assertThat(tiny.opened).hasValue(1);
  }

  @Test
  void sensitiveMessagesAreInNoContext() {
    openClient();
    channel.canWriteNow = false;
    channel.block(true);
    connection.outbox().offer(new Message(0, new byte[100], false));
    Eventually.that("the writer waits", () -> channel.waitingWriters() == 1);
    for (int i = 1; i < 100; i++) {
      connection.outbox().offer(new Message(i, SECRET, i % 2 == 1));
    }
    connection.outbox().offer(new Message(100, new byte[200_000], false));
    connection.outbox().offer(new Message(101, new byte[300_000], true));
    connection.outbox().offer(new Message(102, new byte[200_000], false));
    connection.outbox().offer(new Message(103, new byte[500], true));
    channel.block(false);
    Eventually.that("all are written", () -> frames(true).size() + frames(false).size() == 104);
    // The big ones count where their last piece is.
    assertThat(frames(true)).hasSizeGreaterThan(10);
    for (int i = 1; i < 100; i += 2) {
      assertThat(frames(false)).contains(frame(i, SECRET));
    }
    assertThat(frames(false)).contains(frame(101, new byte[300_000]), frame(103, new byte[500]));
    // The small ones are not torn into a block each.
    assertThat(written().size()).isLessThan(20);
    close();
  }

  @Test
  void closingAtAnyMomentFreesEachContextOnceAndUsesNoneAfterwards() {
    for (int round = 0; round < 200; round++) {
      TinyCompression each = new TinyCompression();
      FakeChannel its = new FakeChannel();
      Connection one = new Connection(its, time, Compressions.find(List.of(each), TINY));
      CompletableFuture<Throwable> ended = new CompletableFuture<>();
      CompletableFuture<Hello> begun = new CompletableFuture<>();
      Connection.Owner owner = new Owner(begun);
      Thread reader =
          Thread.ofVirtual().start(() -> ended.complete(one.runClient(owner, HELLO, 1_000_000)));
      its.receive(HELLO.compressing(TINY).encode());
      Eventually.that("it is open", begun::isDone);
      AtomicInteger sent = new AtomicInteger();
      List<Thread> senders = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        senders.add(
            Thread.ofVirtual()
                .start(() -> {
                  for (int i = 0; i < 100; i++) {
                    one.outbox().offer(new Message(i, new byte[100], i % 10 == 0));
                    sent.incrementAndGet();
                  }
                }));
      }
      int moment = round;
      Eventually.that("some are sent", () -> sent.get() >= moment);
      one.close(new IOException("over"));
      senders.forEach(Eventually::ended);
      Eventually.that("it has ended", ended::isDone);
      Eventually.ended(reader);
      assertThat(each.opened).hasValue(2);
      assertThat(each.closed).hasValue(2);
      assertThat(each.misused).hasValue(0);
    }
  }
}
