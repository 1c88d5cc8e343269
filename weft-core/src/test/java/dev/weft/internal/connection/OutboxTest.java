package dev.weft.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.wire.Block;
import dev.weft.internal.wire.FrameWriter;
import dev.weft.internal.wire.MethodName;
import dev.weft.internal.wire.RecordedFrames;
import dev.weft.spi.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who writes, what, and in which order. */
final class OutboxTest extends OutboxFixture {

  @Test
  void aLoneMessageIsWrittenByItsSender() {
    openOnAnotherThread();
    Message message = offer(10);
    assertThat(channel.frames()).isEqualTo(frames(message));
    assertThat(channel.writers()).containsExactly(Thread.currentThread());
    assertThat(messagesWritten()).isEqualTo(1);
  }

  @Test
  void whileTheReaderIsAwakeMessagesWaitForItsFlushAndGoOutTogether() {
    openOnAnotherThread();
    outbox.readerAwakes();
    Message first = offer(10);
    Message second = offer(20);
    outbox.flushUnlessReaderDoes();
    assertThat(channel.written()).isEmpty();
    outbox.flush();
    assertThat(channel.frames()).isEqualTo(frames(first, second));
    assertThat(channel.writers()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"10, 64", "128, 64", "400, 200", "1000000, 256"})
  void aGroupDoesNotWaitForTheReader(long openCalls, int size) {
    openOnAnotherThread();
    AtomicLong open = new AtomicLong();
    outbox.groupBy(open::get);
    open.set(openCalls);
    outbox.readerAwakes();
    for (int i = 0; i < size - 1; i++) {
      outbox.enqueue(message(10));
    }
    assertThat(channel.written()).isEmpty();
    outbox.enqueue(message(10));
    assertThat(channel.frames()).hasSize(size);
    assertThat(channel.writers()).hasSize(1);
    outbox.enqueue(message(10));
    assertThat(channel.frames()).as("the next one waits again").hasSize(size);
    outbox.flush();
  }

  @Test
  void whatWaitsForTheReaderIsWrittenWhenItFallsAsleep() {
    openOnAnotherThread();
    outbox.readerAwakes();
    Message first = offer(10);
    outbox.readerSleeps();
    assertThat(channel.frames()).isEqualTo(frames(first));
    Message second = offer(10);
    assertThat(channel.frames()).isEqualTo(frames(first, second));
  }

  @Test
  void noMessageIsLeftBetweenASenderAndAReaderThatFallsAsleep() throws InterruptedException {
    openOnAnotherThread();
    int count = 20_000;
    Thread reader =
        Thread.ofPlatform()
            .start(() -> {
              while (messagesWritten() < count) {
                outbox.readerAwakes();
                outbox.readerSleeps();
                // From here on the senders see to it themselves, until the next turn.
              }
            });
    for (int i = 0; i < count; i++) {
      offer(1);
      int sent = i + 1;
      if (i % 10 == 0) {
        Eventually.that("it is written", () -> messagesWritten() == sent);
      }
    }
    Eventually.that("all are written", () -> messagesWritten() == count);
    reader.join();
  }

  @Test
  void whatIsEnqueuedWaitsForAFlush() {
    openOnAnotherThread();
    Message message = message(10);
    outbox.enqueue(message);
    assertThat(channel.written()).isEmpty();
    outbox.flush();
    assertThat(channel.frames()).isEqualTo(frames(message));
  }

  @Test
  void aWithdrawnMessageWritesNothing() {
    openOnAnotherThread();
    Message withdrawn =
        new Message(0, 10) {
          @Override
          public boolean writeTo(FrameWriter out, long nowNanos) {
            written.incrementAndGet();
            return false;
          }
        };
    messages.add(withdrawn);
    outbox.offer(withdrawn);
    assertThat(channel.written()).isEmpty();
    assertThat(messagesWritten()).isZero();
  }

  @Test
  void whoeverFindsItBusyLeavesTheMessageToTheWriter() {
    openOnAnotherThread();
    List<Message> others = new ArrayList<>();
    channel.beforeWriteNow =
        () -> {
          channel.beforeWriteNow = () -> {};
          Thread other =
              Thread.ofPlatform()
                  .start(() -> {
                    for (int i = 0; i < 3; i++) {
                      others.add(offer(5));
                    }
                  });
          Eventually.ended(other); // it does not wait, though the channel is being written to
        };
    Message first = offer(10);
    assertThat(channel.frames())
        .isEqualTo(frames(first, others.get(0), others.get(1), others.get(2)));
    assertThat(channel.writers()).containsExactly(Thread.currentThread(), Thread.currentThread());
  }

  @Test
  void afterSomeBlocksTheOthersMessagesAreTheWriterThreads() {
    openOnAnotherThread();
    Thread sender = Thread.currentThread();
    AtomicInteger rounds = new AtomicInteger();
    channel.beforeWriteNow =
        () -> {
          if (Thread.currentThread() == sender && rounds.incrementAndGet() < 1000) {
            offer(1); // as if others never ceased
          }
        };
    offer(1);
    assertThat(rounds.get()).isLessThan(20);
    eachEndedOnce();
    Eventually.that("all is written", () -> channel.frames().size() == messages.size());
    assertThat(channel.writers()).anyMatch(thread -> thread.getName().equals("weft-writer"));
  }

  @Test
  void whenWritingWouldBlockTheWriterThreadDoesIt() {
    openOnAnotherThread();
    channel.canWriteNow = false;
    Message first = offer(10);
    Message second = offer(10);
    Eventually.that("both are written", () -> channel.frames().size() == 2);
    assertThat(channel.frames()).isEqualTo(frames(first, second));
    assertThat(channel.writers()).allMatch(thread -> thread.getName().equals("weft-writer"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 7, 63})
  void whatIsWrittenOnlyInPartIsFinishedByTheWriterThread(int taken) {
    openOnAnotherThread();
    channel.beforeWriteNow =
        () -> {
          if (!channel.writers().isEmpty()) {
            channel.writeNowMax = 0; // full after the first piece
          }
        };
    channel.writeNowMax = taken;
    channel.writeMax = 5;
    Message first = offer(100);
    Message second = offer(100);
    Eventually.that("both are written", () -> channel.frames().size() == 2);
    assertThat(channel.frames()).isEqualTo(frames(first, second));
    assertThat(messagesWritten()).isEqualTo(2);
  }

  @Test
  void whileTheWriterThreadWaitsNobodyElseDoes() {
    openOnAnotherThread();
    channel.canWriteNow = false;
    channel.block(true);
    offer(10);
    Eventually.that("the writer waits", () -> channel.waitingWriters() == 1);
    channel.canWriteNow = true;
    for (int i = 0; i < 500; i++) {
      offer(10); // returns
    }
    assertThat(channel.written()).isEmpty();
    channel.block(false);
    Eventually.that("all are written", () -> channel.frames().size() == 501);
    assertThat(channel.frames()).isEqualTo(messages.stream().map(Message::frame).toList());
    assertThat(channel.writers().size()).isLessThan(20);
  }

  @Test
  void afterTheWriterThreadHasCaughtUpSendersWriteThemselvesAgain() {
    openOnAnotherThread();
    channel.canWriteNow = false;
    offer(10);
    Eventually.that("it is written", () -> channel.frames().size() == 1);
    channel.canWriteNow = true;
    Eventually.that(
        "a sender writes",
        () -> {
          offer(10);
          return channel.writers().contains(Thread.currentThread());
        });
  }

  @Test
  void messagesOfOneThreadKeepTheirOrder() {
    openOnAnotherThread();
    SplittableRandom random = new SplittableRandom(5);
    channel.writeMax = 1000;
    for (int i = 0; i < 3000; i++) {
      channel.canWriteNow = random.nextInt(4) > 0;
      channel.writeNowMax = random.nextInt(3) == 0 ? random.nextInt(500) : Integer.MAX_VALUE;
      offer(random.nextInt(2000));
    }
    Eventually.that("all are written", () -> messagesWritten() == 3000);
    assertThat(channel.frames()).isEqualTo(messages.stream().map(Message::frame).toList());
  }

  @Test
  void aFullBlockCarriesTheNextMessageOver() {
    openOnAnotherThread();
    outbox.readerAwakes();
    Message first = offer(40_000);
    Message second = offer(40_000);
    Message third = offer(10);
    outbox.flush();
    assertThat(channel.frames()).isEqualTo(frames(first, second, third));
    assertThat(channel.writers()).hasSize(2);
  }

  @Test
  void messagesOfAllSizesAroundABlocksArrive() {
    openOnAnotherThread();
    outbox.readerAwakes();
    for (int bytes = Block.BYTES_MAX - 100; bytes < Block.BYTES_MAX + 20; bytes++) {
      offer(bytes);
      offer(1);
    }
    outbox.flush();
    Eventually.that("all are written", () -> channel.frames().size() == messages.size());
    assertThat(channel.frames())
        .containsExactlyInAnyOrderElementsOf(messages.stream().map(Message::frame).toList());
  }

  @Test
  void smallMessagesDoNotWaitForABigOne() {
    openOnAnotherThread();
    AtomicInteger blocks = new AtomicInteger();
    channel.canWriteNow = false; // all by the writer thread, without a bound of rounds
    channel.block(true);
    Message big = offer(1_000_000);
    List<Message> smalls = new ArrayList<>();
    Eventually.that("the writer waits", () -> channel.waitingWriters() == 1);
    for (int i = 0; i < 5; i++) {
      smalls.add(offer(10));
    }
    assertThat(blocks).hasValue(0);
    channel.block(false);
    Eventually.that("all is written", () -> channel.frames().size() == 6);
    List<String> expected = new ArrayList<>(smalls.stream().map(Message::frame).toList());
    expected.add(big.frame());
    assertThat(channel.frames()).isEqualTo(expected);
  }

  @Test
  void aBigMessageGoesOnUnderEndlessSmallOnes() {
    openOnAnotherThread();
    // Before each write so many small ones come that they alone fill the next block.
    channel.canWriteNow = false;
    AtomicBoolean stop = new AtomicBoolean();
    Message big = new Message(1_000_000, 300_000);
    IntFunction<Message> small = id -> new Message(id, 900);
    Thread flood =
        Thread.ofPlatform()
            .start(() -> {
              int id = 0;
              while (!stop.get()) {
                if (outbox.waitingBytes() < 200_000) {
                  outbox.offer(small.apply(id++ % 1000));
                  outbox.offer(new Message(5, 1100));
                }
              }
            });
    Eventually.that("the flood runs", () -> messagesWritten() > 1000);
    messages.add(big);
    outbox.offer(big);
    try {
      Eventually.that("the big one has been begun", () -> big.written.get() == 1);
      Eventually.that("it is written", () -> channel.frames().contains(big.frame()));
    } finally {
      stop.set(true);
      Eventually.ended(flood);
    }
  }

  @Test
  void aBigRequestThatNamesItsMethodFindsRoomForTheName() {
    openOnAnotherThread();
    outbox.readerAwakes();
    MethodName method = new MethodName("m".repeat(1000), 0);
    // The small ones leave less room than the name needs.
    offer(40_000);
    offer(Block.BYTES_MAX - 40_000 - 300);
    Message big =
        new Message(2, 100_000) {
          @Override
          public long frameBytesMax() {
            return FrameWriter.frameBytesMax(payload.length, method.length());
          }

          @Override
          public boolean writeTo(FrameWriter out, long nowNanos) {
            written.incrementAndGet();
            out.request(id, method, 0, Payload.of(payload));
            return true;
          }
        };
    messages.add(big);
    outbox.offer(big);
    Message last = offer(10);
    outbox.flush();
    assertThat(channel.frames())
        .contains(
            last.frame(),
            "method 0 is " + method,
            "request 2 of 0 in 0: " + RecordedFrames.show(big.payload));
  }

  @Test
  void waitingBytesAreThoseThatWait() {
    openOnAnotherThread();
    channel.canWriteNow = false;
    channel.block(true);
    offer(10);
    Eventually.that("the writer waits", () -> channel.waitingWriters() == 1);
    offer(500);
    assertThat(outbox.waitingBytes()).isZero();
    offer(10_000);
    offer(200_000);
    assertThat(outbox.waitingBytes()).isBetween(210_000L, 210_200L);
    channel.block(false);
    Eventually.that("nothing waits", () -> outbox.waitingBytes() == 0);
  }
}
