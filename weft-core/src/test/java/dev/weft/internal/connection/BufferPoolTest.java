package dev.weft.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
}
