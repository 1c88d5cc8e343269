package dev.weft.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.weft.internal.wire.Block;
import dev.weft.internal.wire.FrameReader;
import dev.weft.internal.wire.FrameWriter;
import dev.weft.internal.wire.Hello;
import dev.weft.internal.wire.RecordedFrames;
import dev.weft.internal.wire.WireException;
import dev.weft.spi.Payload;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ReaderTest {

  /** How often a reader tries that has got one message. */
  private static final int TRIES = 256 + 4;

  private final FakeChannel channel = new FakeChannel();
  private final Traffic traffic = new Traffic();
  private final Outbox outbox = new Outbox(channel, new ManualTime(0), traffic, e -> {});
  private final ManualTime time = new ManualTime(0);
  private final AtomicInteger freeToSpin = new AtomicInteger(1);
  private final RecordedFrames found = new RecordedFrames();
  private final BufferPool buffers = new BufferPool(200_000, 1);
  private final List<Throwable> evictions = new CopyOnWriteArrayList<>();
  private final BorrowedBuffer buffer = new BorrowedBuffer(buffers, evictions::add);
  private final Reader reader = reader();
  private final FrameReader frames = new FrameReader(found, 1 << 20);

  private Reader reader() {
    SpinPermit permit = new SpinPermit(freeToSpin);
    ReadWait wait = new ReadWait(channel, outbox, permit);
    return new Reader(wait, outbox, new Turn(outbox, time, permit), traffic, buffer);
  }

  /** A block of responses with these ids. */
  private static byte[] block(int payloadBytes, int... ids) {
    ByteBuffer block =
        ByteBuffer.allocate(Block.HEADER_BYTES_MAX + Block.BYTES_MAX)
            .order(ByteOrder.LITTLE_ENDIAN)
            .position(Block.HEADER_BYTES_MAX);
    FrameWriter writer = new FrameWriter(block);
    for (int id : ids) {
      writer.response(id, Payload.of(new byte[payloadBytes]));
    }
    Block.seal(block);
    byte[] bytes = new byte[block.remaining()];
    block.get(bytes);
    return bytes;
  }

  private void readToTheEnd() {
    channel.receiveEnd();
    assertThatThrownBy(() -> reader.readBlocks(frames))
        .isInstanceOf(EOFException.class)
        .hasMessage("the peer has closed the connection");
  }

  private long[] sums() {
    long[] sums = new long[Traffic.NUMBERS];
    traffic.addTo(sums);
    return sums;
  }

  @Test
  void aBlockIsReadHoweverItIsCut() {
    byte[] block = block(30, 1, 2);
    for (int cut = 1; cut < block.length; cut++) {
      channel.receive(Arrays.copyOf(block, cut));
      channel.receive(Arrays.copyOfRange(block, cut, block.length));
    }
    readToTheEnd();
    assertThat(found.lines).hasSize(2 * (block.length - 1));
  }

  @Test
  void byteByByteIsSlowButRight() {
    for (byte each : block(300, 1, 2, 3)) {
      channel.receive(new byte[] {each});
    }
    readToTheEnd();
    assertThat(found.lines).hasSize(3);
  }

  @Test
  void severalBlocksInOneReadAreAllThere() {
    ByteBuffer several = ByteBuffer.allocate(100_000);
    for (int i = 0; i < 60; i++) {
      several.put(block(i, i));
    }
    channel.receive(several.flip());
    readToTheEnd();
    assertThat(found.lines).hasSize(60);
    long[] sums = sums();
    assertThat(sums[3]).as("reads").isEqualTo(1);
    assertThat(sums[4]).as("bytes").isEqualTo(several.limit());
    assertThat(sums[5]).as("messages").isEqualTo(60);
  }

  @Test
  void blocksOfTheLargestSizeFitHoweverTheyLie() {
    byte[] largest = block(Block.BYTES_MAX - 5, 7);
    assertThat(largest.length).isEqualTo(Block.BYTES_MAX + 4);
    for (int before = 1; before < 40; before += 13) {
      ByteBuffer row = ByteBuffer.allocate(3 * largest.length + 100);
      row.put(block(before, 1)).put(largest).put(largest).put(largest);
      channel.receive(row.flip());
    }
    readToTheEnd();
    assertThat(found.lines).hasSize(4 * 4 - 4);
  }

  @Test
  void theHelloMayComeInPiecesAndWithBlocksBehindIt() throws IOException {
    ByteBuffer hello = new Hello("fory-1", 1000, null).encode();
    ByteBuffer all = ByteBuffer.allocate(1000).put(hello).put(block(3, 1)).flip();
    byte[] bytes = new byte[all.remaining()];
    all.get(bytes);
    for (int i = 0; i < bytes.length; i += 5) {
      channel.receive(Arrays.copyOfRange(bytes, i, Math.min(bytes.length, i + 5)));
    }
    assertThat(reader.readHello()).isEqualTo(new Hello("fory-1", 1000, null));
    readToTheEnd();
    assertThat(found.lines).hasSize(1);
  }

  @Test
  void anEndInsideTheHelloIsAnEnd() {
    channel.receive(new byte[] {'W', 'E'});
    channel.receiveEnd();
    assertThatThrownBy(reader::readHello).isInstanceOf(EOFException.class);
  }

  @Test
  void anEndInsideABlockIsAnEnd() {
    byte[] block = block(30, 1);
    channel.receive(Arrays.copyOf(block, block.length - 1));
    readToTheEnd();
    assertThat(found.lines).isEmpty();
  }

  @Test
  void bytesThatBreakTheProtocolEndIt() {
    channel.receive(new byte[] {1, 2, 3});
    assertThatThrownBy(() -> reader.readBlocks(frames)).isInstanceOf(WireException.class);
  }

  @Test
  void whatTheMessagesGaveRiseToGoesOutTogetherAtTheEndOfTheBatch() {
    Thread both =
        Thread.ofVirtual()
            .start(() -> {
              outbox.open();
              RecordedFrames answering =
                  new RecordedFrames() {
                    @Override
                    public void response(long callId, ByteBuffer payload) {
                      outbox.offer(new Answer(callId));
                      assertThat(channel.written()).isEmpty();
                    }
                  };
              channel.receive(block(3, 1, 2, 3, 4, 5));
              channel.receiveEnd();
              assertThatThrownBy(() -> reader.readBlocks(new FrameReader(answering, 1000)))
                  .isInstanceOf(EOFException.class);
            });
    Eventually.ended(both);
    assertThat(channel.frames()).hasSize(5);
    assertThat(channel.writers()).hasSize(1);
    outbox.close(new IOException("over"));
  }

  private static final class Answer extends Outgoing {
    private final long id;

    Answer(long id) {
      this.id = id;
    }

    @Override
    public long frameBytesMax() {
      return FrameWriter.frameBytesMax(1, 0);
    }

    @Override
    public boolean writeTo(FrameWriter out, long nowNanos) {
      out.response(id, Payload.of(new byte[1]));
      return true;
    }

    @Override
    public void unsent(Throwable reason) {
      throw new AssertionError(reason);
    }
  }

  @Test
  void afterTriesInVainItSleepsUntilTriesSucceedAgain() {
    Thread thread = Thread.ofVirtual().start(() -> swallowing(() -> reader.readBlocks(frames)));
    assertThat(readsOfWaits(thread, 7)).as("a new connection").isEqualTo(7);
    assertThat(readsOfWaits(thread, 1)).as("it tries").isEqualTo(1 + TRIES);
    assertThat(readsOfWaits(thread, 8)).as("that was in vain").isEqualTo(8);
    assertThat(readsOfWaits(thread, 1)).as("it tries again").isEqualTo(1 + TRIES);
    assertThat(readsOfWaits(thread, 16)).as("that, too").isEqualTo(16);
    int reads = readsOfWaitWithSuccesses(thread, 15);
    assertThat(reads).as("until the try after the last").isBetween(15 + TRIES, 15 * 11 + TRIES);
    assertThat(readsOfWaits(thread, 1)).as("one in vain does not count").isEqualTo(1 + TRIES);
    assertThat(readsOfWaits(thread, 2)).as("two do").isEqualTo(2 + TRIES);
    channel.receiveEnd();
    Eventually.ended(thread);
  }

  /** How often it looks in a wait, after so many in which it finds something by trying. */
  private int readsOfWaitWithSuccesses(Thread thread, int successes) {
    AtomicInteger found = new AtomicInteger();
    channel.beforeReadNow =
        () -> {
          if (channel.readsNow() % 10 == 0 && found.get() < successes) {
            channel.receive(block(3, found.incrementAndGet()));
          }
        };
    int reads = readsOfWaits(thread, 1);
    assertThat(found).as("after a success, the next wait is tried").hasValue(successes);
    return reads;
  }

  @Test
  void whoHasSucceededOftenMayFailAFewTimes() {
    Thread thread = Thread.ofVirtual().start(() -> swallowing(() -> reader.readBlocks(frames)));
    readsOfWaits(thread, 7);
    readsOfWaitWithSuccesses(thread, 10 * ReadWait.FORGIVEN_MAX * ReadWait.SUCCESSES_PER_VAIN);
    for (int i = 2; i <= ReadWait.FORGIVEN_MAX; i++) {
      assertThat(readsOfWaits(thread, 1)).as("forgiven: %s", i).isEqualTo(1 + TRIES);
    }
    assertThat(readsOfWaits(thread, 1)).as("one in vain does not count").isEqualTo(1 + TRIES);
    assertThat(readsOfWaits(thread, 1)).as("two do").isEqualTo(1 + TRIES);
    assertThat(readsOfWaits(thread, 1)).as("the next is slept through").isEqualTo(1);
    channel.receiveEnd();
    Eventually.ended(thread);
  }

  @Test
  void whoHasGotMuchTriesForLonger() {
    Thread thread = Thread.ofVirtual().start(() -> swallowing(() -> reader.readBlocks(frames)));
    readsOfWaits(thread, 7);
    byte[] much = block(3, IntStream.range(0, 50).toArray());
    assertThat(readsOfWait(thread, much)).isEqualTo(1 + TRIES + 49 * 4);
    readsOfWaits(thread, 8);
    assertThat(readsOfWaits(thread, 1)).as("with one message").isEqualTo(1 + TRIES);
    channel.receiveEnd();
    Eventually.ended(thread);
  }

  /** How often it looks for something to read in so many waits, which all end when it sleeps. */
  private int readsOfWaits(Thread thread, int waits) {
    int reads = 0;
    for (int i = 0; i < waits; i++) {
      reads += readsOfWait(thread, block(3, i));
    }
    return reads;
  }

  /** The same in one wait, which ends with this block. */
  private int readsOfWait(Thread thread, byte[] block) {
    Eventually.that("it sleeps", () -> thread.getState() == Thread.State.WAITING);
    int before = channel.readsNow();
    long reads = sums()[5];
    channel.receive(block);
    Eventually.that("it has been read", () -> sums()[5] > reads);
    Eventually.that("it sleeps", () -> thread.getState() == Thread.State.WAITING);
    return channel.readsNow() - before;
  }

  /** Ends so many of its waits that it tries in the next one. */
  private void untilItTries(Thread thread, IntFunction<byte[]> pieces) {
    for (int i = 1; i < ReadWait.ASLEEP_FIRST; i++) {
      Eventually.that("it sleeps", () -> thread.getState() == Thread.State.WAITING);
      int reads = channel.blockingReads();
      channel.receive(pieces.apply(i));
      Eventually.that("it waits again", () -> channel.blockingReads() > reads);
    }
    Eventually.that("it sleeps", () -> thread.getState() == Thread.State.WAITING);
  }

  @Test
  void whatOthersSendWhileItTriesIsWritten() {
    AtomicReference<List<String>> written = new AtomicReference<>(List.of());
    AtomicReference<Throwable> end = new AtomicReference<>();
    Thread thread =
        Thread.ofVirtual().start(() -> end.set(catchThrowable(() -> reader.readBlocks(frames))));
    untilItTries(thread, i -> block(3, i));
    int before = channel.readsNow();
    channel.beforeReadNow =
        () -> {
          if (channel.readsNow() == before + 3) {
            outbox.offer(new Answer(7)); // as another thread might, that sees that it is awake
            assertThat(channel.written()).isEmpty();
            assertThat(freeToSpin).hasValue(0);
          } else if (channel.readsNow() == before + 6) {
            written.set(channel.frames());
            channel.receiveEnd();
          }
        };
    channel.receive(block(3, 0));
    Eventually.ended(thread);
    assertThat(end.get()).isInstanceOf(EOFException.class);
    assertThat(written.get()).hasSize(1).allMatch(line -> line.startsWith("response 7:"));
    assertThat(freeToSpin).as("its permit is given back").hasValue(1);
    outbox.close(new IOException("over"));
  }

  @Test
  void aChannelThatCannotTellIsReadByBlocking() {
    channel.canReadNow = false;
    for (int i = 0; i < 5; i++) {
      channel.receive(block(3, i));
    }
    readToTheEnd();
    assertThat(found.lines).hasSize(5);
    assertThat(channel.blockingReads()).isEqualTo(6);
  }

  @Test
  void anInterruptionThatACallbackLeavesBehindDoesNotEndTheConnection() {
    AtomicReference<Throwable> end = new AtomicReference<>();
    RecordedFrames interrupting =
        new RecordedFrames() {
          @Override
          public void response(long callId, ByteBuffer payload) {
            super.response(callId, payload);
            Thread.currentThread().interrupt();
          }
        };
    Thread thread =
        Thread.ofVirtual()
            .start(() -> {
              try {
                reader.readBlocks(new FrameReader(interrupting, 1000));
              } catch (IOException e) {
                end.set(e);
              }
            });
    for (int i = 0; i < 20; i++) {
      int before = i;
      channel.receive(block(3, i));
      Eventually.that(
          "it has been read, or the end", () -> sums()[5] == before + 1 || end.get() != null);
    }
    channel.receiveEnd();
    Eventually.ended(thread);
    assertThat(end.get()).isInstanceOf(EOFException.class);
    assertThat(interrupting.lines).hasSize(20);
  }

  private interface Reading {
    void run() throws IOException;
  }

  private static void swallowing(Reading reading) {
    try {
      reading.run();
    } catch (IOException e) {
      // the end
    }
  }

  @Test
  void onlyFewReadersOfTheProcessMaySpin() {
    AtomicInteger free = new AtomicInteger(2);
    SpinPermit[] permits = new SpinPermit[5];
    Arrays.setAll(permits, i -> new SpinPermit(free));
    assertThat(acquired(permits)).isEqualTo(2);
    assertThat(acquired(permits)).as("who has one needs no second").isEqualTo(2);
    for (SpinPermit permit : permits) {
      permit.release();
      permit.release();
    }
    assertThat(free).hasValue(2);
    assertThat(permits[4].acquire()).isTrue();
  }

  @Test
  void onASingleProcessorNoneMay() {
    assertThat(SpinPermit.atATime(1)).isZero();
    assertThat(SpinPermit.atATime(2)).isEqualTo(2);
  }

  /** How many of them have a permit, when all have tried. */
  private static long acquired(SpinPermit[] permits) {
    return Arrays.stream(permits).filter(SpinPermit::acquire).count();
  }

  @Test
  void aHandshakeThatFailsGivesThePermitBack() {
    byte[] hello = new Hello("codec-of-a-very-long-name".repeat(4), 1000, null).encode().array();
    AtomicReference<Throwable> end = new AtomicReference<>();
    Thread thread = Thread.ofVirtual().start(() -> end.set(catchThrowable(reader::readHello)));
    untilItTries(thread, i -> new byte[] {hello[i - 1]});
    AtomicInteger free = new AtomicInteger(-1);
    int before = channel.readsNow();
    channel.beforeReadNow =
        () -> {
          if (channel.readsNow() == before + 3) {
            free.set(freeToSpin.get());
            channel.receiveEnd();
          }
        };
    channel.receive(new byte[] {hello[ReadWait.ASLEEP_FIRST - 1]});
    Eventually.ended(thread);
    assertThat(end.get()).isInstanceOf(EOFException.class);
    assertThat(free).hasValue(0);
    reader.close();
    assertThat(freeToSpin).hasValue(1);
  }

  @Test
  void readersThatAlwaysFindSomethingLeaveTheirCarriersToOthersNowAndThen() {
    AtomicInteger busy = new AtomicInteger();
    RecordedFrames forgetting =
        new RecordedFrames() {
          @Override
          public void response(long callId, ByteBuffer payload) {}
        };
    List<FakeChannel> flooded = new ArrayList<>();
    List<Thread> readers = new ArrayList<>();
    for (int i = 0; i < 2 * BusyReader.CARRIERS; i++) {
      FakeChannel each = new FakeChannel();
      each.receive(block(3, 1, 2, 3));
      each.beforeReadNow =
          () -> {
            busy.incrementAndGet();
            each.receive(block(3, 1, 2, 3));
          };
      SpinPermit permit = new SpinPermit(freeToSpin);
      Reader one =
          new Reader(
              new ReadWait(each, outbox, permit),
              outbox,
              new Turn(outbox, SystemTime.INSTANCE, permit),
              traffic,
              new BorrowedBuffer(BufferPool.READS));
      flooded.add(each);
      readers.add(
          Thread.startVirtualThread(() ->
              assertThatThrownBy(() -> one.readBlocks(new FrameReader(forgetting, 100)))
                  .isInstanceOf(EOFException.class)));
    }
    Eventually.that("they read", () -> busy.get() > 10 * BusyReader.CARRIERS);
    Thread other = Thread.startVirtualThread(() -> {});
    try {
      Eventually.ended(other);
    } finally {
      for (FakeChannel each : flooded) {
        each.beforeReadNow = () -> {};
        each.receiveEnd();
      }
    }
    readers.forEach(Eventually::ended);
  }

  /** Lets the reader sleep with so much of the block. */
  private void sleepsWith(byte[] block, int from, int to) {
    int sleeps = channel.blockingReads();
    channel.receive(Arrays.copyOfRange(block, from, to));
    Eventually.that("it sleeps", () -> channel.blockingReads() > sleeps);
  }

  @Test
  void whoWaitsForTheRestOfABlockWaitsWithABuffer() {
    Thread reading =
        Thread.startVirtualThread(() ->
            assertThatThrownBy(() -> reader.readBlocks(frames)).isInstanceOf(EOFException.class));
    byte[] block = block(5000, 1);
    sleepsWith(block, 0, 100);
    assertThat(buffers.waiting()).as("it has none").isZero();
    sleepsWith(block, 100, 1000);
    assertThat(buffers.waiting()).isEqualTo(1);
    sleepsWith(block, 1000, block.length);
    assertThat(buffers.waiting()).as("the block is complete").isZero();
    channel.receiveEnd();
    Eventually.ended(reading);
    assertThat(found.lines).hasSize(1);
    assertThat(evictions).isEmpty();
  }
}
