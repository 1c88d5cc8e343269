package dev.weft.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.CallOptions;
import dev.weft.Executed;
import dev.weft.RpcConnectionException;
import dev.weft.RpcTimeoutException;
import dev.weft.internal.connection.Eventually;
import dev.weft.internal.connection.Refusals;
import dev.weft.internal.wire.ErrorCode;
import dev.weft.internal.wire.FrameWriter;
import dev.weft.internal.wire.RefusalKind;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Servers that end in good order, and those that do not want the client. */
@SuppressWarnings("FutureReturnValueIgnored") // all are kept, and looked at in the end
final class GoAwayTest extends CallsFixture {

  private void goAway(FakeServer server) {
    server.send(out -> out.goAway(FrameWriter.text("restart")));
    Eventually.that("the client obeys", () -> calls.connections() == 0);
  }

  private static void goingAway(FakeServer server, long id) {
    server.fail(id, ErrorCode.GOING_AWAY, Executed.NO, "", "restart");
  }

  private static void isClosed(FakeServer server) {
    Eventually.that("it is closed", () -> !server.channel.isOpen());
  }

  private FakeServer working() {
    FakeServer server = connected();
    answer(server, call("it works"), 0);
    return server;
  }

  @Test
  void theNextConnectionIsMadeAtOnceAndTheOldOneIsReadToItsEnd() {
    open();
    FakeServer old = working();
    CompletableFuture<String> open = call("open");
    old.frames(2);
    goAway(old);
    Eventually.that("it connects, though no time passes", () -> transport.attempts.get() == 2);
    CompletableFuture<String> later = call("later");
    FakeServer next = transport.accept().hello();
    answer(next, later, 0);
    assertThat(old.frames()).hasSize(2);
    assertThat(old.channel.isOpen()).isTrue();
    answer(old, open, 1);
    isClosed(old);
    assertThat(calls.connections()).isEqualTo(1);
    answer(next, call("more"), 1);
    assertThat(transport.attempts).hasValue(2);
  }

  @Test
  void withoutOpenCallsTheOldOneIsClosedAtOnce() {
    open();
    FakeServer old = working();
    goAway(old);
    isClosed(old);
    answer(connected(), call("more"), 0);
  }

  /** So often that the caller writes the calls himself, though the reader is awake. */
  private void callOften() {
    for (int i = 0; i < 100; i++) {
      all.add(calls.callAsync(echo, "now", CallOptions.DEFAULT));
    }
  }

  @Test
  void whoMeetsAConnectionThatIsJustBeingLeftDoesNotMeetItAgainAndAgain() {
    open();
    FakeServer old = working();
    time.beforeLook =
        () -> {
          if (Thread.currentThread().getName().startsWith("weft-client")) { // its reader
            Eventually.ended(Thread.startVirtualThread(this::callOften));
          }
        };
    goAway(old);
    Eventually.that("some are made meanwhile", () -> all.size() > 1);
    time.beforeLook = () -> {};
  }

  @Test
  void whatTheServerHasNotBegunIsSentAgain() {
    open();
    FakeServer old = working();
    CompletableFuture<String> open = call("open");
    CompletableFuture<String> begun = call("begun");
    long id = old.requestId(1);
    goingAway(old, id); // even without a go-away before
    FakeServer next = transport.accept().hello();
    assertThat(next.requestId(0)).isEqualTo(id);
    answer(next, open, 0);
    answer(old, begun, 2);
    isClosed(old);
  }

  @Test
  void itIsSentAgainUntilItsDeadline() {
    open();
    FakeServer old = working();
    CompletableFuture<String> call =
        call("x", CallOptions.DEFAULT.withTimeout(Duration.ofSeconds(10)));
    goingAway(old, old.requestId(1));
    Eventually.that("it is left", () -> calls.connections() == 0);
    for (int i = 0; i < 3; i++) {
      FakeServer next = connected();
      goingAway(next, next.requestId(0));
      Eventually.that("it is left", () -> calls.connections() == 0);
      Eventually.that("it waits again", () -> !isAnySent());
    }
    time.advance(Duration.ofSeconds(10));
    failure(call, RpcTimeoutException.class, Executed.NO);
  }

  private boolean isAnySent() {
    AtomicBoolean sent = new AtomicBoolean();
    calls.links().open().forEach(call -> sent.compareAndSet(false, call.isSent()));
    return sent.get();
  }

  @Test
  void aBigRequestThatIsNotWantedIsNotSentToItsEnd() {
    open();
    FakeServer old = working();
    old.channel.canWriteNow = false;
    old.channel.block(true);
    CompletableFuture<String> big = call("b".repeat(500_000));
    Eventually.that("its first piece is being written", () -> old.channel.waitingWriters() == 1);
    // It has the slot of the first call, and so its id.
    goingAway(old, old.requestId(0));
    FakeServer next = transport.accept().hello();
    next.frames(1);
    old.channel.block(false);
    answer(next, big, 0);
    isClosed(old);
    assertThat(old.channel.written().length).isLessThan(200_000);
  }

  @Test
  void whatWasNotSentGoesOutOnTheNextOne() {
    open();
    FakeServer old = working();
    CompletableFuture<String> written = blocked(old);
    CompletableFuture<String> unsent = call("unsent");
    calls.send(echo, "one way", CallOptions.DEFAULT);
    goAway(old);
    FakeServer next = connected();
    old.channel.block(false);
    answer(old, written, 1);
    isClosed(old);
    assertThat(next.frames(2)).anyMatch(line -> line.startsWith("one-way"));
    int request = next.frames(2).get(0).startsWith("request") ? 0 : 1;
    answer(next, unsent, request);
    assertThat(old.frames()).hasSize(2);
  }

  @Test
  void cancellingStillReachesTheOldOne() {
    open();
    FakeServer old = working();
    CompletableFuture<String> open = call("open");
    long id = old.requestId(1);
    goAway(old);
    open.cancel(true);
    assertThat(old.frames(3).get(2)).isEqualTo("cancel " + id);
    goingAway(old, id);
    isClosed(old);
    connected();
    assertThat(calls.openCalls()).isZero();
  }

  @Test
  void whenTheOldOneIsLostOnlyItsOwnCallsFail() {
    open();
    FakeServer old = working();
    CompletableFuture<String> open = call("open");
    old.frames(2);
    goAway(old);
    FakeServer next = connected();
    CompletableFuture<String> other = call("other");
    next.frames(1);
    old.channel.receiveEnd();
    failure(open, RpcConnectionException.class, Executed.MAYBE);
    answer(next, other, 0);
    assertThat(calls.connections()).isEqualTo(1);
    assertThat(transport.attempts).hasValue(2);
  }

  @Test
  void aServerThatSendsEachClientAwayIsNotAskedWithoutAPause() {
    open();
    FakeServer first = transport.accept().hello();
    first.send(out -> out.goAway(FrameWriter.text("restart")));
    isClosed(first);
    Eventually.that("it waits", () -> time.scheduled() == 1);
    assertThat(transport.attempts).hasValue(1);
    time.advance(Duration.ofMillis(20));
    connected();
  }

  @Test
  void norIsOneThatAnswersNothingElse() {
    open();
    CompletableFuture<String> call = call("x");
    FakeServer first = connected();
    goingAway(first, first.requestId(0));
    isClosed(first);
    // The deadline, the heartbeat at times, and the pause.
    Eventually.that("it waits", () -> time.scheduled() >= 2);
    assertThat(transport.attempts).hasValue(1);
    answer(connected(), call, 0);
  }

  @Test
  void aClosedClientAsksNobody() {
    open();
    FakeServer old = working();
    CompletableFuture<String> open = call("open");
    old.frames(2);
    goAway(old);
    calls.close();
    isClosed(old);
    failure(open, RpcConnectionException.class, Executed.MAYBE);
  }

  @Test
  void aClientThatIsNotPermittedAsksAgainAfterTheLongestTime() {
    open();
    CompletableFuture<String> waiting = call("hi");
    transport.refuse(Refusals.refused("not you", RefusalKind.NOT_PERMITTED));
    assertThat(failure(waiting, RpcConnectionException.class, Executed.NO))
        .hasMessage("echo" + TO + ": there is no connection: the server refuses: not you");
    failure(call("again"), RpcConnectionException.class, Executed.NO);
    Eventually.that("it waits", () -> time.scheduled() >= 1);
    time.advance(Duration.ofMillis(499)); // half of it is random
    assertThat(transport.attempts).hasValue(1);
    time.advance(Duration.ofMillis(501));
    connected();
    assertThat(transport.attempts).hasValue(2);
  }

  @Test
  void callsWaitForTheServerThatTakesTheRefusingOnesPlace() {
    open();
    CompletableFuture<String> waiting = call("hi");
    transport.refuse(Refusals.refused("going away", RefusalKind.GOING_AWAY));
    transport.refuse(new IOException("nobody there"));
    answer(connected(), waiting, 0);
    assertThat(transport.attempts).hasValue(3);
  }
}
