package dev.weft.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.wire.FrameWriter;
import dev.weft.internal.wire.RecordedFrames;
import dev.weft.spi.Payload;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;

/** An outbox with the test at the other end of its channel, and the messages it was given. */
abstract class OutboxFixture {

  final FakeChannel channel = new FakeChannel();
  final Traffic traffic = new Traffic();
  final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
  final Outbox outbox = new Outbox(channel, new ManualTime(0), traffic, this::failed);
  final List<Message> messages = new ArrayList<>();

  private void failed(Throwable reason) {
    failures.add(reason);
    channel.close();
    outbox.close(reason);
  }

  long messagesWritten() {
    long[] sums = new long[Traffic.NUMBERS];
    traffic.addTo(sums);
    return sums[2];
  }

  /** Counts how it was ended. */
  static class Message extends Outgoing {
    final int id;
    final byte[] payload;
    final AtomicInteger written = new AtomicInteger();
    final AtomicInteger unsent = new AtomicInteger();

    Message(int id, int bytes) {
      this.id = id;
      this.payload = new byte[bytes];
    }

    @Override
    public long frameBytesMax() {
      return FrameWriter.frameBytesMax(payload.length, 0);
    }

    @Override
    public boolean writeTo(FrameWriter out, long nowNanos) {
      written.incrementAndGet();
      out.response(id, Payload.of(payload));
      return true;
    }

    @Override
    public void unsent(Throwable reason) {
      assertThat(reason).isNotNull();
      unsent.incrementAndGet();
    }

    String frame() {
      return "response " + id + ": " + RecordedFrames.show(payload);
    }

    int ends() {
      return written.get() + unsent.get();
    }
  }

  /** On a thread of its own: should it never end, that is a failure and not a test that hangs. */
  static void awaitEnd(Outbox which) {
    Eventually.ended(Thread.ofPlatform().daemon().start(which::awaitEnd));
  }

  Message message(int bytes) {
    Message message = new Message(messages.size(), bytes);
    messages.add(message);
    return message;
  }

  Message offer(int bytes) {
    Message message = message(bytes);
    outbox.offer(message);
    return message;
  }

  /** From a thread that is not the reader's. */
  void openOnAnotherThread() {
    Thread reader = Thread.ofVirtual().start(outbox::open);
    Eventually.ended(reader);
  }

  List<String> frames(Message... expected) {
    return List.of(expected).stream().map(Message::frame).toList();
  }

  void eachEndedOnce() {
    Eventually.that(
        "all messages have ended", () -> messages.stream().allMatch(each -> each.ends() > 0));
    assertThat(messages).allMatch(each -> each.ends() == 1);
  }

  void nobodyHoldsItAndItIsClosed() {
    awaitEnd(outbox);
    Message late = offer(10);
    assertThat(late.unsent).hasValue(1);
    assertThat(outbox.isClosed()).isTrue();
  }

  @AfterEach
  void whateverHappensNothingStaysWithoutAnEnd() {
    channel.block(false);
    channel.beforeWriteNow = () -> {};
    channel.close();
    outbox.close(new IOException("the test is over"));
    awaitEnd(outbox);
    eachEndedOnce();
  }
}
