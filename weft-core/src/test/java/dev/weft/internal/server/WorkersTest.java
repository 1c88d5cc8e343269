package dev.weft.internal.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.Metadata;
import dev.weft.internal.connection.Connection;
import dev.weft.internal.connection.Eventually;
import dev.weft.internal.connection.FakeChannel;
import dev.weft.internal.connection.ManualTime;
import dev.weft.internal.connection.SystemTime;
import dev.weft.internal.wire.Frame;
import dev.weft.spi.Payload;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The threads of a connection's handlers, with the test at its other end. */
final class WorkersTest {

  private final FakeListener listener = new FakeListener();
  private final ConcurrentHashMap<Thread, Boolean> threads = new ConcurrentHashMap<>();
  private final Semaphore gate = new Semaphore(0);
  private final AtomicInteger waiting = new AtomicInteger();
  private ServerCore server;
  private FakeClient client;

  @BeforeEach
  void start() {
    server =
        new RoomyServer()
            .with(
                "echo",
                (context, argument) -> {
                  threads.put(Thread.currentThread(), true);
                  return argument;
                })
            .with(
                "wait",
                (context, argument) -> {
                  threads.put(Thread.currentThread(), true);
                  waiting.incrementAndGet();
                  gate.acquire();
                  return argument;
                })
            .with(
                "pause",
                (context, argument) -> {
                  LockSupport.parkNanos(20_000);
                  return argument;
                })
            .start(SystemTime.INSTANCE, listener);
    client = listener.connect().hello();
    client.serversHello();
  }

  @AfterEach
  void theThreadsEnd() {
    gate.release(1_000_000);
    server.close();
    Eventually.that("no connection is left", () -> server.connectionCount() == 0);
    Eventually.that("no call runs", () -> server.runningCalls() == 0);
    threads.keySet().forEach(Eventually::ended);
  }

  private void requests(int first, int count, String method) {
    client.send(out -> {
      for (int i = first; i < first + count; i++) {
        out.request(i, client.name(method), 0, Payload.of(new byte[] {0}));
      }
    });
  }

  @Test
  void allCallsOfABatchRunOnce() {
    for (int round = 0; round < 5; round++) {
      requests(round * 3000, 3000, "echo");
    }
    List<String> frames = client.frames(15_000);
    assertThat(frames).hasSize(15_000).doesNotHaveDuplicates();
  }

  @Test
  void handlersThatWaitDoNotDelayTheOthers() {
    requests(0, 100, "wait");
    Eventually.that("all hundred wait at once", () -> waiting.get() == 100);
    requests(100, 1, "echo");
    assertThat(client.frame()).startsWith("response 100:");
    gate.release(100);
    assertThat(client.frames(101)).hasSize(101);
  }

  @Test
  void answersGoOutThoughTheNextHandlerOfTheirThreadWaits() {
    for (int round = 0; round < 200; round++) {
      int first = round * 10;
      client.send(out -> {
        for (int i = 0; i < 5; i++) {
          out.request(first + i, client.name("echo"), 0, Payload.of(new byte[] {0}));
        }
        out.request(first + 5, client.name("wait"), 0, Payload.of(new byte[] {0}));
        for (int i = 6; i < 9; i++) {
          out.request(first + i, client.name("echo"), 0, Payload.of(new byte[] {0}));
        }
      });
      client.frames(round * 9 + 8);
      gate.release();
      client.frames(round * 9 + 9);
    }
  }

  @Test
  void aLoneCallIsAnsweredAtOnceWhateverCameBefore() {
    for (int i = 0; i < 300; i++) {
      requests(i, 1, "echo");
      client.frames(i + 1);
    }
    assertThat(threads.size()).as("threads for one call at a time").isLessThan(50);
  }

  /**
   * All carriers are kept busy, so that the worker on its way comes when the first one has gone on
   * to the second call: it takes the third, and must see to the answer of the first.
   */
  @Test
  void anAnswerDoesNotWaitForTheHandlersOfTwoWorkers() {
    CountDownLatch firstMayEnd = new CountDownLatch(1);
    CountDownLatch othersMayEnd = new CountDownLatch(1);
    AtomicInteger begun = new AtomicInteger();
    RoomyServer each =
        new RoomyServer()
            .with(
                "each",
                (context, argument) -> {
                  if (begun.incrementAndGet() == 1) {
                    spinUntilZero(firstMayEnd);
                  } else {
                    othersMayEnd.await();
                  }
                  return argument;
                });
    FakeChannel channel = new FakeChannel();
    ManualTime time = new ManualTime(0); // to the worker, the first was a short one
    Connection connection = new Connection(channel, time);
    ServerConnection served = new ServerConnection(each.core(time), connection, 0);
    served.method(0, StandardCharsets.UTF_8.encode("each"));
    served.request(0, 0, 0, Metadata.EMPTY, ByteBuffer.wrap(new byte[] {0}));
    Eventually.that("the first runs", () -> begun.get() == 1);
    AtomicInteger busy = new AtomicInteger(1);
    int carriers =
        Integer.getInteger(
            "jdk.virtualThreadScheduler.parallelism", Runtime.getRuntime().availableProcessors());
    for (int i = 1; i < carriers; i++) {
      Thread.startVirtualThread(() -> {
        busy.incrementAndGet();
        spinUntilZero(othersMayEnd);
      });
    }
    Eventually.that("no carrier is free", () -> busy.get() == carriers);
    served.request(1, 0, 0, Metadata.EMPTY, ByteBuffer.wrap(new byte[] {0}));
    served.request(2, 0, 0, Metadata.EMPTY, ByteBuffer.wrap(new byte[] {0}));
    firstMayEnd.countDown();
    try {
      Eventually.that("both others run", () -> begun.get() == 3);
      Eventually.that("the first is answered", () -> channel.frames().size() == 1);
    } finally {
      othersMayEnd.countDown();
    }
    Eventually.that("all are answered", () -> channel.frames().size() == 3);
    served.ended();
  }

  private static void spinUntilZero(CountDownLatch latch) {
    while (latch.getCount() > 0) {
      Thread.onSpinWait();
    }
  }

  @Test
  void moreCallsThanTheQueueHoldsRunAllTheSame() {
    requests(0, 3000, "wait");
    Eventually.that("all wait at once", () -> waiting.get() == 3000);
    gate.release(3000);
    assertThat(client.frames(3000)).doesNotHaveDuplicates();
  }

  @Test
  void onlyFewThreadsStayWhenNothingIsToBeDone() {
    requests(0, 500, "wait");
    Eventually.that("all wait at once", () -> waiting.get() == 500);
    gate.release(500);
    client.frames(500);
    Eventually.that(
        "most have ended", () -> threads.keySet().stream().filter(Thread::isAlive).count() <= 2);
  }

  @Test
  void theThreadsEndWithTheConnection() {
    requests(0, 100, "echo");
    client.frames(100);
    client.channel.receiveEnd();
    threads.keySet().forEach(Eventually::ended);
  }

  @Test
  void underStressEveryCallIsAnsweredOnce() throws InterruptedException {
    int clients = 3;
    CountDownLatch done = new CountDownLatch(clients);
    ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    for (int c = 0; c < clients; c++) {
      SplittableRandom random = new SplittableRandom(c);
      FakeClient each = listener.connect().hello();
      Thread.ofPlatform()
          .start(() -> {
            try {
              each.serversHello();
              int sent = 0;
              while (sent < 4000) {
                int first = sent;
                int count = random.nextInt(1, 60);
                each.send(out -> {
                  for (int i = 0; i < count; i++) {
                    String method =
                        random.nextInt(10) == 0
                            ? "pause"
                            : random.nextInt(100) == 0 ? "wait" : "echo";
                    int id = (first + i) % Frame.SLOTS_MAX;
                    out.request(id, each.name(method), 0, Payload.of(new byte[] {0}));
                  }
                });
                sent += count;
                gate.release(count);
                if (random.nextInt(4) == 0) {
                  Thread.yield();
                }
                if (random.nextInt(20) == 0) {
                  each.frames(sent);
                }
              }
              assertThat(each.frames(sent)).hasSize(sent).doesNotHaveDuplicates();
            } catch (Throwable e) {
              failures.add(e);
            } finally {
              done.countDown();
            }
          });
    }
    done.await();
    assertThat(failures).isEmpty();
  }
}
