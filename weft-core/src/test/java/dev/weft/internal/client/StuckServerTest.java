package dev.weft.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.CallOptions;
import dev.weft.Executed;
import dev.weft.RpcConnectionException;
import dev.weft.RpcTimeoutException;
import dev.weft.internal.connection.Eventually;
import dev.weft.spi.Payload;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Servers that are connected, and nothing more. */
@SuppressWarnings("FutureReturnValueIgnored") // all are kept, and looked at in the end
final class StuckServerTest extends CallsFixture {

  private static final CallOptions SHORT = CallOptions.DEFAULT.withTimeout(Duration.ofMillis(10));

  private void pass(long millis) {
    time.advance(Duration.ofMillis(millis));
  }

  private static long pings(FakeServer server) {
    return server.frames().stream().filter(line -> line.startsWith("ping")).count();
  }

  private static boolean isClosed(FakeServer server) {
    return !server.channel.isOpen();
  }

  @Test
  void whoDoesNotAnswerAPingIsLeftAndItsCallsFailAtOnce() {
    open();
    FakeServer server = connected();
    CompletableFuture<String> one = call("1");
    CompletableFuture<String> two = call("2");
    server.frames(2);
    pass(4999);
    assertThat(pings(server)).isZero();
    pass(1);
    Eventually.that("a ping is written", () -> pings(server) == 1);
    pass(4999);
    assertThat(one).isNotDone();
    pass(1);
    assertThat(failure(one, RpcConnectionException.class, Executed.MAYBE))
        .hasMessage(
            "echo"
                + TO
                + ": the connection was lost: the server is stuck: nothing has come from it for"
                + " PT10S, it has not even answered a ping");
    failure(two, RpcConnectionException.class, Executed.MAYBE);
    assertThat(isClosed(server)).isTrue();
    FakeServer next = connected();
    answer(next, call("3"), 0);
  }

  @Test
  void silenceCountsFromTheLastSignOfLife() {
    open();
    FakeServer server = connected();
    CompletableFuture<String> call = call("1");
    server.frames(1);
    pass(1000);
    server.send(out -> out.pingOrPong(false, 1));
    Eventually.that("it was read", () -> read() == 1);
    pass(5000 - 1);
    assertThat(pings(server)).isZero();
    pass(1 + 5000 / 4); // it looks four times in an interval
    Eventually.that("a ping is written", () -> pings(server) == 1);
    pass(5000);
    failure(call, RpcConnectionException.class, Executed.MAYBE);
  }

  @Test
  void whoAnswersPingsMayTakeItsTime() {
    open();
    FakeServer server = connected();
    CompletableFuture<String> call =
        call("slow", CallOptions.DEFAULT.withTimeout(Duration.ofMinutes(5)));
    server.frames(1);
    for (int i = 1; i <= 10; i++) {
      int count = i;
      pass(i == 1 ? 5000 : 5000 + 5000); // till the pong is noticed, and from then on
      Eventually.that("a ping is written", () -> pings(server) == count);
      server.send(out -> out.pingOrPong(false, 1));
      Eventually.that("the pong was read", () -> read() == count);
    }
    answer(server, call, 0);
    assertThat(isClosed(server)).isFalse();
  }

  private long read() {
    return calls.stats().messagesRead();
  }

  @Test
  void aBigAnswerOverASlowLineIsASignOfLife() {
    open();
    FakeServer server = connected();
    CompletableFuture<String> call =
        call("slow", CallOptions.DEFAULT.withTimeout(Duration.ofHours(1)));
    long id = server.requestId(0);
    byte[] bytes = server.bytes(out -> out.response(id, Payload.of(payload("a".repeat(100)))));
    for (int i = 0; i < bytes.length - 1; i++) {
      long before = calls.stats().bytesRead();
      server.channel.receive(Arrays.copyOfRange(bytes, i, i + 1));
      Eventually.that("it was read", () -> calls.stats().bytesRead() > before);
      pass(4000);
    }
    assertThat(pings(server)).isZero();
    server.channel.receive(Arrays.copyOfRange(bytes, bytes.length - 1, bytes.length));
    assertThat(call.join()).hasSize(100);
  }

  @Test
  void whoDoesNotReadIsLeft() {
    open();
    FakeServer server = connected();
    CompletableFuture<String> written = blocked(server);
    CompletableFuture<String> unsent = call("unsent");
    pass(5000);
    assertThat(written).isNotDone();
    pass(5000);
    assertThat(failure(written, RpcConnectionException.class, Executed.MAYBE))
        .hasMessageContaining("it does not read what it is sent");
    assertThat(unsent).isNotDone();
    FakeServer next = connected();
    answer(next, unsent, 0);
  }

  @Test
  void whoReadsSlowlyIsNot() {
    open();
    FakeServer server = connected();
    server.channel.canWriteNow = false;
    server.channel.writeSteps(true); // each takes a block
    CompletableFuture<String> call =
        call("x".repeat(450_000), CallOptions.DEFAULT.withTimeout(Duration.ofMinutes(5)));
    Eventually.that("it is being written", () -> server.channel.waitingWriters() == 1);
    for (int i = 0; i < 6; i++) {
      pass(4000);
      long before = calls.stats().bytesWritten();
      server.channel.writeStep();
      Eventually.that("a piece was written", () -> calls.stats().bytesWritten() > before);
      if (pings(server) > read()) {
        long answered = read() + 1;
        server.send(out -> out.pingOrPong(false, 1));
        Eventually.that("the pong was read", () -> read() == answered);
      }
    }
    assertThat(read()).isPositive();
    assertThat(isClosed(server)).isFalse();
    assertThat(call).isNotDone();
    server.channel.writeSteps(false);
    Eventually.that("the request is written", () -> requests(server) == 1);
    answer(server, call, (int) pings(server)); // they come first
  }

  @Test
  void callsThatHaveTimedOutStillExpectAnAnswer() {
    open();
    FakeServer server = connected();
    CompletableFuture<String> call = call("1", SHORT);
    server.frames(1);
    pass(10);
    failure(call, RpcTimeoutException.class, Executed.MAYBE);
    pass(10_000);
    Eventually.that("it is left", () -> isClosed(server));
  }

  @Test
  void anIdleConnectionCostsNothing() {
    open();
    FakeServer server = connected();
    answer(server, call("1"), 0);
    pass(30_000);
    assertThat(time.scheduled()).isZero();
    pass(3_600_000);
    assertThat(server.frames()).hasSize(1);
    CompletableFuture<String> call = call("2");
    server.frames(2);
    pass(5000);
    Eventually.that("a ping is written", () -> pings(server) == 1);
    server.respond(server.requestId(1), payload("x"));
    assertThat(call.join()).isEqualTo("x");
  }

  @Test
  void theHeartbeatEndsWithItsConnection() {
    open();
    FakeServer server = connected();
    CompletableFuture<String> call = call("1");
    server.frames(1);
    server.channel.receiveEnd();
    failure(call, RpcConnectionException.class, Executed.MAYBE);
    connected();
    // The deadline of the call is looked at once more.
    Eventually.that("nothing else is scheduled", () -> time.scheduled() == 1);
  }

  @Test
  void moreThanTenTimesTheLimitUnansweredIsTooMuch() {
    open(3, 1 << 20);
    FakeServer server = connected();
    int sent = 0;
    while (!isClosed(server)) {
      assertThat(sent).isLessThan(40);
      CompletableFuture<String> call = call("x", SHORT);
      sent++;
      int requests = sent;
      Eventually.that(
          "it was sent, or the server was left",
          () -> isClosed(server) || requests(server) >= requests);
      pass(11);
      Eventually.that("it has timed out", call::isDone);
    }
    assertThat(sent).isBetween(31, 34);
    Eventually.that("the client has noticed", () -> calls.connections() == 0);
    connected();
  }

  private static long requests(FakeServer server) {
    return server.frames().stream().filter(line -> line.startsWith("request")).count();
  }

  @Test
  void aTimedOutCallLeavesTheTableAtOnce() {
    open(3, 1 << 20);
    FakeServer server = connected();
    CompletableFuture<String> call = call("x", SHORT);
    server.frames(1);
    assertThat(calls.openCalls()).isEqualTo(1);
    pass(10);
    failure(call, RpcTimeoutException.class, Executed.MAYBE);
    assertThat(calls.openCalls()).isZero();
  }
}
