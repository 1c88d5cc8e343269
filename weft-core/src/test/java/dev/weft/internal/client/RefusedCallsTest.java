package dev.weft.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.Executed;
import dev.weft.RpcOverloadedException;
import dev.weft.internal.wire.ErrorCode;
import java.time.Duration;
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

  /** Makes calls, refuses those that come to the server, and counts the others. */
  private int refusedHere(FakeServer server, int calls) {
    int here = 0;
    for (int i = 0; i < calls; i++) {
      CompletableFuture<String> call = call("x");
      if (call.isDone()) { // a call that was sent cannot be: nobody has answered it
        here++;
        assertThat(failure(call, RpcOverloadedException.class, Executed.NO))
            .hasMessageContaining("refused here, without asking it");
      } else {
        refuse(server, server.requestId(frames++));
        failure(call, RpcOverloadedException.class, Executed.NO);
      }
    }
    return here;
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
    for (int slice = 0; slice < 5; slice++) {
      refusedHere(server, 10);
      time.advance(Duration.ofMillis(50));
    }
    int here = refusedHere(server, 20);
    assertThat(here).isBetween(10, 19);
    assertThat(server.frames()).hasSize(frames);
    time.advance(Duration.ofSeconds(1));
    answered(server, 20);
  }
}
