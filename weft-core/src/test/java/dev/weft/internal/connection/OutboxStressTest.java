package dev.weft.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many threads, and a channel that takes now much, now little, now nothing. */
final class OutboxStressTest extends OutboxFixture {

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void underStressEachMessageEndsOnce(boolean closeInTheMiddle) throws Exception {
    openOnAnotherThread();
    int threads = 6;
    List<List<Message>> sent = new ArrayList<>();
    CountDownLatch ready = new CountDownLatch(threads);
    AtomicBoolean stop = new AtomicBoolean();
    List<Thread> senders = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      List<Message> own = new ArrayList<>();
      sent.add(own);
      int base = t * 1_000_000;
      SplittableRandom random = new SplittableRandom(t);
      Thread.Builder builder = t % 2 == 0 ? Thread.ofVirtual() : Thread.ofPlatform();
      senders.add(
          builder.start(() -> {
            ready.countDown();
            for (int i = 0; i < 8000 && !stop.get(); i++) {
              int kind = random.nextInt(1000);
              int bytes = kind == 0 ? 150_000 : kind < 30 ? random.nextInt(20_000) : kind % 40;
              Message message = new Message(base + i, bytes);
              own.add(message);
              outbox.offer(message);
              if (kind % 16 == 0) {
                Thread.yield();
              }
            }
          }));
    }
    ready.await();
    SplittableRandom random = new SplittableRandom(42);
    long end = System.nanoTime() + 400_000_000L;
    while (System.nanoTime() < end) {
      channel.canWriteNow = random.nextInt(3) > 0;
      channel.writeNowMax = random.nextBoolean() ? random.nextInt(3000) : Integer.MAX_VALUE;
      channel.writeMax = random.nextBoolean() ? random.nextInt(1, 30_000) : Integer.MAX_VALUE;
      Thread.yield();
    }
    channel.writeMax = Integer.MAX_VALUE;
    if (closeInTheMiddle) {
      channel.close();
      outbox.close(new IOException("over"));
      awaitEnd(outbox);
    }
    stop.set(true);
    senders.forEach(Eventually::ended);
    for (List<Message> own : sent) {
      Eventually.that("all have ended", () -> own.stream().allMatch(each -> each.ends() > 0));
      assertThat(own).allMatch(each -> each.ends() == 1);
    }
    if (!closeInTheMiddle) {
      long all = sent.stream().mapToInt(List::size).sum();
      Eventually.that("all are written", () -> channel.frames().size() == all);
      Eventually.that("all are counted", () -> messagesWritten() == all);
      assertInOrder(channel.frames(), sent);
    }
  }

  private static void assertInOrder(List<String> frames, List<List<Message>> sent) {
    assertThat(frames).hasSize(sent.stream().mapToInt(List::size).sum());
    for (List<Message> own : sent) {
      int base = own.get(0).id;
      List<String> expected =
          own.stream().filter(each -> each.payload.length < 60_000).map(Message::frame).toList();
      List<String> found =
          frames.stream()
              .filter(line -> {
                int id = Integer.parseInt(line.substring(9, line.indexOf(':')));
                return id >= base && id < base + 1_000_000 && !line.contains(": 150000 bytes");
              })
              .toList();
      assertThat(found).isEqualTo(expected);
    }
  }
}
