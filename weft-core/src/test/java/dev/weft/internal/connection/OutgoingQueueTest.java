package dev.weft.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.wire.FrameWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OutgoingQueueTest {

  private static final class Numbered extends Outgoing {
    final int number;

    Numbered(int number) {
      this.number = number;
    }

    @Override
    public long frameBytesMax() {
      return 0;
    }

    @Override
    public boolean writeTo(FrameWriter out, long nowNanos) {
      throw new AssertionError();
    }

    @Override
    public void unsent(Throwable reason) {
      throw new AssertionError(reason);
    }
  }

  private final OutgoingQueue queue = new OutgoingQueue();

  private int takeNumber() {
    Outgoing message = queue.take();
    return message instanceof Numbered numbered ? numbered.number : -1;
  }

  @Test
  void theOldestComesFirst() {
    assertThat(queue.isEmpty()).isTrue();
    assertThat(queue.take()).isNull();
    for (int i = 0; i < 5; i++) {
      queue.put(new Numbered(i));
    }
    assertThat(takeNumber()).isZero();
    assertThat(takeNumber()).isEqualTo(1);
    // These wait behind those that came with the first.
    queue.put(new Numbered(5));
    queue.put(new Numbered(6));
    for (int i = 2; i < 7; i++) {
      assertThat(queue.isEmpty()).isFalse();
      assertThat(takeNumber()).isEqualTo(i);
    }
    assertThat(queue.isEmpty()).isTrue();
    assertThat(queue.take()).isNull();
  }

  @Test
  void theRestOfAChainComesBeforeWhatCameMeanwhile() {
    for (int i = 0; i < 3; i++) {
      queue.put(new Numbered(i));
    }
    Outgoing first = queue.takeAll();
    assertThat(queue.isEmpty()).isTrue();
    queue.put(new Numbered(3));
    queue.putBack(first.next);
    for (int i = 1; i < 4; i++) {
      assertThat(takeNumber()).isEqualTo(i);
    }
    assertThat(queue.takeAll()).isNull();
  }

  @Test
  void itTellsWhatNobodyHasLookedAt() {
    assertThat(queue.hasNew()).isFalse();
    assertThat(queue.newOnes()).isZero();
    queue.put(new Numbered(1));
    queue.put(new Numbered(2));
    assertThat(queue.hasNew()).isTrue();
    assertThat(queue.newOnes()).isEqualTo(2);
    queue.take();
    assertThat(queue.hasNew()).isFalse();
    assertThat(queue.newOnes()).isZero();
    assertThat(queue.isEmpty()).isFalse();
    queue.put(new Numbered(3));
    assertThat(queue.newOnes()).isEqualTo(1);
  }

  @Test
  void aTakenMessageCanBePutIntoAnother() {
    OutgoingQueue other = new OutgoingQueue();
    for (int i = 0; i < 10; i++) {
      queue.put(new Numbered(i));
    }
    for (Outgoing next = queue.take(); next != null; next = queue.take()) {
      other.put(next);
      assertThat(queue.isEmpty() || !other.isEmpty()).isTrue();
    }
    assertThat(other.newOnes()).isEqualTo(10);
    for (int i = 0; i < 10; i++) {
      assertThat(((Numbered) other.take()).number).isEqualTo(i);
    }
  }

  @Test
  void underStressEachMessageComesOnceAndInItsThreadsOrder() {
    int threads = 3;
    int each = 60_000;
    List<Thread> putting = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      int base = t * each;
      Thread.Builder builder = t == 0 ? Thread.ofVirtual() : Thread.ofPlatform();
      putting.add(
          builder.start(() -> {
            for (int i = 0; i < each; i++) {
              queue.put(new Numbered(base + i));
              if (i % 64 == 0) {
                Thread.yield();
              }
            }
          }));
    }
    int[] next = new int[threads];
    int taken = 0;
    while (taken < threads * each) {
      int number = takeNumber();
      if (number < 0) {
        Thread.yield();
        continue;
      }
      int thread = number / each;
      if (number % each != next[thread]++) {
        throw new AssertionError(number + " came out of turn");
      }
      taken++;
    }
    putting.forEach(Eventually::ended);
    assertThat(queue.isEmpty()).isTrue();
  }
}
