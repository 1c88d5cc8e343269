package dev.weft.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.internal.wire.FrameWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** Closing and failing, at every moment: each message is ended exactly once. */
final class OutboxEndTest extends OutboxFixture {

  @Test
  void afterTheCloseMessagesAreToldAtOnce() {
    openOnAnotherThread();
    outbox.close(new IOException("over"));
    Message late = offer(10);
    Message lateAndBig = offer(100_000);
    assertThat(late.unsent).hasValue(1);
    assertThat(lateAndBig.unsent).hasValue(1);
    assertThat(channel.written()).isEmpty();
    awaitEnd(outbox);
  }

  @Test
  void closedBeforeItWasOpened() {
    outbox.close(new IOException("over"));
    outbox.open();
    outbox.readerAwakes();
    Message corked = offer(10); // which the writer thread may meet on its way out
    awaitEnd(outbox);
    assertThat(corked.unsent).hasValue(1);
  }

  @Test
  void closedWhileASenderWrites() {
    openOnAnotherThread();
    List<Message> later = new ArrayList<>();
    channel.beforeWriteNow =
        () -> {
          later.add(offer(10));
          later.add(offer(100_000));
          outbox.close(new IOException("over"));
          channel.close();
        };
    Message first = offer(10);
    assertThat(first.written).hasValue(1);
    assertThat(later).allMatch(each -> each.unsent.get() == 1);
    nobodyHoldsItAndItIsClosed();
  }

  @Test
  void closedWhileTheWriterThreadWaits() {
    openOnAnotherThread();
    channel.canWriteNow = false;
    channel.block(true);
    Message first = offer(10);
    Eventually.that("the writer waits", () -> channel.waitingWriters() == 1);
    Message waiting = offer(10);
    Message big = offer(100_000);
    channel.close();
    outbox.close(new IOException("over"));
    nobodyHoldsItAndItIsClosed();
    assertThat(first.written).hasValue(1);
    assertThat(waiting.unsent).hasValue(1);
    assertThat(big.unsent).hasValue(1);
  }

  @Test
  void closedWhileABigMessageIsUnderWay() {
    openOnAnotherThread();
    channel.canWriteNow = false;
    channel.block(true);
    Message big = offer(500_000);
    Message nextBig = offer(500_000);
    Eventually.that("the writer waits", () -> channel.waitingWriters() == 1);
    Message small = offer(60_000);
    Message carried = offer(60_000);
    channel.close();
    outbox.close(new IOException("over"));
    nobodyHoldsItAndItIsClosed();
    assertThat(big.written).hasValue(1);
    assertThat(nextBig.unsent.get() + nextBig.written.get()).isEqualTo(1);
    assertThat(small.unsent).hasValue(1);
    assertThat(carried.unsent).hasValue(1);
  }

  @Test
  void closedBetweenHandingOverAndTakingOver() {
    // Many times, so that all orders occur; each time nothing is stranded.
    for (int round = 0; round < 500; round++) {
      FakeChannel each = new FakeChannel();
      Outbox box = new Outbox(each, new ManualTime(0), new Traffic(), e -> {});
      box.open();
      each.canWriteNow = false;
      Message message = new Message(1, 10);
      Message late = new Message(2, 10);
      Thread sender =
          Thread.ofVirtual()
              .start(() -> {
                box.offer(message);
                box.offer(late);
              });
      each.close();
      box.close(new IOException("over"));
      Eventually.ended(sender);
      awaitEnd(box);
      assertThat(message.ends()).isEqualTo(1);
      assertThat(late.ends()).isEqualTo(1);
    }
  }

  private void failsToWrite(Throwable failure, boolean byTheWriterThread) {
    openOnAnotherThread();
    channel.canWriteNow = !byTheWriterThread;
    channel.writeFailure = failure;
    outbox.enqueue(message(60_000));
    outbox.enqueue(message(60_000));
    outbox.enqueue(message(100_000));
    try {
      outbox.flush();
    } catch (RuntimeException | Error e) {
      assertThat(e).isSameAs(failure); // may be passed on, but only when all is done
    }
    Eventually.that("the failure is told", () -> !failures.isEmpty());
    nobodyHoldsItAndItIsClosed();
    eachEndedOnce();
  }

  @Test
  void aWriteThatFailsEndsIt() {
    failsToWrite(new IOException("broken pipe"), false);
    assertThat(failures).extracting(Throwable::getMessage).containsExactly("broken pipe");
  }

  @Test
  void aWriteOfTheWriterThreadThatFailsEndsIt() {
    failsToWrite(new IOException("broken pipe"), true);
    assertThat(failures).extracting(Throwable::getMessage).containsExactly("broken pipe");
  }

  @Test
  void aChannelThatThrowsAnythingEndsIt() {
    failsToWrite(new IllegalStateException("a bug of the channel"), false);
  }

  @Test
  void aChannelThatThrowsAnythingAtTheWriterThreadEndsIt() {
    failsToWrite(new IllegalStateException("a bug of the channel"), true);
  }

  @Test
  void anErrorOfTheChannelEndsIt() {
    failsToWrite(new OutOfMemoryError("not really"), false);
  }

  @Test
  void anErrorOfTheChannelAtTheWriterThreadEndsIt() {
    failsToWrite(new StackOverflowError("not really"), true);
  }

  private void aMessageFailsToBeWritten(Throwable failure, boolean byTheWriterThread, int bytes) {
    openOnAnotherThread();
    channel.canWriteNow = !byTheWriterThread;
    Message bad =
        new Message(77, bytes) {
          @Override
          public boolean writeTo(FrameWriter out, long nowNanos) {
            written.incrementAndGet();
            if (failure instanceof Error e) {
              throw e;
            }
            throw (RuntimeException) failure;
          }
        };
    outbox.enqueue(message(60_000));
    outbox.enqueue(message(100_000)); // a big one, to wait behind the small ones
    outbox.enqueue(message(10));
    messages.add(bad);
    outbox.enqueue(bad);
    outbox.enqueue(message(10));
    outbox.enqueue(message(60_000));
    outbox.enqueue(message(100_000));
    try {
      outbox.flush();
    } catch (RuntimeException | Error e) {
      assertThat(e).isSameAs(failure);
    }
    Eventually.that("the failure is told", () -> !failures.isEmpty());
    nobodyHoldsItAndItIsClosed();
    eachEndedOnce();
  }

  @Test
  void aMessageThatThrowsEndsItAndTheOthersAreTold() {
    aMessageFailsToBeWritten(new IllegalStateException("a bug"), false, 10);
  }

  @Test
  void aMessageThatThrowsAtTheWriterThreadEndsItAndTheOthersAreTold() {
    aMessageFailsToBeWritten(new IllegalStateException("a bug"), true, 10);
  }

  @Test
  void aBigMessageThatThrowsEndsItAndTheOthersAreTold() {
    aMessageFailsToBeWritten(new OutOfMemoryError("not really"), false, 200_000);
  }

  @Test
  void aFailureWithNothingBehindItInTheQueueStrandsNobody() {
    // One small message that fits no more and one big one have left the queue, then it fails.
    openOnAnotherThread();
    outbox.enqueue(message(100_000));
    outbox.enqueue(message(200_000));
    Message bad =
        new Message(77, 10) {
          @Override
          public boolean writeTo(FrameWriter out, long nowNanos) {
            written.incrementAndGet();
            throw new IllegalStateException("a bug");
          }
        };
    messages.add(bad);
    outbox.enqueue(bad);
    assertThatThrownBy(outbox::flush).isInstanceOf(IllegalStateException.class);
    Eventually.that("the failure is told", () -> !failures.isEmpty());
    awaitEnd(outbox);
    eachEndedOnce();
  }

  @Test
  void anUnsentMessageThatThrowsDoesNotStrandTheOthers() {
    openOnAnotherThread();
    Message bad =
        new Message(77, 10) {
          @Override
          public void unsent(Throwable reason) {
            super.unsent(reason);
            throw new IllegalStateException("a bug");
          }
        };
    outbox.enqueue(message(10));
    messages.add(bad);
    outbox.enqueue(bad);
    outbox.enqueue(message(10));
    outbox.enqueue(message(100_000));
    try {
      outbox.close(new IOException("over"));
    } catch (IllegalStateException e) {
      // allowed, as long as the others are told
    }
    awaitEnd(outbox);
    eachEndedOnce();
  }

  @Test
  void aStackOverflowOfASenderStrandsNobody() throws InterruptedException {
    openOnAnotherThread();
    ConcurrentLinkedQueue<Message> offered = new ConcurrentLinkedQueue<>();
    for (int offset = 0; offset < 40 && failures.isEmpty(); offset++) {
      int frames = offset;
      Thread deep =
          new Thread(null, () -> dive(0, 1_000_000, frames, offered), "deep", 256 * 1024L);
      deep.setUncaughtExceptionHandler((thread, e) -> {});
      deep.start();
      deep.join();
    }
    // It either still works, or it has ended and said so.
    Message after = offer(10);
    if (outbox.isClosed()) {
      Eventually.that("the failure is told", () -> !failures.isEmpty());
      awaitEnd(outbox);
      assertThat(after.unsent).hasValue(1);
    } else {
      Eventually.that("it is written", () -> after.written.get() == 1);
    }
  }

  private int dive(int depth, int bottom, int pad, ConcurrentLinkedQueue<Message> offered) {
    long a = depth;
    long b = pad;
    if (depth < bottom) {
      try {
        return dive(depth + 1, bottom, pad, offered) + (int) (a - b);
      } catch (StackOverflowError e) {
        // Just above the bottom: little stack is left, a bit more on each level up.
        Message message = new Message(depth, 10);
        outbox.offer(message);
        offered.add(message);
      }
    }
    return depth;
  }
}
