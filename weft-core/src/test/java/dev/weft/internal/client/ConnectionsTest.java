package dev.weft.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.CallOptions;
import dev.weft.Executed;
import dev.weft.RpcConnectionException;
import dev.weft.internal.connection.Eventually;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Several connections of one client. */
@SuppressWarnings("FutureReturnValueIgnored") // all are kept, and looked at in the end
final class ConnectionsTest extends CallsFixture {

  private void open(int connections) {
    links = links.withConnections(connections);
    open();
  }

  private List<FakeServer> servers(int count) {
    List<FakeServer> servers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      servers.add(connected());
    }
    return servers;
  }

  @Test
  void aCallGoesToTheConnectionWithTheFewest() {
    open(3);
    List<FakeServer> servers = servers(3);
    List<CompletableFuture<String>> made = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      made.add(call("call " + i));
    }
    assertThat(servers).allMatch(server -> server.frames(10).size() == 10);
    FakeServer fast = servers.get(1);
    for (int i = 0; i < 10; i++) {
      fast.respond(fast.requestId(i), payload("answer"));
    }
    Eventually.that("they are answered", () -> calls.openCalls() == 20);
    for (int i = 0; i < 10; i++) {
      call("more " + i);
    }
    assertThat(fast.frames(20)).hasSize(20);
    assertThat(servers.get(0).frames()).hasSize(10);
    assertThat(made.stream().filter(CompletableFuture::isDone)).hasSize(10);
  }

  @Test
  void oneThatFailsDoesNotStopTheOthers() {
    open(2);
    FakeServer server = connected();
    transport.refuse(new IOException("nobody there"));
    passUntil("the other tries again", () -> transport.attempts.get() == 3);
    answer(server, call("1", CallOptions.DEFAULT.withFailFast()), 0);
    FakeServer other = connected();
    assertThat(calls.connections()).isEqualTo(2);
    other.channel.receiveEnd();
    Eventually.that("it is lost", () -> calls.connections() == 1);
    answer(server, call("2", CallOptions.DEFAULT.withFailFast()), 1);
  }

  @Test
  void onlyWhenAllHaveFailedThereIsNoConnection() {
    open(2);
    transport.refuse(new IOException("nobody there"));
    CompletableFuture<String> failFast = call("1", CallOptions.DEFAULT.withFailFast());
    Eventually.that("one attempt is over", () -> time.scheduled() >= 2);
    assertThat(failFast).isNotDone();
    transport.refuse(new IOException("nobody there either"));
    failure(failFast, RpcConnectionException.class, Executed.NO);
  }

  @Test
  void whatALostConnectionHasNotSentMovesToAnother() {
    open(2);
    List<FakeServer> servers = servers(2);
    FakeServer busy = servers.get(0);
    FakeServer lost = servers.get(1);
    CompletableFuture<String> first = call("first");
    CompletableFuture<String> second = call("second");
    FakeServer other = busy.frames(1).isEmpty() ? lost : busy;
    assertThat(other.frames(1)).hasSize(1);
    lost.frames(1);
    lost.channel.canWriteNow = false;
    lost.channel.block(true);
    List<CompletableFuture<String>> more = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      more.add(call("more " + i));
      if (i < 2) { // one is on its way to each, alone
        int sent = 2 + i;
        Eventually.that(
            "it is on its way", () -> busy.frames().size() + lost.channel.waitingWriters() == sent);
      }
    }
    busy.frames(6);
    lost.channel.receiveEnd();
    // Two were sent there; the four behind them move, and no time passes.
    List<String> frames = busy.frames(10);
    assertThat(frames).hasSize(10);
    for (int i = 0; i < 10; i++) {
      busy.respond(busy.requestId(i), payload("answer"));
    }
    List<CompletableFuture<String>> made = new ArrayList<>(more);
    made.add(first);
    made.add(second);
    Eventually.that("all have ended", () -> made.stream().allMatch(CompletableFuture::isDone));
    assertThat(made.stream().filter(CompletableFuture::isCompletedExceptionally)).hasSize(2);
    assertThat(calls.connections()).isEqualTo(1);
  }

  @Test
  void anAnswerFromTheWrongConnectionIsNobodys() {
    open(2);
    List<FakeServer> servers = servers(2);
    CompletableFuture<String> call = call("x");
    Eventually.that(
        "it was sent", () -> servers.stream().anyMatch(server -> !server.frames().isEmpty()));
    FakeServer right = servers.get(servers.get(0).frames().isEmpty() ? 1 : 0);
    FakeServer wrong = servers.get(servers.get(0).frames().isEmpty() ? 0 : 1);
    long id = right.requestId(0);
    long before = calls.stats().messagesRead();
    wrong.respond(id, payload("wrong"));
    Eventually.that("it was read", () -> calls.stats().messagesRead() > before);
    assertThat(call).isNotDone();
    right.respond(id, payload("right"));
    assertThat(call.join()).isEqualTo("right");
  }
}
