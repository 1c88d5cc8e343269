package dev.weft.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.CallOptions;
import dev.weft.Executed;
import dev.weft.RpcException;
import dev.weft.internal.connection.Compressions;
import dev.weft.internal.connection.Eventually;
import dev.weft.internal.connection.ManualTime;
import dev.weft.internal.service.MethodDescription;
import dev.weft.internal.service.Payloads;
import dev.weft.internal.service.TinyCodec;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;

/** A client's calls, with the test at the other end of its connections; all must end. */
abstract class CallsFixture {

  static final String TO = " to fake:server";

  final ManualTime time = new ManualTime(Long.MAX_VALUE - 1_000_000_000L);
  final FakeTransport transport = new FakeTransport();
  final Queue<CompletableFuture<String>> all = new ConcurrentLinkedQueue<>();
  LinkSettings links = LinkSettings.DEFAULT;
  Calls calls;
  ClientMethod echo;

  void open() {
    open(1000, 1 << 20);
  }

  void open(int openCallsMax, long openBytesMax) {
    ClientSettings settings =
        new ClientSettings(
            new TinyCodec(),
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
            links,
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
    for (int i = 0; i < links.connections(); i++) {
      transport.refuse(new IOException("the test is over"));
    }
    for (CompletableFuture<String> future : all) {
      Eventually.that("each call has ended", future::isDone);
    }
    Eventually.that("none is open", () -> calls.openCalls() == 0);
  }

  FakeServer connected() {
    int before = calls.connections();
    FakeServer server = transport.accept().hello();
    passUntil("it is connected", () -> calls.connections() == before + 1);
    return server;
  }

  /** A call a little later than the last one. */
  CompletableFuture<String> call(String text) {
    return call(text, CallOptions.DEFAULT);
  }

  CompletableFuture<String> call(String text, CallOptions options) {
    time.advance(Duration.ofNanos(1));
    CompletableFuture<String> future = calls.callAsync(echo, text, options);
    all.add(future);
    return future;
  }

  /** A call that waits on a thread of its own. */
  CompletableFuture<String> callAndWait(String text, Duration timeout) {
    CompletableFuture<String> end = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("caller " + text)
        .start(() -> {
          try {
            CallOptions options = CallOptions.DEFAULT.withTimeout(timeout);
            end.complete((String) calls.call(echo, text, options));
          } catch (Throwable e) {
            end.completeExceptionally(e);
          }
        });
    all.add(end);
    return end;
  }

  byte[] payload(String text) {
    return Payloads.arguments(echo.bound(), text);
  }

  void passUntil(String what, BooleanSupplier condition) {
    Eventually.that(
        what,
        () -> {
          if (condition.getAsBoolean()) {
            return true;
          }
          time.advance(Duration.ofMillis(1));
          return condition.getAsBoolean();
        });
  }

  /** From now on the server reads nothing: one call is written for ever, the next ones wait. */
  CompletableFuture<String> blocked(FakeServer server) {
    server.channel.canWriteNow = false;
    server.channel.block(true);
    CompletableFuture<String> written = call("written");
    Eventually.that("it is being written", () -> server.channel.waitingWriters() == 1);
    return written;
  }

  void answer(FakeServer server, CompletableFuture<String> call, int frame) {
    server.respond(server.requestId(frame), payload("answer"));
    assertThat(call.join()).isEqualTo("answer");
  }

  static <E extends RpcException> E failure(
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
}
