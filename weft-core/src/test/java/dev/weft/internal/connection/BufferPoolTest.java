package dev.weft.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

final class BufferPoolTest {

  private final BufferPool pool = new BufferPool(1000);

  @Test
  void whatIsGivenBackIsLentAgain() {
    ByteBuffer first = pool.take();
    assertThat(first.isDirect()).isTrue();
    assertThat(first.remaining()).isEqualTo(1000);
    assertThat(first.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer second = pool.take();
    assertThat(second).isNotSameAs(first);
    first.position(10).limit(20);
    pool.give(first);
    ByteBuffer again = pool.take();
    assertThat(again).isSameAs(first);
    assertThat(again.remaining()).as("all of it can be used").isEqualTo(1000);
  }

  @Test
  void notAllAreKept() {
    ByteBuffer buffer = pool.take();
    for (int i = 0; i < 1000; i++) {
      pool.give(ByteBuffer.allocate(0));
    }
    assertThat(pool.idle()).isEqualTo(64);
    pool.give(buffer); // the garbage collector's
    assertThat(pool.idle()).isEqualTo(64);
  }

  @Test
  void aBorrowedBufferIsTheSameUntilItIsGivenBack() {
    BorrowedBuffer borrowed = new BorrowedBuffer(pool);
    ByteBuffer buffer = borrowed.get();
    assertThat(borrowed.get()).isSameAs(buffer);
    assertThat(pool.idle()).isZero();
    borrowed.giveBack();
    borrowed.giveBack();
    assertThat(pool.idle()).as("once").isEqualTo(1);
  }

  private BorrowedBuffer waiting(BufferPool of, List<String> evicted, String name) {
    BorrowedBuffer buffer =
        new BorrowedBuffer(of, reason -> evicted.add(name + ": " + reason.getMessage()));
    buffer.get();
    buffer.waits();
    return buffer;
  }

  @Test
  void whenAllAreLentWhoHasWaitedLongestMakesRoom() {
    BufferPool small = new BufferPool(1000, 4);
    List<String> evicted = new CopyOnWriteArrayList<>();
    BorrowedBuffer first = waiting(small, evicted, "first");
    BorrowedBuffer second = waiting(small, evicted, "second");
    waiting(small, evicted, "third");
    BorrowedBuffer working = new BorrowedBuffer(small, reason -> evicted.add("working"));
    working.get();
    first.waitsNoMore(); // a little of what it waits for has come,
    first.waits(); // but not all
    second.waitsNoMore();
    second.begins(); // all has come, and it waits for something else
    second.waits();
    assertThat(evicted).isEmpty();

    small.take();
    Eventually.that("one is evicted", () -> evicted.size() == 1);
    assertThat(evicted.get(0))
        .isEqualTo(
            "first: memory is short: 4 buffers of 1000 bytes are in use, all that may be for this"
                + " size of the heap; and of all connections that have one and wait until their"
                + " peers send, or read, the rest of a block, this one has waited longest");
    first.waitsNoMore();
    first.giveBack();
    small.take();
    Eventually.that("another one is evicted", () -> evicted.size() == 2);
    assertThat(evicted.get(1)).startsWith("third");
    second.waitsNoMore();
    small.take();
    small.take();
    assertThat(evicted).as("nobody waits any more, and who works is left alone").hasSize(2);
  }

  @Test
  void anOutboxHasABlockWhileItsReaderIsAwakeOrItIsWritten() {
    FakeChannel channel = new FakeChannel();
    Outbox outbox = new Outbox(channel, new ManualTime(0), new Traffic(), reason -> {}, pool);
    outbox.offer(new OutboxFixture.Message(1, 3));
    assertThat(channel.writers()).hasSize(1);
    assertThat(pool.idle()).as("written, by a caller").isEqualTo(1);

    outbox.readerAwakes();
    outbox.offer(new OutboxFixture.Message(2, 3));
    outbox.flush();
    assertThat(channel.writers()).hasSize(2);
    assertThat(pool.idle()).as("the next one is about to come").isZero();
    outbox.readerSleeps();
    assertThat(pool.idle()).isEqualTo(1);

    channel.writeNowMax = 0;
    outbox.offer(new OutboxFixture.Message(3, 3));
    assertThat(pool.idle()).as("the block is not written yet").isZero();
  }

  @Test
  void anOutboxThatWaitsForItsPeerIsEvicted() {
    BufferPool small = new BufferPool(1000, 1);
    FakeChannel channel = new FakeChannel();
    channel.canWriteNow = false;
    channel.block(true);
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    Outbox outbox = new Outbox(channel, new ManualTime(0), new Traffic(), failures::add, small);
    Eventually.ended(Thread.ofVirtual().start(outbox::open));
    outbox.offer(new OutboxFixture.Message(1, 3));
    Eventually.that("it waits", () -> channel.waitingWriters() == 1);
    small.take();
    Eventually.that("it is evicted", () -> failures.size() == 1);
    channel.block(false);
    outbox.close(failures.get(0));
    OutboxFixture.awaitEnd(outbox);
    assertThat(small.idle()).as("it has given its buffer back").isEqualTo(1);
    assertThat(small.waiting()).isZero();
  }
}
