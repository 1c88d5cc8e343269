package dev.weft.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.spi.TransportChannel;
import dev.weft.spi.TransportListener;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultyTransportTest {

  private static final URI ADDRESS = URI.create("mem:test");

  private final ManualTime time = new ManualTime();
  private final MemoryTransport memory = new MemoryTransport();
  private final FaultyTransport network = new FaultyTransport(memory, time);
  private TransportListener listener;
  private FaultyChannel client;
  private TransportChannel server;

  @BeforeEach
  void connect() throws IOException {
    listener = memory.listen(ADDRESS);
    TransportChannel connected = network.connect(ADDRESS, Duration.ofSeconds(1));
    client = network.awaitChannel(0);
    assertThat(connected).isSameAs(client);
    server = listener.accept();
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(US_ASCII));
  }

  private static String read(TransportChannel channel) throws IOException {
    ByteBuffer target = ByteBuffer.allocate(100);
    return channel.read(target) < 0 ? "end" : US_ASCII.decode(target.flip()).toString();
  }

  private interface Blocking<T> {
    T run() throws IOException;
  }

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
  void passesEverythingOnUntilItIsToldOtherwise() throws IOException {
    assertThat(network.scheme()).isEqualTo("mem");
    assertThat(client.peer()).isEqualTo("mem:test");
    assertThat(client.canWriteNow()).isTrue();
    assertThat(client.writeNow(bytes("a"))).isEqualTo(1);
    assertThat(client.write(bytes("bc"))).isEqualTo(2);
    assertThat(read(server)).isEqualTo("abc");
    server.write(bytes("de"));
    assertThat(read(client)).isEqualTo("de");
    assertThat(client.bytesRead()).isEqualTo(2);
    assertThat(client.bytesWritten()).isEqualTo(3);
    server.close();
    assertThat(read(client)).isEqualTo("end");
    assertThat(client.isOpen()).isTrue();
    client.close();
    assertThat(client.isOpen()).isFalse();
  }

  @Test
  void readingNowKnowsTheFaults() throws IOException {
    ByteBuffer target = ByteBuffer.allocate(10);
    assertThat(client.readNow(target)).isZero();
    server.write(bytes("abcdef"));
    client.splitReads(2);
    client.corruptRead(1);
    assertThat(client.readNow(target)).isEqualTo(2);
    assertThat(target.get(0)).isEqualTo((byte) 'a');
    assertThat(target.get(1)).isEqualTo((byte) ~'b');
    client.stallReads();
    assertThat(client.readNow(target)).isZero();
    client.resumeReads();
    client.delayReads(Duration.ofSeconds(1));
    assertThat(client.readNow(target)).isEqualTo(TransportChannel.CANNOT_TELL);
    client.delayReads(Duration.ZERO);
    client.cutAfterReading(3);
    assertThat(client.readNow(target)).isEqualTo(1);
    assertThat(client.bytesRead()).isEqualTo(3);
    assertThatThrownBy(() -> client.readNow(target)).hasMessageContaining("after 3 bytes");
  }

  @Test
  void readingNowComesToTheEndOfAHalfClosedChannel() throws IOException {
    client.endReads();
    assertThat(client.readNow(ByteBuffer.allocate(10))).isEqualTo(-1);
  }

  @Test
  void cutEndsBothEndsAndWhatWaits() throws Exception {
    CompletableFuture<String> reading = blocked(() -> read(client));
    client.cut();
    assertThat(failure(reading)).isInstanceOf(IOException.class);
    assertThat(read(server)).isEqualTo("end");
    assertThatThrownBy(() -> client.write(bytes("x"))).isInstanceOf(IOException.class);
  }

  @Test
  void cutAfterReadingLetsExactlySoManyBytesThrough() throws IOException {
    client.cutAfterReading(3);
    server.write(bytes("abcdef"));
    assertThat(read(client)).isEqualTo("abc");
    assertThatThrownBy(() -> read(client)).hasMessageContaining("after 3 bytes");
    assertThat(client.isOpen()).isFalse();
  }

  @Test
  void cutAfterWritingLetsExactlySoManyBytesThrough() throws IOException {
    client.cutAfterWriting(3);
    ByteBuffer source = bytes("abcdef");
    assertThat(client.write(source)).isEqualTo(3);
    assertThatThrownBy(() -> client.write(source)).hasMessageContaining("after 3 bytes");
    assertThat(read(server)).isEqualTo("abc");
    assertThat(read(server)).isEqualTo("end");
  }

  @Test
  void stalledReadsBringNothingUntilTheyGoOn() throws Exception {
    CompletableFuture<String> before = blocked(() -> read(client));
    client.stallReads();
    server.write(bytes("abc"));
    assertThat(before).isNotDone();
    client.resumeReads();
    assertThat(get(before)).isEqualTo("abc");
    client.stallReads();
    server.write(bytes("def"));
    CompletableFuture<String> after = blocked(() -> read(client));
    client.resumeReads();
    assertThat(get(after)).isEqualTo("def");
    client.stallReads();
    CompletableFuture<String> closed = blocked(() -> read(client));
    client.close();
    assertThat(failure(closed)).isInstanceOf(IOException.class);
  }

  @Test
  void stalledWritesTakeNothingUntilTheyGoOn() throws Exception {
    client.stallWrites();
    assertThat(client.canWriteNow()).isFalse();
    assertThat(client.writeNow(bytes("abc"))).isZero();
    CompletableFuture<Integer> writing = blocked(() -> client.write(bytes("abc")));
    client.resumeWrites();
    assertThat(get(writing)).isEqualTo(3);
    assertThat(read(server)).isEqualTo("abc");
  }

  @Test
  void splitReadsAndWritesPassSoManyBytesAtATime() throws IOException {
    client.splitWrites(2);
    ByteBuffer source = bytes("abcde");
    assertThat(client.write(source)).isEqualTo(2);
    assertThat(client.writeNow(source)).isEqualTo(2);
    assertThat(client.write(source)).isEqualTo(1);
    assertThat(source.hasRemaining()).isFalse();
    assertThat(read(server)).isEqualTo("abcde");
    client.splitReads(1);
    server.write(bytes("xy"));
    assertThat(read(client)).isEqualTo("x");
    assertThat(read(client)).isEqualTo("y");
    assertThatThrownBy(() -> client.splitReads(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void delayedReadsBringTheirBytesWhenTheTimeHasCome() throws Exception {
    client.delayReads(Duration.ofMillis(5));
    server.write(bytes("abc"));
    CompletableFuture<String> reading = blocked(() -> read(client));
    time.advance(Duration.ofMillis(4));
    assertThat(reading).isNotDone();
    time.advance(Duration.ofMillis(1));
    assertThat(get(reading)).isEqualTo("abc");
    client.delayReads(Duration.ZERO);
    server.write(bytes("def"));
    assertThat(read(client)).isEqualTo("def");
    client.delayReads(Duration.ofMillis(5));
    server.write(bytes("ghi"));
    CompletableFuture<String> closed = blocked(() -> read(client));
    client.close();
    assertThat(failure(closed)).isInstanceOf(IOException.class);
    assertThat(time.waitingTasks()).isZero();
  }

  @Test
  void corruptByteIsTheOneAtThatPositionAndNoOther() throws IOException {
    client.corruptRead(4);
    server.write(bytes("abc"));
    assertThat(read(client)).isEqualTo("abc");
    server.write(bytes("def"));
    ByteBuffer target = ByteBuffer.allocate(10);
    client.read(target);
    assertThat(target.array()).startsWith('d', ~'e', 'f');
    client.corruptWrite(1);
    byte[] own = {'x', 'y', 'z'};
    assertThat(client.write(ByteBuffer.wrap(own))).isEqualTo(3);
    assertThat(own).as("the caller's buffer is his").containsExactly('x', 'y', 'z');
    target.clear();
    server.read(target);
    assertThat(target.array()).startsWith('x', ~'y', 'z');
  }

  @Test
  void endedReadsSeeTheEndWhileWritesGoOn() throws Exception {
    CompletableFuture<String> before = blocked(() -> read(client));
    client.endReads();
    server.write(bytes("abc"));
    assertThat(get(before)).isEqualTo("end");
    assertThat(read(client)).isEqualTo("end");
    client.write(bytes("still"));
    assertThat(read(server)).isEqualTo("still");
  }

  @Test
  void refusedConnectionsAreCountedAndNameTheAddress() throws IOException {
    network.refuseToConnect();
    assertThatThrownBy(() -> network.connect(ADDRESS, Duration.ofSeconds(1)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("mem:test");
    network.awaitAttempts(2);
    assertThat(network.attempts()).isEqualTo(2);
    network.allowToConnect();
    network.connect(ADDRESS, Duration.ofSeconds(1));
    assertThat(network.channels()).hasSize(2);
  }

  @Test
  void scriptSeesEachChannelBeforeItIsUsedOnBothSides() throws IOException {
    FaultyTransport serverSide = new FaultyTransport(memory, time);
    serverSide.onChannel(channel -> channel.cutAfterWriting(2));
    TransportListener faulty = serverSide.listen(URI.create("mem:faulty"));
    assertThat(faulty.address()).isEqualTo("mem:faulty");
    TransportChannel other = memory.connect(URI.create("mem:faulty"), Duration.ofSeconds(1));
    TransportChannel accepted = faulty.accept();
    assertThat(serverSide.awaitChannel(0)).isSameAs(accepted);
    assertThat(accepted.write(bytes("abc"))).isEqualTo(2);
    assertThat(read(other)).isEqualTo("ab");
    faulty.close();
    assertThatThrownBy(faulty::accept).isInstanceOf(IOException.class);
  }
}
