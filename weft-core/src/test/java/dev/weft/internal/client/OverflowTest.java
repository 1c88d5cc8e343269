package dev.weft.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.CallOptions;
import dev.weft.Executed;
import dev.weft.OverflowPolicy;
import dev.weft.RpcCancelledException;
import dev.weft.RpcConnectionException;
import dev.weft.RpcOverloadedException;
import dev.weft.RpcTimeoutException;
import dev.weft.internal.connection.Eventually;
import dev.weft.internal.connection.InFlight.Slot;
import dev.weft.spi.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** More calls than may be open, under each policy. */
@SuppressWarnings("FutureReturnValueIgnored") // all are kept, and looked at in the end
final class OverflowTest extends CallsFixture {

  private static final Duration LONG = Duration.ofSeconds(20);

  private void policy(OverflowPolicy policy) {
    links = links.withOverflow(policy);
  }

  private boolean oneWaits(int count) {
    return calls.links().open().waiting().any() && time.scheduled() >= count;
  }

  @Test
  void theNewestTakesThePlaceOfTheOldestThatIsNotSent() {
    open(4, 1 << 20);
    FakeServer server = connected();
    CompletableFuture<String> sent = call("sent");
    server.frames(1);
    CompletableFuture<String> written = blocked(server);
    CompletableFuture<String> oldest = call("oldest");
    CompletableFuture<String> second = call("second");
    CompletableFuture<String> third = call("third");
    assertThat(failure(oldest, RpcOverloadedException.class, Executed.NO))
        .hasMessage(
            "echo"
                + TO
                + " was not sent: 4 calls are open already (openCallsMax), and a newer one has"
                + " taken its place");
    CompletableFuture<String> fourth = call("fourth");
    failure(second, RpcOverloadedException.class, Executed.NO);
    assertThat(List.of(sent, written, third, fourth)).noneMatch(CompletableFuture::isDone);
    server.channel.block(false);
    server.frames(4);
    for (int i = 0; i < 4; i++) {
      server.respond(server.requestId(i), payload("answer"));
    }
    assertThat(List.of(sent, written, third, fourth))
        .allMatch(call -> call.join().equals("answer"));
  }

  @Test
  void whenAllAreSentTheNewestFails() {
    open(2, 1 << 20);
    FakeServer server = connected();
    CompletableFuture<String> one = call("1");
    CompletableFuture<String> two = call("2");
    server.frames(2);
    assertThat(failure(call("3"), RpcOverloadedException.class, Executed.NO))
        .hasMessage("echo" + TO + " was not sent: 2 calls are open already (openCallsMax)");
    assertThatThrownBy(() -> calls.send(echo, "4", CallOptions.DEFAULT))
        .isInstanceOf(RpcOverloadedException.class);
    answer(server, one, 0);
    answer(server, two, 1);
  }

  @Test
  void whileThereIsNoConnectionTheNewestOnesWait() {
    open(3, 1 << 20);
    List<CompletableFuture<String>> made = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      made.add(call("call " + i));
    }
    for (CompletableFuture<String> dropped : made.subList(0, 497)) {
      failure(dropped, RpcOverloadedException.class, Executed.NO);
    }
    FakeServer server = connected();
    assertThat(server.frames(3)).hasSize(3);
    for (int i = 0; i < 3; i++) {
      server.respond(server.requestId(i), payload("answer"));
    }
    assertThat(made.subList(497, 500)).allMatch(call -> call.join().equals("answer"));
  }

  @Test
  void forBytesOnlyBigOnesAreDropped() {
    open(100, 10_000);
    CompletableFuture<String> small = call("small");
    CompletableFuture<String> big = call("b".repeat(6000));
    CompletableFuture<String> bigger = call("c".repeat(7000));
    assertThat(failure(big, RpcOverloadedException.class, Executed.NO))
        .hasMessageContaining("open calls hold more than 10000 bytes (openBytesMax)");
    failure(call("d".repeat(11_000)), RpcOverloadedException.class, Executed.NO);
    assertThat(List.of(small, bigger)).noneMatch(CompletableFuture::isDone);
  }

  @Test
  void whoCallsAgainWhenHeIsDroppedNeedsNoDeepStack() {
    open(1, 1 << 20);
    CompletableFuture<Integer> end = new CompletableFuture<>();
    again(call("0"), 3000, end);
    for (int i = 0; !end.isDone(); i++) {
      assertThat(i).isLessThan(1_000_000);
      call("pushing");
      Thread.yield();
    }
    assertThat(end.join()).isZero();
  }

  private void again(CompletableFuture<String> call, int times, CompletableFuture<Integer> end) {
    call.whenComplete((result, failure) -> {
      if (times == 0) {
        end.complete(0);
      } else {
        again(calls.callAsync(echo, "again", CallOptions.DEFAULT), times - 1, end);
      }
    });
  }

  @Test
  void theNewestIsRejectedWhereOneWantsThat() {
    policy(OverflowPolicy.REJECT_NEWEST);
    open(2, 1 << 20);
    CompletableFuture<String> one = call("1");
    CompletableFuture<String> two = call("2");
    failure(call("3"), RpcOverloadedException.class, Executed.NO);
    FakeServer server = connected();
    answer(server, one, 0);
    answer(server, two, 1);
  }

  @Test
  void callersWaitForRoomInTheirOrder() {
    policy(OverflowPolicy.WAIT);
    open(1, 1 << 20);
    FakeServer server = connected();
    CompletableFuture<String> open = call("open");
    server.frames(1);
    CompletableFuture<String> first = callAndWait("first", LONG);
    Eventually.that("it waits", () -> oneWaits(3)); // the deadline, the heartbeat, and this one
    CompletableFuture<String> second = callAndWait("the second", LONG);
    Eventually.that("it waits, too", () -> oneWaits(4));
    failure(call("asynchronous"), RpcOverloadedException.class, Executed.NO);
    answer(server, open, 0);
    assertThat(server.frames(2).get(1)).contains(": 6 bytes"); // first
    answer(server, first, 1);
    assertThat(server.frames(3).get(2)).contains(": 11 bytes"); // the second
    answer(server, second, 2);
    assertThat(calls.links().open().waiting().any()).isFalse();
  }

  @Test
  void oneWayMessagesWaitForRoomToo() {
    policy(OverflowPolicy.WAIT);
    open(1, 1 << 20);
    FakeServer server = connected();
    CompletableFuture<String> open = call("open");
    server.frames(1);
    CompletableFuture<String> sent = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      calls.send(echo, "x", CallOptions.DEFAULT);
      sent.complete("sent");
    });
    Eventually.that("it waits", () -> oneWaits(3));
    assertThat(sent).isNotDone();
    answer(server, open, 0);
    assertThat(sent.join()).isEqualTo("sent");
    assertThat(server.frames(2).get(1)).startsWith("one-way");
  }

  @Test
  void theyWaitUntilTheirDeadlineOnly() {
    policy(OverflowPolicy.WAIT);
    open(1, 1 << 20);
    FakeServer server = connected();
    call("open");
    server.frames(1);
    CompletableFuture<String> waiting = callAndWait("waiting", Duration.ofMillis(100));
    Eventually.that("it waits", () -> oneWaits(3));
    time.advance(Duration.ofMillis(99));
    assertThat(waiting).isNotDone();
    time.advance(Duration.ofMillis(1));
    assertThat(failure(waiting, RpcTimeoutException.class, Executed.NO))
        .hasMessage("echo" + TO + " timed out: there was no room for it in time");
    assertThat(calls.openCalls()).isEqualTo(1);
  }

  @Test
  void anInterruptionEndsTheWait() throws InterruptedException {
    policy(OverflowPolicy.WAIT);
    open(1, 1 << 20);
    FakeServer server = connected();
    call("open");
    server.frames(1);
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    Thread caller =
        Thread.ofVirtual()
            .start(() -> {
              try {
                calls.call(echo, "x", CallOptions.DEFAULT);
              } catch (RpcCancelledException e) {
                interrupted.complete(Thread.currentThread().isInterrupted());
              } catch (Throwable e) {
                interrupted.completeExceptionally(e);
              }
            });
    Eventually.that("it waits", () -> oneWaits(3));
    caller.interrupt();
    Eventually.ended(caller);
    assertThat(interrupted.join()).isTrue();
    assertThat(calls.links().open().waiting().any()).isFalse();
  }

  @Test
  void closingEndsTheWait() {
    policy(OverflowPolicy.WAIT);
    open(1, 1 << 20);
    call("open");
    CompletableFuture<String> waiting = callAndWait("waiting", LONG);
    Eventually.that("it waits", () -> calls.links().open().waiting().any());
    calls.close();
    failure(waiting, RpcConnectionException.class, Executed.NO);
  }

  @Test
  void aPlaceThatIsGivenBackGoesToWhoWaitsForIt() {
    policy(OverflowPolicy.WAIT);
    open(1, 10_000);
    FakeServer server = connected();
    OpenCalls open = calls.links().open();
    Slot last = open.reserve();
    CompletableFuture<String> waiting = callAndWait("waiting", LONG);
    Eventually.that("it waits", () -> open.waiting().any());
    Payload large = Payload.of(new byte[10_001]);
    ClientCall tooLarge = new ClientCall(echo, large, 0, 1, Thread.currentThread(), false);
    assertThat(open.enter(last, tooLarge)).isEqualTo(OpenCalls.Limit.BYTES);
    answer(server, waiting, 0);
  }

  @Test
  void underStressNobodyWaitsForEver() {
    policy(OverflowPolicy.WAIT);
    open(4, 1 << 20);
    List<CompletableFuture<String>> made = new ArrayList<>();
    FakeServer server = connected();
    for (int i = 0; i < 300; i++) {
      made.add(callAndWait(i % 3 == 0 ? "x".repeat(1200) : "x", LONG));
    }
    for (int i = 0; i < 300; i++) {
      server.respond(server.requestId(i), payload("answer"));
    }
    assertThat(made).allMatch(call -> call.join().equals("answer"));
  }
}
