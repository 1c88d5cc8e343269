package dev.weft.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.CallOptions;
import dev.weft.Executed;
import dev.weft.OverflowPolicy;
import dev.weft.RpcCancelledException;
import dev.weft.RpcConnectionException;
import dev.weft.RpcFunction;
import dev.weft.RpcOverloadedException;
import dev.weft.RpcProtocolException;
import dev.weft.RpcTimeoutException;
import dev.weft.internal.connection.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Calls that go out together. */
@SuppressWarnings("FutureReturnValueIgnored") // all are kept, and looked at in the end
final class BatchCallsTest extends CallsFixture {

  private BatchCalls batch;
  private RpcFunction<String, String> function;

  private void openBatch(int openCallsMax) {
    open(openCallsMax, 1 << 20);
    batch = new BatchCalls(calls);
    function = new RemoteFunction<>(calls, "echo", String.class, String.class, CallOptions.DEFAULT);
  }

  private List<CompletableFuture<String>> add(int count) {
    List<CompletableFuture<String>> added = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      added.add(batch.add(function, "call " + i));
    }
    all.addAll(added);
    return added;
  }

  /** Makes the calls on a thread of its own. */
  private CompletableFuture<String> callAndWait(BatchCalls which) {
    CompletableFuture<String> end = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("batch")
        .start(() -> {
          try {
            which.call(null);
            end.complete("called");
          } catch (RuntimeException e) {
            end.completeExceptionally(e);
          }
        });
    all.add(end);
    return end;
  }

  @Test
  void itGoesOutInOneWrite() {
    openBatch(100);
    FakeServer server = connected();
    int writes = server.channel.writers().size();
    List<CompletableFuture<String>> results = add(20);
    batch.send(function, "one way");
    assertThat(batch.size()).isEqualTo(21);
    CompletableFuture<String> end = callAndWait(batch);
    assertThat(server.frames(21)).hasSize(21);
    assertThat(server.channel.writers()).hasSize(writes + 1);
    for (int i = 0; i < 20; i++) {
      assertThat(end).isNotDone();
      server.respond(server.requestId(i), payload("answer " + i));
    }
    assertThat(end.join()).isEqualTo("called");
    for (int i = 0; i < 20; i++) {
      assertThat(results.get(i).join()).isEqualTo("answer " + i);
    }
    assertThat(batch.size()).isZero();
    batch.call(null);
  }

  @Test
  void withoutAConnectionItWaitsAndGoesOutInOneWriteToo() {
    openBatch(100);
    add(20);
    CompletableFuture<Void> end = batch.callAsync(null);
    FakeServer server = connected();
    server.frames(20);
    assertThat(server.channel.writers()).hasSize(2); // the hello, and this
    for (int i = 0; i < 20; i++) {
      server.respond(server.requestId(i), payload("x"));
    }
    end.join();
  }

  @Test
  void aCallThatIsCancelledBeforeThereIsRoomHoldsNoPlace() {
    links = links.withOverflow(OverflowPolicy.WAIT);
    openBatch(2);
    FakeServer server = connected();
    CompletableFuture<String> open = call("open");
    server.frames(1);
    List<CompletableFuture<String>> results = add(2);
    CompletableFuture<String> end = callAndWait(batch);
    Eventually.that("it waits for room", () -> calls.links().open().waiting().any());
    results.get(0).cancel(true);
    answer(server, open, 0);
    answer(server, results.get(1), 1);
    assertThat(end.join()).isEqualTo("called");
    assertThat(calls.openCalls()).isZero();
  }

  @Test
  void itIsRefusedWhollyOrNotAtAll() {
    links = links.withOverflow(OverflowPolicy.REJECT_NEWEST);
    openBatch(4);
    FakeServer server = connected();
    call("1");
    call("2");
    server.frames(2);
    List<CompletableFuture<String>> results = add(3);
    assertThatThrownBy(() -> batch.call(null))
        .isInstanceOf(RpcOverloadedException.class)
        .hasMessage("echo" + TO + " was not sent: 4 calls are open already (openCallsMax)");
    for (CompletableFuture<String> result : results) {
      failure(result, RpcOverloadedException.class, Executed.NO);
    }
    assertThat(server.frames()).hasSize(2);
    assertThat(calls.openCalls()).isEqualTo(2);
    List<CompletableFuture<String>> fitting = add(2);
    CompletableFuture<Void> end = batch.callAsync(null);
    server.respond(server.requestId(2), payload("x"));
    server.respond(server.requestId(3), payload("x"));
    end.join();
    assertThat(fitting).allMatch(result -> result.join().equals("x"));
    List<CompletableFuture<String>> tooMany = add(5);
    failure(batch.callAsync(null), RpcOverloadedException.class, Executed.NO);
    assertThat(tooMany).allMatch(CompletableFuture::isCompletedExceptionally);
  }

  @Test
  void olderCallsMakeRoomForItAndItMakesNoneForNewerOnes() {
    openBatch(4);
    CompletableFuture<String> one = call("1");
    CompletableFuture<String> two = call("2");
    CompletableFuture<String> three = call("3");
    List<CompletableFuture<String>> results = add(3);
    CompletableFuture<Void> end = batch.callAsync(null);
    failure(one, RpcOverloadedException.class, Executed.NO);
    failure(two, RpcOverloadedException.class, Executed.NO);
    CompletableFuture<String> four = call("4");
    failure(three, RpcOverloadedException.class, Executed.NO);
    CompletableFuture<String> five = call("5");
    failure(four, RpcOverloadedException.class, Executed.NO);
    assertThat(five).isNotDone();
    assertThat(results).noneMatch(CompletableFuture::isDone);
    FakeServer server = connected();
    for (int i = 0; i < 4; i++) {
      server.respond(server.requestId(i), payload("x"));
    }
    end.join();
  }

  @Test
  void itWaitsForRoomForAll() {
    links = links.withOverflow(OverflowPolicy.WAIT);
    openBatch(3);
    FakeServer server = connected();
    CompletableFuture<String> one = call("1");
    CompletableFuture<String> two = call("2");
    server.frames(2);
    add(3);
    CompletableFuture<String> end = callAndWait(batch);
    Eventually.that("it waits", () -> calls.links().open().waiting().any());
    answer(server, one, 0);
    assertThat(server.frames()).hasSize(2);
    answer(server, two, 1);
    for (int i = 2; i < 5; i++) {
      server.respond(server.requestId(i), payload("x"));
    }
    assertThat(end.join()).isEqualTo("called");
  }

  @Test
  void oneTimeoutEndsAll() {
    openBatch(100);
    FakeServer server = connected();
    List<CompletableFuture<String>> results = add(3);
    CompletableFuture<Void> end = batch.callAsync(Duration.ofMillis(100));
    assertThat(server.frames(3)).allMatch(line -> line.contains(" in 100: "));
    server.respond(server.requestId(1), payload("x"));
    assertThat(results.get(1).join()).isEqualTo("x");
    time.advance(Duration.ofMillis(100));
    end.join();
    failure(results.get(0), RpcTimeoutException.class, Executed.MAYBE);
    failure(results.get(2), RpcTimeoutException.class, Executed.MAYBE);
    assertThat(calls.openCalls()).isZero();
  }

  @Test
  void whateverHappensEveryResultCompletes() {
    openBatch(100);
    FakeServer server = connected();
    List<CompletableFuture<String>> results = add(3);
    CompletableFuture<String> end = callAndWait(batch);
    server.frames(3);
    calls.close();
    assertThat(end.join()).isEqualTo("called");
    for (CompletableFuture<String> result : results) {
      failure(result, RpcConnectionException.class, Executed.MAYBE);
    }
    List<CompletableFuture<String>> late = add(3);
    batch.callAsync(null).join();
    for (CompletableFuture<String> result : late) {
      failure(result, RpcConnectionException.class, Executed.NO);
    }
  }

  @Test
  void whatIsCancelledBeforeIsNotSent() {
    openBatch(100);
    FakeServer server = connected();
    List<CompletableFuture<String>> results = add(3);
    results.get(1).cancel(true);
    CompletableFuture<Void> end = batch.callAsync(null);
    assertThat(server.frames(2)).hasSize(2);
    results.get(2).cancel(true);
    assertThat(server.frames(3).get(2)).startsWith("cancel");
    server.respond(server.requestId(0), payload("x"));
    end.join();
    assertThat(results.get(0).join()).isEqualTo("x");
  }

  @Test
  void interruptingTheCallerCancelsAll() {
    openBatch(100);
    FakeServer server = connected();
    List<CompletableFuture<String>> results = add(3);
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    Thread caller =
        Thread.ofVirtual()
            .start(() -> {
              try {
                batch.call(null);
              } catch (RpcCancelledException e) {
                interrupted.complete(Thread.currentThread().isInterrupted());
              }
            });
    server.frames(3);
    caller.interrupt();
    Eventually.ended(caller);
    assertThat(interrupted.join()).isTrue();
    for (CompletableFuture<String> result : results) {
      failure(result, RpcCancelledException.class, Executed.MAYBE);
    }
    assertThat(server.frames(6)).hasSize(6);
  }

  @Test
  void anArgumentThatCannotBeSentFailsItsOwnResultAlone() {
    openBatch(100);
    CompletableFuture<String> tooBig = batch.add(function, "x".repeat((1 << 20) + 1));
    failure(tooBig, RpcProtocolException.class, Executed.NO);
    assertThatThrownBy(() -> batch.send(function, "x".repeat((1 << 20) + 1)))
        .isInstanceOf(RpcProtocolException.class);
    assertThat(batch.size()).isZero();
  }

  @Test
  void othersFunctionsAreRefused() {
    openBatch(100);
    BatchCalls first = batch;
    RpcFunction<String, String> own = function;
    calls.close();
    openBatch(100);
    assertThatThrownBy(() -> batch.add(own, "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not a function of this client");
    assertThatThrownBy(() -> first.send(function, "x"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> batch.send("a string", s -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not a service of this client");
    transport.refuse(new java.io.IOException("for the first"));
  }
}
