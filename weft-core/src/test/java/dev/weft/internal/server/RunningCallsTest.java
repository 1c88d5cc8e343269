package dev.weft.internal.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.Metadata;
import dev.weft.spi.Payload;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The payloads that slots lend. */
final class RunningCallsTest {

  private final AtomicInteger freeGroups = new AtomicInteger(2);

  @SuppressWarnings("NullAway") // nothing is asked of its method
  private static ServerCall call(long id) {
    return new ServerCall(null, id, 0, 1, Metadata.EMPTY, new Payload());
  }

  /** How many of the first thousand slots lend after each had a call. */
  private static int lending(RunningCalls calls) {
    int lending = 0;
    for (int slot = 0; slot < 1000; slot++) {
      Payload written = new Payload(100);
      calls.written(call(slot), written);
      if (calls.payloadFor(slot) == written) {
        lending++;
      }
    }
    return lending;
  }

  @Test
  void aSlotLendsWhatItsLastCallHasLeft() {
    RunningCalls calls = new RunningCalls(freeGroups);
    Payload written = new Payload(100);
    calls.written(call(7), written);
    assertThat(calls.payloadFor(7)).isSameAs(written);
    assertThat(calls.payloadFor(7)).isNotSameAs(written);
  }

  @Test
  void largePayloadsAreNotKept() {
    RunningCalls calls = new RunningCalls(freeGroups);
    Payload large = new Payload(100_000);
    calls.written(call(7), large);
    assertThat(calls.payloadFor(7)).isNotSameAs(large);
  }

  @Test
  void allConnectionsTogetherLendSoMuchOnly() {
    RunningCalls first = new RunningCalls(freeGroups);
    assertThat(lending(first)).isEqualTo(2 * 64);
    RunningCalls second = new RunningCalls(freeGroups);
    assertThat(lending(second)).isZero();
    first.end();
    assertThat(freeGroups).hasValue(2);
    assertThat(lending(second)).isEqualTo(2 * 64);
  }
}
