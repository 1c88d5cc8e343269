package dev.weft.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.CallOptions;
import dev.weft.Executed;
import dev.weft.RpcRemoteException;
import dev.weft.RpcTimeoutException;
import dev.weft.internal.connection.Eventually;
import dev.weft.internal.service.MethodDescription;
import dev.weft.internal.service.Payloads;
import dev.weft.internal.wire.ErrorCode;
import dev.weft.internal.wire.RecordedFrames;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Long arrays, which a call that waits sends without copying them first. */
final class LentArgumentsTest extends CallsFixture {

  private static final int LENGTH = 300_000;
  private static final byte BEFORE = 1;
  private static final byte AFTER = 2;

  private final byte[] array = new byte[LENGTH];
  private ClientMethod put;

  @BeforeEach
  void openWithAMethodThatTakesBytes() {
    open();
    put = calls.bind(List.of(MethodDescription.function("put", byte[].class, String.class))).get(0);
    Arrays.fill(array, BEFORE);
  }

  /** How a request with the array as it was shows among the frames. */
  private String asItWas() {
    byte[] before = new byte[LENGTH];
    Arrays.fill(before, BEFORE);
    return RecordedFrames.show(Payloads.arguments(put.bound(), (Object) before));
  }

  /** Calls, and uses the array for something else as soon as the call has ended. */
  private CompletableFuture<String> putAndWait(Duration timeout) {
    CompletableFuture<String> end = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            CallOptions options = CallOptions.DEFAULT.withTimeout(timeout);
            Object result = calls.call(put, array, options);
            Arrays.fill(array, AFTER);
            end.complete((String) result);
          } catch (Throwable e) {
            Arrays.fill(array, AFTER);
            end.completeExceptionally(e);
          }
        });
    all.add(end);
    return end;
  }

  /** The same, until its first piece is being written. */
  private CompletableFuture<String> putAndAwaitPiece(FakeServer server, Duration timeout) {
    CompletableFuture<String> call = putAndWait(timeout);
    Eventually.that("its first piece is being written", () -> server.channel.waitingWriters() == 1);
    assertThat(call).isNotDone();
    return call;
  }

  private void theRestIsTheArrayAsItWas(FakeServer server) {
    server.channel.block(false);
    assertThat(server.frames(1).get(0)).startsWith("request 0 ").endsWith(asItWas());
  }

  private FakeServer blockedServer() {
    FakeServer server = connected();
    server.channel.canWriteNow = false;
    server.channel.block(true);
    return server;
  }

  @Test
  void whatIsSentAfterTheCallHasFailedIsTheArrayAsItWas() {
    FakeServer server = blockedServer();
    CompletableFuture<String> call = putAndAwaitPiece(server, Duration.ofSeconds(20));
    server.fail(0, ErrorCode.FAILED, Executed.YES, "a.Type", "because");
    failure(call, RpcRemoteException.class, Executed.YES);
    theRestIsTheArrayAsItWas(server);
  }

  @Test
  void whatIsSentAfterAnAnswerThatCameTooEarlyIsTheArrayAsItWas() {
    FakeServer server = blockedServer();
    CompletableFuture<String> call = putAndAwaitPiece(server, Duration.ofSeconds(20));
    server.respond(0, Payloads.result(put.bound(), "early"));
    assertThat(call.join()).isEqualTo("early");
    theRestIsTheArrayAsItWas(server);
  }

  @Test
  void whenItsTimeIsOverTheRestIsNotSentAndOthersAre() {
    FakeServer server = blockedServer();
    CompletableFuture<String> call = putAndAwaitPiece(server, Duration.ofMillis(5));
    time.advance(Duration.ofMillis(5));
    failure(call, RpcTimeoutException.class, Executed.MAYBE);
    Arrays.fill(array, BEFORE);
    CompletableFuture<String> next = putAndWait(Duration.ofSeconds(20));
    server.channel.block(false);
    assertThat(server.frames(1).get(0)).endsWith(asItWas());
    server.respond(server.requestId(0), Payloads.result(put.bound(), "done"));
    assertThat(next.join()).isEqualTo("done");
  }

  @Test
  void whatTheServerDoesNotWantAnyMoreIsSentToTheNextAsItWas() {
    FakeServer first = connected();
    CompletableFuture<String> call = putAndWait(Duration.ofSeconds(20));
    assertThat(first.frames(1).get(0)).endsWith(asItWas());
    first.fail(first.requestId(0), ErrorCode.GOING_AWAY, Executed.NO, "", "going away");
    Eventually.that("that connection is left", () -> calls.connections() == 0);
    FakeServer second = connected();
    assertThat(second.frames(1).get(0)).endsWith(asItWas());
    second.respond(second.requestId(0), Payloads.result(put.bound(), "done"));
    assertThat(call.join()).isEqualTo("done");
  }

  @Test
  void aCallThatDoesNotWaitHasACopy() {
    FakeServer server = blockedServer();
    CompletableFuture<String> call = calls.callAsync(put, array, CallOptions.DEFAULT);
    all.add(call);
    Arrays.fill(array, AFTER);
    server.channel.block(false);
    assertThat(server.frames(1).get(0)).endsWith(asItWas());
    server.respond(server.requestId(0), Payloads.result(put.bound(), "done"));
    assertThat(call.join()).isEqualTo("done");
  }
}
