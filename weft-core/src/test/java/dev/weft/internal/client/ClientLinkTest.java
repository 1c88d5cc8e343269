package dev.weft.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.CallOptions;
import dev.weft.Executed;
import dev.weft.RpcCancelledException;
import dev.weft.RpcConnectionException;
import dev.weft.RpcException;
import dev.weft.RpcOverloadedException;
import dev.weft.RpcProtocolException;
import dev.weft.RpcRemoteException;
import dev.weft.RpcTimeoutException;
import dev.weft.internal.connection.Compressions;
import dev.weft.internal.connection.Eventually;
import dev.weft.internal.connection.ManualTime;
import dev.weft.internal.service.MethodDescription;
import dev.weft.internal.service.Payloads;
import dev.weft.internal.service.TinyCodec;
import dev.weft.internal.wire.ErrorCode;
import dev.weft.spi.Payload;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client's calls, with the test at the other end of its connections. */
@SuppressWarnings("FutureReturnValueIgnored") // all are kept, and looked at in the end
final class ClientLinkTest {

  private static final String AT = " at fake:server: ";
  private static final String TO = " to fake:server";

  private final ManualTime time = new ManualTime(0);
  private final FakeTransport transport = new FakeTransport();
  private final TinyCodec codec = new TinyCodec();
  private Calls calls;
  private ClientMethod echo;
  private final List<CompletableFuture<String>> all = new ArrayList<>();
  private final AtomicInteger chained = new AtomicInteger();

  private void open() {
    open(1000, 1 << 20);
  }

  private void open(int openCallsMax, long openBytesMax) {
    ClientSettings settings =
        new ClientSettings(
            codec,
            Duration.ofSeconds(20),
            Duration.ofSeconds(5),
            Duration.ofMillis(20),
            Duration.ofSeconds(1),
            openCallsMax,
            openBytesMax,
            1 << 20,
            true,
            time,
            new SplittableRandom(1),
            Compressions.NONE,
            LinkSettings.DEFAULT,
            null,
            List.of(),
            null);
    calls = new Calls(URI.create("fake:server"), transport, settings);
    echo =
        calls.bind(List.of(MethodDescription.function("echo", String.class, String.class))).get(0);
    calls.open();
  }

  @AfterEach
  void everyCallEnds() {
    calls.close();
    transport.refuse(new IOException("the test is over"));
    for (CompletableFuture<String> future : all) {
      Eventually.that("each call has ended", future::isDone);
    }
    assertThat(calls.openCalls()).isZero();
  }

  private CompletableFuture<String> call(String text, CallOptions options) {
    CompletableFuture<String> future = calls.callAsync(echo, text, options);
    all.add(future);
    return future;
  }

  private CompletableFuture<String> call(String text) {
    return call(text, CallOptions.DEFAULT);
  }

  /** A call that waits on a thread of its own. */
  private CompletableFuture<String> callAndWait(String text, AtomicReference<Thread> thread) {
    CompletableFuture<String> end = new CompletableFuture<>();
    thread.set(
        Thread.ofVirtual()
            .start(() -> {
              try {
                end.complete((String) calls.call(echo, text, CallOptions.DEFAULT));
              } catch (Throwable e) {
                end.completeExceptionally(e);
              }
            }));
    all.add(end);
    return end;
  }

  private byte[] payload(String text) {
    return Payloads.result(echo.bound(), text);
  }

  private void passUntil(String what, BooleanSupplier condition) {
    Eventually.that(
        what,
        () -> {
          time.advance(Duration.ofMillis(1));
          return condition.getAsBoolean();
        });
  }

  private static <E extends RpcException> E failure(
      CompletableFuture<?> future, Class<E> type, Executed executed) {
    Eventually.that("it has ended", future::isDone);
    try {
      throw new AssertionError("it has not failed: " + future.get());
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(type);
      E failure = type.cast(e.getCause());
      assertThat(failure.executed()).isEqualTo(executed);
      return failure;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private FakeServer connected() {
    FakeServer server = transport.accept().hello();
    Eventually.that("it is connected", () -> calls.connections() == 1);
    return server;
  }

  @Test
  void aCallIsSentAndAnswered() {
    open();
    FakeServer server = connected();
    CompletableFuture<String> future = call("hi");
    assertThat(server.frames(1).get(0)).startsWith("request 0 of 0 in 20000: 3 bytes");
    server.respond(server.requestId(0), payload("ho"));
    assertThat(future.join()).isEqualTo("ho");
    assertThat(calls.openCalls()).isZero();
  }

  @Test
  void aWaitingCallerIsWokenByTheAnswer() {
    open();
    FakeServer server = connected();
    AtomicReference<Thread> thread = new AtomicReference<>();
    CompletableFuture<String> end = callAndWait("hi", thread);
    server.respond(server.requestId(0), payload("ho"));
    assertThat(end.join()).isEqualTo("ho");
  }

  @Test
  void answersComeInAnyOrder() {
    open();
    FakeServer server = connected();
    List<CompletableFuture<String>> futures = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      futures.add(call("call " + i));
    }
    server.frames(100);
    for (int i = 99; i >= 0; i--) {
      server.respond(server.requestId(i), payload("answer " + i));
    }
    for (int i = 0; i < 100; i++) {
      assertThat(futures.get(i).join()).isEqualTo("answer " + i);
    }
  }

  @Test
  void callsWaitForTheConnection() {
    open();
    CompletableFuture<String> early = call("early");
    FakeServer server = transport.accept();
    CompletableFuture<String> later = call("later");
    assertThat(calls.connections()).isZero();
    server.hello();
    server.frames(2);
    server.respond(server.requestId(0), payload("1"));
    server.respond(server.requestId(1), payload("2"));
    assertThat(early.join()).isEqualTo("1");
    assertThat(later.join()).isEqualTo("2");
  }

  @Test
  void failedAttemptsAreRepeatedAndCallsWaitMeanwhile() {
    open();
    CompletableFuture<String> future = call("hi");
    transport.refuse(new IOException("nobody there"));
    transport.refuse(new IllegalStateException("a bug of the transport"));
    passUntil("it tries again", () -> transport.attempts.get() == 3);
    FakeServer server = connected();
    server.respond(server.requestId(0), payload("ho"));
    assertThat(future.join()).isEqualTo("ho");
  }

  @ParameterizedTest
  @ValueSource(strings = {"java.lang.OutOfMemoryError", "java.lang.NoClassDefFoundError"})
  void anErrorInAnAttemptIsAFailedAttempt(String error) throws Exception {
    open();
    transport.refuse(
        Class.forName(error).asSubclass(Throwable.class).getConstructor().newInstance());
    CompletableFuture<String> future = call("hi");
    passUntil("it tries again", () -> transport.attempts.get() == 2);
    FakeServer server = connected();
    server.respond(server.requestId(0), payload("ho"));
    assertThat(future.join()).isEqualTo("ho");
  }

  @Test
  void aFailFastCallFailsWithTheReasonOfTheLastAttempt() {
    open();
    transport.refuse(new IOException("nobody there"));
    Eventually.that(
        "the attempt is over",
        () -> {
          CompletableFuture<String> future = call("hi", CallOptions.DEFAULT.withFailFast());
          return future.isDone()
              && failure(future, RpcConnectionException.class, Executed.NO)
                  .getMessage()
                  .equals("echo" + TO + ": there is no connection: nobody there");
        });
  }

  @Test
  void callsTimeOutWhileThereIsNoConnection() {
    open();
    transport.refuse(new IOException("nobody there"));
    CompletableFuture<String> future =
        call("hi", CallOptions.DEFAULT.withTimeout(Duration.ofMillis(100)));
    assertThat(future).isNotDone();
    passUntil("it ends", future::isDone);
    RpcTimeoutException failure = failure(future, RpcTimeoutException.class, Executed.NO);
    assertThat(failure)
        .hasMessage("echo" + TO + " timed out: there was no connection in time: nobody there");
  }

  @Test
  void aSentCallThatTimesOutIsToldToTheServer() {
    open();
    FakeServer server = connected();
    CompletableFuture<String> future =
        call("hi", CallOptions.DEFAULT.withTimeout(Duration.ofMillis(100)));
    long id = server.requestId(0);
    assertThat(server.frames().get(0)).contains(" in 100: ");
    time.advance(Duration.ofMillis(99));
    assertThat(future).isNotDone();
    time.advance(Duration.ofMillis(1));
    assertThat(failure(future, RpcTimeoutException.class, Executed.MAYBE))
        .hasMessage("echo" + TO + " timed out: no answer came in time");
    assertThat(server.frames(2).get(1)).isEqualTo("cancel " + id);
    // The late answer is nobody's, not even the next call's, which has the same slot.
    CompletableFuture<String> next = call("again");
    server.frames(3);
    server.respond(id, payload("late"));
    server.respond(server.requestId(2), payload("right"));
    assertThat(next.join()).isEqualTo("right");
  }

  @Test
  void deadlinesBeyondTheEndOfTheClocksNumbersAreKept() {
    time.advance(Duration.ofNanos(Long.MAX_VALUE - 50_000_000)); // 50 ms before they wrap around
    open();
    FakeServer server = connected();
    CompletableFuture<String> late =
        call("late", CallOptions.DEFAULT.withTimeout(Duration.ofMillis(200)));
    CompletableFuture<String> first =
        call("first", CallOptions.DEFAULT.withTimeout(Duration.ofMillis(5)));
    CompletableFuture<String> early =
        call("early", CallOptions.DEFAULT.withTimeout(Duration.ofMillis(20)));
    server.frames(3);
    time.advance(Duration.ofMillis(10));
    failure(first, RpcTimeoutException.class, Executed.MAYBE);
    time.advance(Duration.ofMillis(20));
    failure(early, RpcTimeoutException.class, Executed.MAYBE);
    assertThat(late).isNotDone();
    time.advance(Duration.ofMillis(200));
    failure(late, RpcTimeoutException.class, Executed.MAYBE);
  }

  @Test
  void cancellingTheFutureCancelsTheCall() {
    open();
    FakeServer server = connected();
    CompletableFuture<String> future = call("hi");
    long id = server.requestId(0);
    assertThat(future.cancel(true)).isTrue();
    assertThat(future).isCancelled();
    assertThat(server.frames(2).get(1)).isEqualTo("cancel " + id);
    assertThat(calls.openCalls()).isZero();
    assertThat(future.cancel(true)).isTrue();
    assertThat(server.frames()).hasSize(2);
  }

  @Test
  void anUnsentCallThatIsCancelledIsNeverSent() {
    open();
    FakeServer server = transport.accept();
    CompletableFuture<String> cancelled = call("first");
    CompletableFuture<String> future = call("second");
    cancelled.cancel(true);
    server.hello();
    long id = server.requestId(0);
    server.respond(id, payload("ho"));
    assertThat(future.join()).isEqualTo("ho");
    assertThat(server.frames()).hasSize(1);
  }

  @Test
  void interruptingTheCallerCancelsTheCall() {
    open();
    FakeServer server = connected();
    AtomicReference<Thread> thread = new AtomicReference<>();
    CompletableFuture<String> end = callAndWait("hi", thread);
    long id = server.requestId(0);
    thread.get().interrupt();
    assertThat(failure(end, RpcCancelledException.class, Executed.MAYBE))
        .hasMessage("echo" + TO + " was cancelled: its waiting thread was interrupted");
    assertThat(server.frames(2).get(1)).isEqualTo("cancel " + id);
  }

  @Test
  void theInterruptionIsStillThereAfterwards() {
    open();
    connected();
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> calls.call(echo, "hi", CallOptions.DEFAULT))
          .isInstanceOf(RpcCancelledException.class)
          .hasMessage("echo" + TO + " was not sent: its thread is interrupted");
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void cancellingABigRequestUnderWayHarmsNobodyElse() {
    open();
    FakeServer server = connected();
    server.channel.canWriteNow = false;
    server.channel.block(true);
    CompletableFuture<String> big = call("b".repeat(500_000));
    Eventually.that("its first piece is being written", () -> server.channel.waitingWriters() == 1);
    big.cancel(true);
    CompletableFuture<String> small = call("small"); // has the same slot
    server.channel.block(false);
    List<String> frames = server.frames(1);
    assertThat(frames).hasSize(1);
    assertThat(frames.get(0)).contains(": 6 bytes");
    server.respond(server.requestId(0), payload("ho"));
    assertThat(small.join()).isEqualTo("ho");
    CompletableFuture<String> nextBig = call("n".repeat(500_000));
    server.frames(2);
    server.respond(server.requestId(1), payload("ho"));
    assertThat(nextBig.join()).isEqualTo("ho");
  }

  @Test
  void whenTheConnectionIsLostSentCallsFailAndUnsentOnesGoOnTheNext() {
    open();
    FakeServer first = connected();
    CompletableFuture<String> sent = call("sent");
    first.frames(1);
    first.channel.canWriteNow = false;
    first.channel.block(true);
    CompletableFuture<String> written = call("written");
    Eventually.that("it is being written", () -> first.channel.waitingWriters() == 1);
    CompletableFuture<String> unsent = call("unsent");
    CompletableFuture<String> unsentAndBig = call("u".repeat(300_000));
    first.channel.receiveEnd();
    assertThat(failure(sent, RpcConnectionException.class, Executed.MAYBE))
        .hasMessage("echo" + TO + ": the connection was lost: the peer has closed the connection");
    failure(written, RpcConnectionException.class, Executed.MAYBE);
    assertThat(unsent).isNotDone();
    FakeServer second = transport.accept().hello();
    passUntil("it is connected again", () -> calls.connections() == 1);
    second.frames(2);
    second.respond(second.requestId(0), payload("1"));
    second.respond(second.requestId(1), payload("2"));
    assertThat(List.of(unsent.join(), unsentAndBig.join())).containsExactlyInAnyOrder("1", "2");
  }

  @Test
  void aServerThatRefusesFailsWhatWaitsWithItsReason() {
    open();
    CompletableFuture<String> waiting = call("hi");
    transport.accept().refuse("no room");
    assertThat(failure(waiting, RpcConnectionException.class, Executed.NO))
        .hasMessage("echo" + TO + ": there is no connection: the server refuses: no room");
    passUntil("it tries again", () -> transport.attempts.get() == 2);
    connected();
  }

  @Test
  void errorsBecomeExceptions() {
    open();
    FakeServer server = connected();
    record Case(ErrorCode code, Class<? extends RpcException> type) {}
    List<Case> cases =
        List.of(
            new Case(ErrorCode.FAILED, RpcRemoteException.class),
            new Case(ErrorCode.DECLARED, RpcRemoteException.class),
            new Case(ErrorCode.UNKNOWN_METHOD, RpcProtocolException.class),
            new Case(ErrorCode.BAD_REQUEST, RpcProtocolException.class),
            new Case(ErrorCode.BAD_RESPONSE, RpcProtocolException.class),
            new Case(ErrorCode.OVERLOADED, RpcOverloadedException.class),
            new Case(ErrorCode.EXPIRED, RpcTimeoutException.class),
            new Case(ErrorCode.CANCELLED, RpcCancelledException.class),
            new Case(ErrorCode.UNKNOWN, RpcProtocolException.class));
    for (int i = 0; i < cases.size(); i++) {
      CompletableFuture<String> future = call("hi");
      server.fail(server.requestId(i), cases.get(i).code(), Executed.YES, "a.Type", "because");
      RpcException failure = failure(future, cases.get(i).type(), Executed.YES);
      assertThat(failure.getMessage()).startsWith("echo at fake:server").contains("because");
    }
  }

  @Test
  void resultsThatCannotBeReadFailTheirCallAlone() {
    open();
    FakeServer server = connected();
    CompletableFuture<String> garbage = call("1");
    CompletableFuture<String> oversized = call("2");
    CompletableFuture<String> fine = call("3");
    server.frames(3);
    server.respond(server.requestId(0), new byte[] {77, 78});
    FakeServer pieces = server;
    pieces.send(out -> {
      out.response(pieces.requestId(1), Payload.of(new byte[(1 << 20) + 100_000]));
      out.fragment();
    });
    assertThat(failure(garbage, RpcProtocolException.class, Executed.YES))
        .hasMessage("echo" + AT + "the result cannot be read: neither a value nor null");
    assertThat(failure(oversized, RpcProtocolException.class, Executed.YES))
        .hasMessageContaining("over this client's limit (messageBytesMax)");
    pieces.respond(pieces.requestId(2), payload("ho"));
    assertThat(fine.join()).isEqualTo("ho");
  }

  @Test
  void answersToCallsThatWereNeverMadeAreIgnored() {
    open();
    FakeServer server = connected();
    CompletableFuture<String> future = call("hi");
    long id = server.requestId(0);
    server.respond(id + 1, payload("x"));
    server.respond(id + (1L << 16), payload("x"));
    server.respond(Long.MAX_VALUE, payload("x"));
    server.fail(65_535, ErrorCode.FAILED, Executed.YES, "", "");
    server.respond(id, payload("ho"));
    server.respond(id, payload("twice"));
    assertThat(future.join()).isEqualTo("ho");
  }

  @Test
  void moreCallsThanMayBeOpenAreRefused() {
    open(3, 1 << 20);
    FakeServer server = connected();
    call("1");
    call("2");
    call("3");
    server.frames(3); // what was not sent yet would have to leave
    assertThat(failure(call("4"), RpcOverloadedException.class, Executed.NO))
        .hasMessage("echo" + TO + " was not sent: 3 calls are open already (openCallsMax)");
    server.respond(server.requestId(1), payload("x"));
    Eventually.that("there is room", () -> calls.openCalls() == 2);
    assertThat(call("5")).isNotDone();
  }

  @Test
  void moreBytesThanMayBeOpenAreRefused() {
    open(1000, 10_000);
    FakeServer server = connected();
    call("x".repeat(6000));
    server.frames(1); // what was not sent yet would have to leave
    assertThat(failure(call("x".repeat(6000)), RpcOverloadedException.class, Executed.NO))
        .hasMessage(
            "echo" + TO + " was not sent: open calls hold more than 10000 bytes (openBytesMax)");
    CompletableFuture<String> fits = call("x".repeat(3000));
    server.frames(2);
    for (int i = 0; i < 50; i++) {
      // However they end, their bytes are given back once.
      fits.cancel(true);
      assertThat(failure(call("x".repeat(6000)), RpcOverloadedException.class, Executed.NO))
          .isNotNull();
      fits = call("x".repeat(3000));
    }
    server.respond(server.requestId(0), payload("x"));
    CompletableFuture<String> last = fits;
    Eventually.that("there is room", () -> calls.openCalls() == 1);
    CompletableFuture<String> more = call("x".repeat(6000));
    assertThat(more).isNotDone();
    assertThat(last).isNotDone();
  }

  @Test
  void tooBigArgumentsFailAtOnce() {
    open();
    assertThatThrownBy(() -> calls.call(echo, "x".repeat(1 << 20), CallOptions.DEFAULT))
        .isInstanceOf(RpcProtocolException.class)
        .hasMessageContaining("over the limit of 1048576 (messageBytesMax)");
    calls.send(echo, "x".repeat((1 << 20) - 1), CallOptions.DEFAULT);
  }

  @Test
  void oneWayMessagesEndWhenTheyAreWritten() {
    open();
    calls.send(echo, "early", CallOptions.DEFAULT);
    assertThat(calls.openCalls()).isEqualTo(1);
    FakeServer server = connected();
    server.frames(1);
    calls.send(echo, "hi", CallOptions.DEFAULT);
    assertThat(server.frames(2)).allMatch(line -> line.startsWith("one-way of 0: "));
    Eventually.that("they have ended", () -> calls.openCalls() == 0);
  }

  @Test
  void closingEndsAllCallsAndLaterOnes() {
    open();
    FakeServer server = connected();
    CompletableFuture<String> sent = call("sent");
    server.frames(1);
    server.channel.canWriteNow = false;
    server.channel.block(true);
    call("written");
    Eventually.that("it is being written", () -> server.channel.waitingWriters() == 1);
    CompletableFuture<String> unsent = call("unsent");
    calls.close();
    failure(sent, RpcConnectionException.class, Executed.MAYBE);
    failure(unsent, RpcConnectionException.class, Executed.NO);
    assertThat(failure(call("late"), RpcConnectionException.class, Executed.NO))
        .hasMessageContaining("the client");
    assertThatThrownBy(() -> calls.send(echo, "x", CallOptions.DEFAULT))
        .isInstanceOf(RpcConnectionException.class);
    assertThatThrownBy(() -> calls.call(echo, "x", CallOptions.DEFAULT))
        .isInstanceOf(RpcConnectionException.class);
    assertThat(server.channel.isOpen()).isFalse();
    assertThat(calls.openCalls()).isZero();
    assertThat(transport.attempts).hasValue(1);
  }

  @Test
  void closingWhileItWaitsToTryAgainEndsThat() {
    open();
    transport.refuse(new IOException("nobody there"));
    CompletableFuture<String> waiting = call("hi");
    Eventually.that("it waits", () -> time.scheduled() == 2); // the deadline and the next attempt
    calls.close();
    failure(waiting, RpcConnectionException.class, Executed.NO);
    Eventually.that("nothing is scheduled", () -> time.scheduled() == 0);
    assertThat(transport.attempts).hasValue(1);
  }

  /** Makes a blocking call when the future is done, and tells how that went. */
  private CompletableFuture<String> callingBackFrom(CompletableFuture<String> future) {
    CompletableFuture<String> said = new CompletableFuture<>();
    future.whenComplete((result, failure) -> {
      try {
        said.complete(String.valueOf(calls.call(echo, "x", CallOptions.DEFAULT)));
      } catch (Throwable e) {
        said.complete(e.getClass().getSimpleName() + ": " + e.getMessage());
      }
    });
    return said;
  }

  @Test
  void aBlockingCallOnTheReaderThreadIsRefused() {
    open();
    FakeServer server = connected();
    CompletableFuture<String> said = callingBackFrom(call("hi"));
    server.respond(server.requestId(0), payload("ho"));
    Eventually.that("the callback has ended", said::isDone);
    assertThat(said.join())
        .startsWith("IllegalStateException: echo: a blocking call on the reader thread");
  }

  @Test
  void aBlockingCallWhenTheConnectionIsLostIsRefusedToo() {
    open();
    FakeServer server = connected();
    CompletableFuture<String> said = callingBackFrom(call("hi"));
    server.frames(1);
    server.channel.receiveEnd();
    passUntil("the callback has ended", said::isDone);
    assertThat(said.join())
        .startsWith("IllegalStateException: echo: a blocking call on the reader thread");
  }

  @Test
  void callbacksOfTimeoutsMayBlock() throws InterruptedException {
    open();
    FakeServer server = connected();
    CountDownLatch release = new CountDownLatch(1);
    CompletableFuture<Thread> ranOn = new CompletableFuture<>();
    CompletableFuture<String> first =
        call("1", CallOptions.DEFAULT.withTimeout(Duration.ofMillis(10)));
    first.whenComplete((result, failure) -> {
      ranOn.complete(Thread.currentThread());
      try {
        release.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    });
    CompletableFuture<String> second =
        call("2", CallOptions.DEFAULT.withTimeout(Duration.ofMillis(20)));
    server.frames(2); // both have been sent
    time.advance(Duration.ofMillis(10)); // the clock's thread, which is this one, goes on
    Eventually.that("the callback runs", ranOn::isDone);
    time.advance(Duration.ofMillis(10));
    failure(second, RpcTimeoutException.class, Executed.MAYBE);
    release.countDown();
  }

  @Test
  void aLongChainOfCallsMadeInCallbacksNeedsNoDeepStack() {
    open();
    FakeServer server = connected();
    CompletableFuture<Integer> end = new CompletableFuture<>();
    chain(500, end);
    for (int i = 0; i < 500; i++) {
      int next = i;
      server.respond(server.requestId(next), payload("x"));
      Eventually.that("the answer was taken", () -> chained.get() > next);
    }
    assertThat(end.join()).isZero();
  }

  private void chain(int more, CompletableFuture<Integer> end) {
    if (more == 0) {
      end.complete(0);
      return;
    }
    calls
        .<String>callAsync(echo, "x", CallOptions.DEFAULT)
        .whenComplete((result, failure) -> {
          if (failure != null) {
            end.completeExceptionally(failure);
          } else {
            chain(more - 1, end);
          }
          chained.incrementAndGet();
        });
  }

  @Test
  void whileTheServerDoesNotReadNotMoreThanALimitWaits() {
    open(50, 1 << 20);
    FakeServer server = connected();
    server.channel.canWriteNow = false;
    server.channel.block(true);
    call("the first");
    Eventually.that("it is being written", () -> server.channel.waitingWriters() == 1);
    int refused = 0;
    for (int i = 0; i < 2000; i++) {
      CompletableFuture<String> future =
          call("x", CallOptions.DEFAULT.withTimeout(Duration.ofMillis(5)));
      if (future.isDone()) {
        failure(future, RpcOverloadedException.class, Executed.NO);
        refused++;
      }
      if (i % 40 == 39) {
        time.advance(Duration.ofMillis(10));
        Eventually.that("they have timed out", () -> calls.openCalls() <= 1);
      }
    }
    assertThat(refused).isGreaterThan(1800);
    server.channel.block(false);
    Eventually.that(
        "it works again",
        () -> !call("x", CallOptions.DEFAULT.withTimeout(Duration.ofMillis(5))).isDone());
  }

  @Test
  void underStressEveryCallEndsOnceWhateverHappensToTheConnections() {
    open(200, 1 << 20);
    int threads = 4;
    List<Thread> callers = new ArrayList<>();
    AtomicInteger ended = new AtomicInteger();
    AtomicInteger made = new AtomicInteger();
    ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();
    AtomicBoolean stop = new AtomicBoolean();
    for (int t = 0; t < threads; t++) {
      SplittableRandom random = new SplittableRandom(t);
      callers.add(
          Thread.ofVirtual()
              .start(() -> {
                while (!stop.get()) {
                  int kind = random.nextInt(10);
                  String text = "x".repeat(kind == 0 ? 100_000 : kind);
                  Duration timeout = Duration.ofMillis(random.nextInt(1, 50));
                  made.incrementAndGet();
                  CompletableFuture<String> future =
                      calls.callAsync(echo, text, CallOptions.DEFAULT.withTimeout(timeout));
                  AtomicInteger ends = new AtomicInteger();
                  future.whenComplete((result, failure) -> {
                    ended.incrementAndGet();
                    if (ends.incrementAndGet() != 1) {
                      faults.add("ended twice");
                    }
                    if (failure != null
                        && !(failure instanceof RpcException)
                        && !(failure instanceof CancellationException)) {
                      faults.add(failure.toString());
                    }
                  });
                  if (kind == 5) {
                    future.cancel(true);
                  }
                  Thread.yield();
                }
              }));
    }
    SplittableRandom random = new SplittableRandom(77);
    long end = System.nanoTime() + 700_000_000L;
    while (System.nanoTime() < end) {
      if (random.nextInt(3) == 0) {
        transport.refuse(new IOException("no"));
      }
      FakeServer server = transport.accept().hello();
      for (int i = random.nextInt(30); i > 0; i--) {
        time.advance(Duration.ofMillis(random.nextInt(5)));
        server.channel.canWriteNow = random.nextInt(4) > 0;
        server.channel.writeNowMax = random.nextBoolean() ? random.nextInt(300) : 1 << 20;
        server.channel.block(random.nextInt(4) == 0);
        server.respond(random.nextInt(50), payload("answer"));
        Thread.yield();
      }
      if (random.nextBoolean()) {
        server.channel.receiveEnd();
      } else {
        server.channel.close();
      }
      server.channel.block(false);
    }
    stop.set(true);
    callers.forEach(Eventually::ended);
    passUntil("all have ended", () -> ended.get() == made.get());
    assertThat(faults).isEmpty();
    assertThat(calls.openCalls()).isZero();
    assertThat(made.get()).isGreaterThan(500);
  }

  @Test
  void theSameNameIsOneMethodHoweverOftenItIsBound() {
    open();
    for (int i = 0; i < 10_000; i++) {
      calls.bind(List.of(MethodDescription.function("echo", String.class, String.class)));
    }
    assertThatThrownBy(
            () -> {
              for (int i = 0; i <= 4096; i++) {
                calls.bind(List.of(MethodDescription.function("f" + i, String.class, int.class)));
              }
            })
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("a client can call at most 4096 different methods");
  }
}
