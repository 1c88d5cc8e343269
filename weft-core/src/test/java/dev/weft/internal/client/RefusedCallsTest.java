package dev.weft.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.Executed;
import dev.weft.RpcOverloadedException;
import dev.weft.internal.connection.Eventually;
import dev.weft.internal.wire.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a client does when its server refuses calls. */
@SuppressWarnings("FutureReturnValueIgnored") // all are kept, and looked at in the end
final class RefusedCallsTest extends CallsFixture {

  private int frames;

  private static void refuse(FakeServer server, long id) {
    server.fail(id, ErrorCode.OVERLOADED, Executed.NO, "", "too much to do");
  }

  private void answered(FakeServer server, int count) {
    for (int i = 0; i < count; i++) {
      CompletableFuture<String> call = call("fine");
      answer(server, call, frames++);
    }
  }

  @Test
  void itIsSentOnceMoreWhenEnoughWereAnswered() {
    open();
    FakeServer server = connected();
    answered(server, 10);
    CompletableFuture<String> call = call("x");
    long id = server.requestId(frames++);
    refuse(server, id);
    assertThat(server.requestId(frames)).isEqualTo(id);
    answer(server, call, frames++);
  }

  @Test
  void itIsNotSentAThirdTime() {
    open();
    FakeServer server = connected();
    answered(server, 30);
    CompletableFuture<String> call = call("x");
    refuse(server, server.requestId(frames++));
    refuse(server, server.requestId(frames++));
    assertThat(failure(call, RpcOverloadedException.class, Executed.NO))
        .hasMessageContaining("too much to do");
  }

  @Test
  void withoutABudgetItFailsAtOnce() {
    open();
    FakeServer server = connected();
    answered(server, 5);
    CompletableFuture<String> call = call("x");
    refuse(server, server.requestId(frames++));
    failure(call, RpcOverloadedException.class, Executed.NO);
    assertThat(server.frames()).hasSize(frames);
  }

  @Test
  void whenMostAreRefusedThereSomeAreRefusedHere() {
    open();
    FakeServer server = connected();
    List<CompletableFuture<String>> there = new ArrayList<>();
    for (int slice = 0; slice < 4; slice++) {
      for (int i = 0; i < 10; i++) {
        there.add(call("x"));
        refuse(server, server.requestId(frames++));
      }
      there.forEach(call -> failure(call, RpcOverloadedException.class, Executed.NO));
      time.advance(Duration.ofMillis(50));
    }
    int here = 0;
    for (int i = 0; i < 20; i++) {
      CompletableFuture<String> call = call("x");
      if (call.isDone()) {
        here++;
        assertThat(failure(call, RpcOverloadedException.class, Executed.NO))
            .hasMessageContaining("refused here, without asking it");
      } else {
        refuse(server, server.requestId(frames++));
        Eventually.that("it has ended", call::isDone);
      }
    }
    assertThat(here).isBetween(10, 19);
    assertThat(server.frames()).hasSize(frames);
    time.advance(Duration.ofSeconds(1));
    answered(server, 20);
  }
}
