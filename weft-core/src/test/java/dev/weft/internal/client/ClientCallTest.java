package dev.weft.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.CallOptions;
import dev.weft.Executed;
import dev.weft.RpcCancelledException;
import dev.weft.RpcConnectionException;
import dev.weft.RpcException;
import dev.weft.internal.connection.Compressions;
import dev.weft.internal.connection.Connection;
import dev.weft.internal.connection.Eventually;
import dev.weft.internal.connection.FakeChannel;
import dev.weft.internal.connection.InFlight.Slot;
import dev.weft.internal.connection.ManualTime;
import dev.weft.internal.service.BoundMethod;
import dev.weft.internal.service.MethodDescription;
import dev.weft.internal.service.Payloads;
import dev.weft.internal.service.TinyCodec;
import dev.weft.internal.wire.Block;
import dev.weft.internal.wire.FrameWriter;
import dev.weft.internal.wire.MethodName;
import dev.weft.spi.Marshaller;
import dev.weft.spi.Payload;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** One call, without a connection. */
final class ClientCallTest {

  private final ManualTime time = new ManualTime(0);
  private final ClientSettings settings =
      new ClientSettings(
          new TinyCodec(),
          Duration.ofSeconds(20),
          Duration.ofSeconds(5),
          Duration.ofMillis(20),
          Duration.ofSeconds(1),
          100,
          1 << 20,
          1 << 20,
          true,
          time,
          new SplittableRandom(1),
          Compressions.NONE,
          LinkSettings.DEFAULT,
          null,
          List.of(),
          null);

  /** Never opened: what is started waits. */
  private final Links links = new Links(URI.create("fake:server"), new FakeTransport(), settings);

  private final Carrier carrier = new Carrier(new Connection(new FakeChannel(), time), settings);

  private final ClientMethod method =
      new ClientMethod(
          links,
          BoundMethod.bind(
                  List.of(MethodDescription.function("f", String.class, String.class)),
                  new TinyCodec())
              .get(0),
          new MethodName("f", 0));

  private final byte[] result = Payloads.result(method.bound(), "done");
  private final FrameWriter out = new FrameWriter(ByteBuffer.allocate(Block.BYTES_MAX));

  private static RpcException lost(Executed executed) {
    return new RpcConnectionException("lost", executed, null);
  }

  private ClientCall call(Thread waiter) {
    ClientCall call =
        new ClientCall(method, Payload.of(new byte[5]), 0, 1_000_000_000, waiter, false);
    call.carrier(carrier);
    return call;
  }

  private ClientCall started(Thread waiter) {
    ClientCall call = call(waiter);
    links.start(call);
    return call;
  }

  private ClientCall sentFrom(Slot slot) {
    ClientCall call =
        new ClientCall(method, slot.payload(), 0, 1_000_000_000, Thread.currentThread(), false);
    call.carrier(carrier);
    call.slot(slot);
    links.start(call);
    assertThat(call.writeTo(out, 0)).isTrue();
    return call;
  }

  private static Executed executed(ClientCall call) {
    RpcException failure = call.failureSoFar();
    assertThat(failure).isNotNull();
    return failure.executed();
  }

  private ByteBuffer lentResult() {
    return ByteBuffer.wrap(result).asReadOnlyBuffer(); // whose array cannot be kept
  }

  @Test
  void whatFailsBeforeItIsSentWasNotExecuted() {
    ClientCall call = started(Thread.currentThread());
    assertThat(call.fail(ClientCallTest::lost)).as("the server need not be told").isFalse();
    assertThat(executed(call)).isEqualTo(Executed.NO);
    assertThat(links.open().size()).isZero();
    assertThat(call.writeTo(out, 0)).isFalse();
  }

  @Test
  void whatFailsAfterItWasSentMayHaveBeenExecuted() {
    ClientCall call = started(Thread.currentThread());
    assertThat(call.writeTo(out, 0)).isTrue();
    assertThat(call.fail(ClientCallTest::lost)).as("the server is to be told").isTrue();
    assertThat(executed(call)).isEqualTo(Executed.MAYBE);
    assertThat(links.open().size()).isZero();
  }

  @Test
  void itIsSentOnce() {
    ClientCall call = started(Thread.currentThread());
    assertThat(call.writeTo(out, 0)).isTrue();
    assertThat(call.writeTo(out, 0)).isFalse();
  }

  @Test
  void whatIsOverIsNotSentAnyMore() {
    ClientCall call = started(Thread.currentThread());
    assertThat(call.writeTo(out, 1_000_000_000)).isFalse();
    assertThat(call.hasEnded()).isFalse(); // its deadline ends it
    time.advance(Duration.ofSeconds(1));
    assertThat(call.hasEnded()).isTrue();
    assertThat(executed(call)).isEqualTo(Executed.NO);
  }

  @Test
  void onlyTheFirstEndCounts() throws Throwable {
    ClientCall call = started(Thread.currentThread());
    call.writeTo(out, 0);
    assertThat(links.open().answered(call.callId(), carrier)).isSameAs(call);
    call.succeed(lentResult());
    assertThat(call.fail(ClientCallTest::lost)).isFalse();
    assertThat(links.open().answered(call.callId(), carrier)).isNull();
    assertThat(call.failureSoFar()).isNull();
    assertThat(call.open(call.await(), Marshaller.NO_LANE)).isEqualTo("done");
    assertThat(links.open().size()).isZero();
  }

  @Test
  void aCancellationBehindTheAnswersBackCancelsNobodyElse() {
    ClientCall call = started(Thread.currentThread());
    call.writeTo(out, 0);
    long id = call.callId();
    assertThat(links.open().answered(id, carrier)).isSameAs(call); // taken, but not yet ended …
    assertThat(call.fail(ClientCallTest::lost)).as("the server must not be told").isFalse();
    assertThat(links.open().size()).as("its slot is not free yet").isOne();
    call.succeed(lentResult()); // … and too late
    assertThat(executed(call)).isEqualTo(Executed.MAYBE);
    assertThat(links.open().size()).isZero();
    ClientCall next = started(Thread.currentThread());
    assertThat(next.callId()).isEqualTo(id);
    next.writeTo(out, 0);
    assertThat(next.hasEnded()).isFalse();
    assertThat(links.open().answered(id, carrier)).isSameAs(next);
  }

  @Test
  void aResultIsReadFromTheSlotsPayloadBeforeTheNextCallHasIt() throws Throwable {
    for (int i = 0; i < 3; i++) {
      Slot slot = links.open().reserve();
      Payload payload = slot.payload();
      assertThat(payload.length()).isZero();
      payload.write(i);
      ClientCall call = sentFrom(slot);
      links.open().answered(call.callId(), carrier).succeed(lentResult());
      assertThat(links.open().size()).as("until it has been read").isOne();
      assertThat(call.open(call.await(), Marshaller.NO_LANE)).isEqualTo("done");
      assertThat(links.open().size()).isZero();
    }
  }

  @Test
  void theSlotsPayloadNeverGetsAnArrayThatOthersWillHave() throws Throwable {
    Slot slot = links.open().reserve();
    Payload payload = slot.payload();
    payload.write(1);
    byte[] request = payload.array();
    ClientCall call = sentFrom(slot);
    // One that came in pieces: it has an array that may be kept.
    links.open().answered(call.callId(), carrier).succeed(ByteBuffer.wrap(result));
    assertThat(payload.array()).as("it may just be being written").isSameAs(request);
    assertThat(call.open(call.await(), Marshaller.NO_LANE)).isEqualTo("done");
  }

  @Test
  void aCallThatEndsWithoutItsAnswerKeepsItsPayload() {
    Slot slot = links.open().reserve();
    Payload payload = slot.payload();
    ClientCall call = sentFrom(slot);
    call.fail(ClientCallTest::lost);
    assertThat(links.open().reserve()).isSameAs(slot);
    assertThat(slot.payload()).as("it may just be being written").isNotSameAs(payload);
  }

  @Test
  void aOneWayMessageEndsWithItsWriting() {
    ClientCall call = started(null);
    assertThat(call.writeTo(out, 0)).isTrue();
    assertThat(call.hasEnded()).isTrue();
    assertThat(links.open().size()).isZero();
    assertThat(call.failureSoFar()).isNull();
    assertThat(call.writeTo(out, 0)).isFalse();
  }

  @Test
  void anUnsentCallWaitsForTheNextConnection() {
    ClientCall call = started(Thread.currentThread());
    call.unsent(new IOException("over"));
    assertThat(call.hasEnded()).isFalse();
    assertThat(call.writeTo(out, 0)).isTrue();
  }

  @Test
  void underRacesItEndsOnceAndItsCallerWakes() throws InterruptedException {
    for (int round = 0; round < 400; round++) {
      AtomicReference<ClientCall> made = new AtomicReference<>();
      AtomicInteger toldServer = new AtomicInteger();
      AtomicReference<Answer> seen = new AtomicReference<>();
      CountDownLatch ready = new CountDownLatch(1);
      Thread caller =
          Thread.ofVirtual()
              .start(() -> {
                ClientCall call = started(Thread.currentThread());
                made.set(call);
                ready.countDown();
                Answer answer = call.await();
                try {
                  call.open(answer, Marshaller.NO_LANE);
                } catch (Throwable e) {
                  assertThat(e).isInstanceOf(RpcException.class);
                }
                seen.set(answer);
              });
      ready.await();
      ClientCall call = made.get();
      List<Runnable> ends =
          List.of(
              () -> call.writeTo(new FrameWriter(ByteBuffer.allocate(1000)), 0),
              () -> {
                ClientCall taken = links.open().answered(call.callId(), carrier);
                if (taken != null) {
                  taken.succeed(lentResult());
                }
              },
              () -> toldServer.addAndGet(call.fail(ClientCallTest::lost) ? 1 : 0),
              () ->
                  toldServer.addAndGet(
                      call.fail(executed -> new RpcCancelledException("c", executed, null))
                          ? 1
                          : 0));
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < ends.size(); i++) {
        threads.add(Thread.ofVirtual().start(ends.get((i + round) % ends.size())));
      }
      threads.forEach(Eventually::ended);
      Eventually.ended(caller);
      assertThat(seen.get()).isNotNull();
      assertThat(toldServer.get()).isLessThanOrEqualTo(1);
      assertThat(links.open().size()).isZero();
    }
  }

  @Test
  void aFutureEndsLikeItsCall() {
    ClientCall call = call(null);
    CallFuture<String> future = new CallFuture<>();
    future.call(call);
    links.start(call);
    call.writeTo(out, 0);
    links.open().answered(call.callId(), carrier);
    call.succeed(lentResult());
    assertThat(future.join()).isEqualTo("done");
    assertThat(future.cancel(true)).isFalse();
  }

  @Test
  void aFutureSaysWhateverItsAnswerIs() {
    ClientCall call = call(null);
    CallFuture<String> future = new CallFuture<>();
    future.call(call);
    links.start(call);
    call.writeTo(out, 0);
    links.open().answered(call.callId(), carrier);
    call.end(new Answer.Declared("no.such.Type", "oops", new byte[0]));
    assertThat(future).isCompletedExceptionally();
    assertThat(future.exceptionNow()).hasMessage("f at fake:server failed: no.such.Type: oops");
  }

  @Test
  void stagesMadeFromAFutureDoNotCancelTheCall() {
    Calls calls = new Calls(URI.create("fake:server"), new FakeTransport(), settings);
    ClientMethod bound =
        calls.bind(List.of(MethodDescription.function("f", String.class, String.class))).get(0);
    var future = calls.<String>callAsync(bound, "x", CallOptions.DEFAULT);
    future.thenApply(String::length).cancel(true);
    assertThat(future).isNotDone();
    assertThat(future.copy().cancel(true)).isTrue();
    assertThat(future).isNotDone();
    assertThat(calls.openCalls()).isEqualTo(1);
    future.cancel(false);
    assertThat(calls.openCalls()).isZero();
  }
}
