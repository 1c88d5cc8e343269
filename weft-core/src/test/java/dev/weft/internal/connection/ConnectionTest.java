package dev.weft.internal.connection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.wire.Block;
import dev.weft.internal.wire.FrameWriter;
import dev.weft.internal.wire.Hello;
import dev.weft.internal.wire.WireException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class ConnectionTest {

  private static final long LIMIT_NANOS = Duration.ofSeconds(5).toNanos();
  private static final Hello OWN = new Hello("test-1", 1000, null);
  private static final Hello PEER = new Hello("test-1", 500, null);

  private final FakeChannel channel = new FakeChannel();
  private final ManualTime time = new ManualTime(Long.MAX_VALUE - 1000);
  private final Connection connection = new Connection(channel, time);
  private final CompletableFuture<Hello> opened = new CompletableFuture<>();
  private final CompletableFuture<Throwable> end = new CompletableFuture<>();
  private volatile WireException refusal;
  private Thread thread;

  private final Connection.Owner owner =
      new Connection.Owner() {
        @Override
        public void opened(Connection which, Hello peer) {
          assertThat(which).isSameAs(connection);
          opened.complete(peer);
        }

        @Override
        public void accept(Hello client) {
          WireException reason = refusal;
          if (reason != null) {
            throw reason;
          }
        }

        @Override
        public void ping(long token) {
          connection.sendPong(token);
        }

        @Override
        public void goAway(String reason) {
          throw new IllegalStateException(reason);
        }
      };

  private void runClient() {
    thread =
        Thread.ofVirtual().start(() -> end.complete(connection.runClient(owner, OWN, LIMIT_NANOS)));
  }

  private void runServer() {
    thread =
        Thread.ofVirtual().start(() -> end.complete(connection.runServer(owner, OWN, LIMIT_NANOS)));
  }

  private Throwable end() {
    Eventually.that("it has ended", end::isDone);
    Eventually.ended(thread);
    assertThat(channel.isOpen()).isFalse();
    assertThat(connection.outbox().isClosed()).isTrue();
    assertThat(time.scheduled()).as("timers left behind").isZero();
    return end.join();
  }

  private Hello said() {
    return Hello.decode(ByteBuffer.wrap(channel.written()));
  }

  private static byte[] pings(int count) {
    ByteBuffer block =
        ByteBuffer.allocate(Block.HEADER_BYTES_MAX + Block.BYTES_MAX)
            .order(ByteOrder.LITTLE_ENDIAN)
            .position(Block.HEADER_BYTES_MAX);
    FrameWriter writer = new FrameWriter(block);
    for (int i = 0; i < count; i++) {
      writer.pingOrPong(true, i);
    }
    Block.seal(block);
    return Arrays.copyOfRange(block.array(), block.position(), block.limit());
  }

  @Test
  void aClientSaysHelloFirstAndThenWaitsForTheServers() {
    runClient();
    Eventually.that("it has said hello", () -> OWN.equals(said()));
    assertThat(opened).isNotDone();
    channel.receive(PEER.encode());
    Eventually.that("it is open", opened::isDone);
    assertThat(opened.join()).isEqualTo(PEER);
    assertThat(time.scheduled()).isZero();
    channel.receiveEnd();
    assertThat(end()).isInstanceOf(EOFException.class);
  }

  @Test
  void aServerWaitsForTheClientsHello() {
    runServer();
    Eventually.that("it reads", () -> channel.blockingReads() > 0);
    assertThat(channel.written()).isEmpty();
    channel.receive(PEER.encode());
    Eventually.that("it is open", opened::isDone);
    assertThat(said()).isEqualTo(OWN);
    channel.receiveEnd();
    assertThat(end()).isInstanceOf(EOFException.class);
  }

  @Test
  void aServerThatDoesNotWantTheClientSaysWhy() {
    refusal = new WireException("too many");
    runServer();
    channel.receive(PEER.encode());
    assertThat(end()).isInstanceOf(HandshakeException.class).hasMessage("too many");
    assertThat(said()).isEqualTo(OWN.refusing("too many"));
    assertThat(opened).isNotDone();
  }

  @Test
  void aRefusedClientLearnsWhy() {
    runClient();
    channel.receive(PEER.refusing("too many").encode());
    assertThat(end())
        .isInstanceOf(HandshakeException.class)
        .hasMessage("the server refuses: too many");
    assertThat(opened).isNotDone();
  }

  @Test
  void whoDoesNotSayHelloInTimeIsLeft() {
    runServer();
    Eventually.that("it reads", () -> channel.blockingReads() > 0);
    channel.receive(new byte[] {'W'});
    time.advance(Duration.ofNanos(LIMIT_NANOS - 1));
    assertThat(end).isNotDone();
    time.advance(Duration.ofNanos(1));
    assertThat(end()).hasMessage("the peer did not say hello in time");
  }

  @Test
  void aClientDoesNotWaitForTheHelloForEverEither() {
    runClient();
    Eventually.that("it reads", () -> channel.blockingReads() > 0);
    time.advance(Duration.ofNanos(LIMIT_NANOS));
    assertThat(end()).hasMessage("the peer did not say hello in time");
  }

  @Test
  void aStrangerIsTurnedAway() {
    runServer();
    channel.receive("GET / HTTP/1.1\r\n".getBytes(UTF_8));
    assertThat(end())
        .isInstanceOf(HandshakeException.class)
        .hasMessage("the peer speaks HTTP, not Weft");
  }

  @Test
  void aPeerThatLeavesInTheHandshakeIsNotAWrongOne() {
    runClient();
    channel.receiveEnd();
    assertThat(end()).isInstanceOf(EOFException.class);
  }

  @Test
  void bytesThatBreakTheProtocolEndIt() {
    runServer();
    channel.receive(PEER.encode());
    channel.receive(new byte[] {9, 9, 9});
    assertThat(end()).isInstanceOf(WireException.class);
  }

  @Test
  void anOwnerThatThrowsEndsIt() {
    runServer();
    channel.receive(PEER.encode());
    ByteBuffer block =
        ByteBuffer.allocate(100).order(ByteOrder.LITTLE_ENDIAN).position(Block.HEADER_BYTES_MAX);
    new FrameWriter(block).goAway("x".getBytes(UTF_8));
    Block.seal(block);
    channel.receive(block);
    assertThat(end()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void theFirstReasonToCloseCounts() {
    runServer();
    channel.receive(PEER.encode());
    Eventually.that("it is open", opened::isDone);
    connection.close(new IOException("first"));
    connection.close(new IOException("second"));
    assertThat(end()).hasMessage("first");
  }

  @Test
  void aFailingWriteIsTheReason() {
    runServer();
    channel.receive(PEER.encode());
    Eventually.that("it is open", opened::isDone);
    channel.writeFailure = new IOException("broken pipe");
    channel.receive(pings(1));
    assertThat(end()).hasMessage("broken pipe");
  }

  @Test
  void aChannelThatFailsToCloseDoesNotKeepTheOutboxOpen() {
    runServer();
    channel.receive(PEER.encode());
    Eventually.that("it is open", opened::isDone);
    channel.closeFailure = new IllegalStateException("cannot close");
    try {
      connection.close(new IOException("over"));
    } catch (IllegalStateException e) {
      // allowed
    }
    assertThat(connection.outbox().isClosed()).isTrue();
    channel.closeFailure = null;
    assertThat(end()).hasMessage("over");
  }

  @Test
  void pingsAreAnswered() {
    runServer();
    channel.receive(PEER.encode());
    channel.receive(pings(3));
    int offset = OWN.encode().remaining();
    Eventually.that(
        "all are answered",
        () ->
            channel.written().length > offset
                && channel.frames(offset).equals(List.of("pong 0", "pong 1", "pong 2")));
    channel.receiveEnd();
    assertThat(end()).isInstanceOf(EOFException.class);
  }

  @Test
  void aPeerThatPingsWithoutReadingGetsFewAnswers() {
    channel.canWriteNow = false;
    runServer();
    channel.receive(PEER.encode());
    Eventually.that("it is open", opened::isDone);
    channel.block(true);
    // The block that waits is full of whatever came while it was filled: here, of one answer.
    channel.receive(pings(1));
    Eventually.that("its answer waits to be written", () -> channel.waitingWriters() == 1);
    for (int i = 0; i < 50; i++) {
      channel.receive(pings(1000));
    }
    Eventually.that(
        "all are read",
        () -> {
          long[] sums = new long[Traffic.NUMBERS];
          connection.traffic().addTo(sums);
          return sums[5] == 50_001;
        });
    channel.block(false);
    channel.receive(pings(1));
    int offset = OWN.encode().remaining();
    Eventually.that("some are answered", () -> channel.frames(offset).size() > 1);
    channel.receiveEnd();
    end();
    assertThat(channel.frames(offset)).hasSizeLessThanOrEqualTo(1 + 64 + 1);
  }

  @Test
  void closingWhileItOpensEndsIt() {
    for (int round = 0; round < 200; round++) {
      FakeChannel each = new FakeChannel();
      each.receive(PEER.encode());
      Connection one = new Connection(each, time);
      Thread runner = Thread.ofVirtual().start(() -> one.runServer(owner(one), OWN, LIMIT_NANOS));
      one.close(new IOException("over"));
      Eventually.ended(runner);
      assertThat(one.outbox().isClosed()).isTrue();
    }
    assertThat(time.scheduled()).isZero();
  }

  private static Connection.Owner owner(Connection of) {
    return new Connection.Owner() {
      @Override
      public void opened(Connection which, Hello peer) {}

      @Override
      public void ping(long token) {
        of.sendPong(token);
      }
    };
  }
}
