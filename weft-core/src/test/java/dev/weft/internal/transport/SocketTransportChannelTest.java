package dev.weft.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.connection.Eventually;
import dev.weft.spi.TransportChannel;
import dev.weft.spi.TransportListener;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Both ends of a real connection over the loopback device. */
final class SocketTransportChannelTest {

  private TransportChannel here;
  private TransportChannel there;

  @BeforeEach
  void connect() throws IOException {
    TcpTransport tcp = new TcpTransport(SocketBuffers.OF_THE_SYSTEM);
    try (TransportListener listener = tcp.listen(URI.create("tcp://127.0.0.1:0"))) {
      here = tcp.connect(URI.create(listener.address()), Duration.ofSeconds(5));
      there = listener.accept();
    }
  }

  @AfterEach
  void close() throws IOException {
    here.close();
    there.close();
  }

  private interface Work {
    void run() throws Exception;
  }

  private static Thread virtual(Work work, AtomicReference<Throwable> failure) {
    return Thread.ofVirtual()
        .start(() -> {
          try {
            work.run();
          } catch (Throwable e) {
            failure.compareAndSet(null, e);
          }
        });
  }

  private static ByteBuffer bytes(int length) {
    return ByteBuffer.allocate(length);
  }

  /** A thread that reads from the channel, as Weft's reader does, and counts. */
  private static Thread drain(TransportChannel channel, AtomicLong count) {
    return Thread.ofVirtual()
        .start(() -> {
          ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);
          try {
            for (int tries = 0; ; tries++) {
              buffer.clear();
              int bytes = tries % 3 == 0 ? channel.readNow(buffer) : 0;
              if (bytes == 0 || bytes == TransportChannel.CANNOT_TELL) {
                bytes = channel.read(buffer);
              }
              if (bytes < 0) {
                return;
              }
              count.addAndGet(bytes);
            }
          } catch (IOException e) {
            // closed
          }
        });
  }

  private void untilTheyReadAndWriteWithoutWaiting() throws Exception {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread both =
        virtual(
            () -> {
              for (TransportChannel[] pair :
                  new TransportChannel[][] {{here, there}, {there, here}}) {
                pair[0].write(bytes(1));
                assertThat(pair[1].read(bytes(1))).isEqualTo(1);
              }
            },
            failure);
    Eventually.ended(both);
    assertThat(failure.get()).isNull();
    assertThat(here.canWriteNow()).isTrue();
    assertThat(there.canWriteNow()).isTrue();
  }

  @Test
  void readNowTellsWhatThereIs() throws Exception {
    untilTheyReadAndWriteWithoutWaiting();
    assertThat(here.readNow(bytes(10))).isZero();
    assertThat(there.writeNow(bytes(3))).isEqualTo(3);
    AtomicInteger read = new AtomicInteger();
    Eventually.that(
        "three bytes have come",
        () -> {
          try {
            return read.addAndGet(here.readNow(bytes(10))) == 3;
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
    there.close();
    Eventually.that(
        "the end is seen",
        () -> {
          try {
            return here.readNow(bytes(10)) == -1;
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
  }

  @Test
  void whileTheReaderWaitsOthersKnowThatTheyCannotWriteNow() throws Exception {
    untilTheyReadAndWriteWithoutWaiting();
    AtomicLong count = new AtomicLong();
    Thread reader = drain(here, count);
    Eventually.that("the reader waits", () -> !here.canWriteNow());
    assertThat(here.writeNow(bytes(5))).isZero();
    // The writer thread can.
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Eventually.ended(virtual(() -> assertThat(here.write(bytes(5))).isEqualTo(5), failure));
    assertThat(failure.get()).isNull();
    there.close();
    Eventually.ended(reader);
  }

  @Test
  void aFullSocketTakesPartAndTheWriterThreadWaitsForTheRest() throws Exception {
    untilTheyReadAndWriteWithoutWaiting();
    long written = 0;
    int now;
    do {
      now = here.writeNow(bytes(1 << 20));
      written += now;
    } while (now > 0);
    assertThat(written).isPositive();
    assertThat(here.writeNow(bytes(1))).isZero();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread writer =
        virtual(
            () -> {
              ByteBuffer more = bytes(1 << 20);
              while (more.hasRemaining()) {
                here.write(more);
              }
            },
            failure);
    Eventually.that("the writer waits", () -> writer.getState() == Thread.State.WAITING);
    assertThat(here.canWriteNow()).isFalse();
    assertThat(here.writeNow(bytes(1))).isZero();
    assertThat(here.readNow(bytes(1))).isEqualTo(TransportChannel.CANNOT_TELL);
    AtomicLong count = new AtomicLong();
    Thread reader = drain(there, count);
    Eventually.ended(writer);
    assertThat(failure.get()).isNull();
    long all = written + (1 << 20);
    Eventually.that("all has come", () -> count.get() == all);
    here.close();
    Eventually.ended(reader);
  }

  @Test
  void bothEndsCanBeFullAtOnceAndStillComeFreeAgain() throws Exception {
    // Readers that had to wait for their writers would leave both ends waiting for ever.
    AtomicReference<Throwable> failure = new AtomicReference<>();
    int bytes = 16 << 20;
    AtomicLong atHere = new AtomicLong();
    AtomicLong atThere = new AtomicLong();
    List<Thread> writers = new ArrayList<>();
    for (TransportChannel channel : List.of(here, there)) {
      writers.add(
          virtual(
              () -> {
                ByteBuffer all = bytes(bytes);
                while (all.hasRemaining()) {
                  channel.write(all);
                }
              },
              failure));
    }
    Eventually.that(
        "both wait",
        () -> writers.stream().allMatch(each -> each.getState() == Thread.State.WAITING));
    Thread readerHere = drain(here, atHere);
    Thread readerThere = drain(there, atThere);
    writers.forEach(Eventually::ended);
    Eventually.that("all has come", () -> atHere.get() == bytes && atThere.get() == bytes);
    assertThat(failure.get()).isNull();
    here.close();
    Eventually.ended(readerHere);
    Eventually.ended(readerThere);
  }

  @Test
  void anInterruptedThreadCanWriteNowAndTheChannelStaysOpen() throws Exception {
    untilTheyReadAndWriteWithoutWaiting();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    for (Thread.Builder builder : List.of(Thread.ofVirtual(), Thread.ofPlatform())) {
      Thread interrupted =
          builder.start(() -> {
            Thread.currentThread().interrupt();
            try {
              assertThat(here.writeNow(bytes(5))).isEqualTo(5);
              assertThat(Thread.currentThread().isInterrupted()).isTrue();
            } catch (Throwable e) {
              failure.set(e);
            }
          });
      Eventually.ended(interrupted);
    }
    assertThat(failure.get()).isNull();
    assertThat(here.isOpen()).isTrue();
    AtomicLong count = new AtomicLong();
    Thread reader = drain(there, count);
    Eventually.that("all has come", () -> count.get() == 10);
    here.close();
    Eventually.ended(reader);
  }

  @Test
  void anInterruptedThreadThatTriesToWriteWhileTheReaderWaitsHarmsNobody() throws Exception {
    AtomicLong count = new AtomicLong();
    Thread reader = drain(here, count);
    Thread.currentThread().interrupt();
    try {
      for (int i = 0; i < 1000; i++) {
        here.writeNow(bytes(1));
      }
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(here.isOpen()).isTrue();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Eventually.ended(virtual(() -> there.write(bytes(7)), failure));
    Eventually.that("it still reads", () -> count.get() == 7);
    there.close();
    Eventually.ended(reader);
  }

  @Test
  void closingEndsAWaitingReaderAndAWaitingWriter() throws Exception {
    AtomicReference<Throwable> readFailure = new AtomicReference<>();
    AtomicReference<Throwable> writeFailure = new AtomicReference<>();
    Thread reader =
        virtual(
            () -> {
              while (here.read(bytes(100)) >= 0) {}
            },
            readFailure);
    Thread writer =
        virtual(
            () -> {
              while (true) {
                here.write(bytes(1 << 20));
              }
            },
            writeFailure);
    Eventually.that(
        "both wait",
        () ->
            reader.getState() == Thread.State.WAITING && writer.getState() == Thread.State.WAITING);
    here.close();
    Eventually.ended(reader);
    Eventually.ended(writer);
    assertThat(readFailure.get()).isInstanceOf(IOException.class);
    assertThat(writeFailure.get()).isInstanceOf(IOException.class);
    assertThat(here.isOpen()).isFalse();
  }

  @Test
  void afterTheCloseNothingWaits() throws Exception {
    untilTheyReadAndWriteWithoutWaiting();
    here.close();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    List<Work> all =
        List.of(
            () -> here.writeNow(bytes(1)),
            () -> here.readNow(bytes(1)),
            () -> here.write(bytes(1)),
            () -> here.read(bytes(1)),
            () -> here.write(bytes(1)));
    for (Work work : all) {
      failure.set(null);
      Eventually.ended(virtual(work, failure));
      assertThat(failure.get()).isInstanceOf(IOException.class);
    }
    assertThat(here.canWriteNow()).isFalse();
    here.close();
  }

  @Test
  void oneReaderOneWriterAndManyWhoWriteNowDoNotDisturbEachOther() throws Exception {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    AtomicLong sent = new AtomicLong();
    AtomicLong sentBack = new AtomicLong();
    AtomicLong atHere = new AtomicLong();
    AtomicLong atThere = new AtomicLong();
    Thread readerHere = drain(here, atHere);
    Thread readerThere = drain(there, atThere);
    List<Thread> threads = new ArrayList<>();
    long end = System.nanoTime() + 400_000_000L;
    // One at a time holds the outbox: the lock stands for it.
    ReentrantLock outbox = new ReentrantLock();
    for (int t = 0; t < 3; t++) {
      SplittableRandom random = new SplittableRandom(t);
      Thread.Builder builder = t == 0 ? Thread.ofPlatform() : Thread.ofVirtual();
      threads.add(
          builder.start(() -> {
            try {
              while (System.nanoTime() < end) {
                outbox.lock();
                try {
                  sent.addAndGet(here.writeNow(bytes(random.nextInt(1, 40_000))));
                } finally {
                  outbox.unlock();
                }
                Thread.yield();
              }
            } catch (Throwable e) {
              failure.compareAndSet(null, e);
            }
          }));
    }
    threads.add(
        virtual(
            () -> {
              SplittableRandom random = new SplittableRandom(9);
              while (System.nanoTime() < end) {
                outbox.lock();
                try {
                  sent.addAndGet(here.write(bytes(random.nextInt(1, 100_000))));
                } finally {
                  outbox.unlock();
                }
                Thread.yield();
              }
            },
            failure));
    threads.add(
        virtual(
            () -> {
              SplittableRandom random = new SplittableRandom(10);
              while (System.nanoTime() < end) {
                sentBack.addAndGet(there.write(bytes(random.nextInt(1, 2000))));
                Thread.yield();
              }
            },
            failure));
    threads.forEach(Eventually::ended);
    assertThat(failure.get()).isNull();
    assertThat(sent.get()).isPositive();
    Eventually.that("all has come", () -> atThere.get() == sent.get());
    Eventually.that("all has come back", () -> atHere.get() == sentBack.get());
    here.close();
    Eventually.ended(readerHere);
    Eventually.ended(readerThere);
  }
}
