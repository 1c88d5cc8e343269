package dev.weft.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.spi.TransportChannel;
import dev.weft.spi.TransportListener;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MemoryTransportTest {

  private static final URI ADDRESS = URI.create("mem:test");

  private final MemoryTransport memory = new MemoryTransport(8);
  private TransportListener listener;
  private TransportChannel client;
  private TransportChannel server;

  @BeforeEach
  void connect() throws IOException {
    listener = memory.listen(ADDRESS);
    client = memory.connect(ADDRESS, Duration.ofSeconds(1));
    server = listener.accept();
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  private static String text(ByteBuffer buffer) {
    return UTF_8.decode(buffer.flip()).toString();
  }

  private interface Blocking<T> {
    T run() throws IOException;
  }

  /** Runs it on a virtual thread, and waits until it blocks. */
  private static <T> CompletableFuture<T> blocked(Blocking<T> blocking) {
    CompletableFuture<T> future = new CompletableFuture<>();
    Thread thread =
        Thread.ofVirtual()
            .start(() -> {
              try {
                future.complete(blocking.run());
              } catch (IOException e) {
                future.completeExceptionally(e);
              }
            });
    while (thread.getState() != Thread.State.WAITING && !future.isDone()) {
      Thread.onSpinWait();
    }
    assertThat(future).isNotDone();
    return future;
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(20, TimeUnit.SECONDS);
  }

  private static Throwable failure(CompletableFuture<?> future) throws Exception {
    try {
      future.get(20, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      return e.getCause();
    }
    throw new AssertionError("it has not failed");
  }

  @Test
  void bytesArriveInBothDirections() throws IOException {
    assertThat(client.write(bytes("hello"))).isEqualTo(5);
    assertThat(server.write(bytes("there"))).isEqualTo(5);
    ByteBuffer target = ByteBuffer.allocate(100);
    assertThat(server.read(target)).isEqualTo(5);
    assertThat(text(target)).isEqualTo("hello");
    target.clear();
    assertThat(client.read(target)).isEqualTo(5);
    assertThat(text(target)).isEqualTo("there");
    assertThat(client.peer()).isEqualTo("mem:test");
    assertThat(server.peer()).isEqualTo("mem:test#1");
  }

  @Test
  void readingWaitsForBytes() throws Exception {
    ByteBuffer target = ByteBuffer.allocate(100);
    CompletableFuture<Integer> reading = blocked(() -> server.read(target));
    client.write(bytes("x"));
    assertThat(get(reading)).isEqualTo(1);
  }

  @Test
  void writingTakesWhatThereIsRoomForAndThenWaits() throws Exception {
    ByteBuffer source = bytes("0123456789");
    assertThat(client.canWriteNow()).isTrue();
    assertThat(client.write(source)).isEqualTo(8);
    assertThat(client.canWriteNow()).isFalse();
    assertThat(client.writeNow(source)).isZero();
    CompletableFuture<Integer> writing = blocked(() -> client.write(source));
    ByteBuffer target = ByteBuffer.allocate(3);
    assertThat(server.read(target)).isEqualTo(3);
    assertThat(get(writing)).isEqualTo(2);
    ByteBuffer rest = ByteBuffer.allocate(100);
    assertThat(server.read(rest)).isEqualTo(7);
    assertThat(text(rest)).isEqualTo("3456789");
  }

  @Test
  void readNowNeverWaits() throws IOException {
    ByteBuffer target = ByteBuffer.allocate(100);
    assertThat(server.readNow(target)).isZero();
    client.writeNow(bytes("ab"));
    assertThat(server.readNow(target)).isEqualTo(2);
    client.close();
    assertThat(server.readNow(target)).isEqualTo(-1);
  }

  @Test
  void peerOfAClosedChannelReadsTheRestAndThenTheEnd() throws IOException {
    client.write(bytes("rest"));
    client.close();
    ByteBuffer target = ByteBuffer.allocate(100);
    assertThat(server.read(target)).isEqualTo(4);
    assertThat(server.read(target)).isEqualTo(-1);
    assertThat(server.isOpen()).isTrue();
    assertThatThrownBy(() -> server.write(bytes("x")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("peer");
    assertThat(client.isOpen()).isFalse();
    assertThatThrownBy(() -> client.write(bytes("x"))).isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(() -> client.read(target)).isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void closingEndsTheReadsAndWritesThatWait() throws Exception {
    CompletableFuture<Integer> ownRead = blocked(() -> client.read(ByteBuffer.allocate(1)));
    CompletableFuture<Integer> peersRead = blocked(() -> server.read(ByteBuffer.allocate(1)));
    server.write(bytes("01234567"));
    assertThat(get(ownRead)).isEqualTo(1);
    server.write(bytes("8"));
    CompletableFuture<Integer> peersWrite = blocked(() -> server.write(bytes("9")));
    client.close();
    assertThat(get(peersRead)).isEqualTo(-1);
    assertThat(failure(peersWrite)).isInstanceOf(IOException.class);
    TransportChannel other = memory.connect(ADDRESS, Duration.ofSeconds(1));
    CompletableFuture<Integer> waiting = blocked(() -> other.read(ByteBuffer.allocate(1)));
    other.close();
    assertThat(failure(waiting)).isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void interruptionsAreLeftAlone() throws IOException {
    Thread.currentThread().interrupt();
    assertThat(client.writeNow(bytes("x"))).isEqualTo(1);
    assertThat(server.read(ByteBuffer.allocate(1))).isEqualTo(1);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void acceptingWaitsAndEndsWhenTheListenerIsClosed() throws Exception {
    CompletableFuture<TransportChannel> accepting = blocked(listener::accept);
    TransportChannel other = memory.connect(ADDRESS, Duration.ofSeconds(1));
    assertThat(get(accepting).peer()).isEqualTo("mem:test#2");
    assertThat(other.isOpen()).isTrue();
    CompletableFuture<TransportChannel> again = blocked(listener::accept);
    listener.close();
    assertThat(failure(again)).isInstanceOf(IOException.class);
    assertThatThrownBy(listener::accept).isInstanceOf(IOException.class);
  }

  @Test
  void closingTheListenerEndsChannelsThatNobodyAcceptedAndFreesTheName() throws IOException {
    TransportChannel unaccepted = memory.connect(ADDRESS, Duration.ofSeconds(1));
    listener.close();
    assertThat(unaccepted.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    assertThatThrownBy(() -> memory.connect(ADDRESS, Duration.ofSeconds(1)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("mem:test");
    client.write(bytes("x")); // channels that were accepted go on
    assertThat(server.read(ByteBuffer.allocate(1))).isEqualTo(1);
    memory.listen(ADDRESS).close();
  }

  @Test
  void namesAreTakenOnceAndOnlyWithinOneTransport() throws IOException {
    assertThatThrownBy(() -> memory.listen(ADDRESS))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("mem:test");
    new MemoryTransport().listen(ADDRESS).close();
    assertThatThrownBy(() -> memory.connect(URI.create("mem:other"), Duration.ofSeconds(1)))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> new MemoryTransport(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void streamsOfRandomPiecesArriveWhole() throws Exception {
    byte[] sent = new byte[100_000];
    new SplittableRandom(1).nextBytes(sent);
    Thread writer =
        Thread.ofVirtual()
            .start(() -> {
              SplittableRandom random = new SplittableRandom(2);
              ByteBuffer source = ByteBuffer.wrap(sent);
              try {
                while (source.hasRemaining()) {
                  int piece = Math.min(source.remaining(), 1 + random.nextInt(20));
                  ByteBuffer part = source.slice(source.position(), piece);
                  int taken = random.nextBoolean() ? client.write(part) : client.writeNow(part);
                  source.position(source.position() + taken);
                }
                client.close();
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    ByteBuffer received = ByteBuffer.allocate(sent.length + 1);
    int bytes = 0;
    while (bytes >= 0) {
      bytes = server.read(received);
    }
    writer.join();
    assertThat(received.flip()).isEqualTo(ByteBuffer.wrap(sent));
  }
}
