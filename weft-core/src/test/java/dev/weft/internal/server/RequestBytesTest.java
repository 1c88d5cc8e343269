package dev.weft.internal.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.connection.Eventually;
import dev.weft.internal.connection.ManualTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

final class RequestBytesTest {

  private final ManualTime time = new ManualTime(7);
  private final RequestBytes bytes = new RequestBytes(10_000, Duration.ofSeconds(30), time);
  private final List<String> dropped = new CopyOnWriteArrayList<>();

  private RequestBytes.Arrival arrival(String name) {
    return new RequestBytes.Arrival(reason -> dropped.add(name + ": " + reason.getMessage()));
  }

  @Test
  void largeRequestsAreBoundedAndSmallOnesAreNot() {
    assertThat(bytes.tryHold(10_000)).isNull();
    assertThat(bytes.tryHold(1024)).contains("more than 10000 bytes", "(runningBytesMax)");
    assertThat(bytes.tryHold(1023)).isNull();
    bytes.release(1023);
    assertThat(bytes.tryHold(1024)).isNotNull();
    bytes.release(10_000);
    assertThat(bytes.tryHold(10_000)).isNull();
  }

  @Test
  void piecesCountAsRequestsDo() {
    RequestBytes.Arrival one = arrival("one");
    assertThat(bytes.tryHold(one, 10)).isTrue();
    assertThat(bytes.tryHold(one, 9_000)).isTrue();
    assertThat(bytes.tryHold(1024)).isNotNull();
    assertThat(bytes.tryHold(arrival("other"), 1000)).isFalse();
    bytes.release(one, 9_010);
    assertThat(bytes.tryHold(10_000)).isNull();
    assertThat(dropped).isEmpty();
  }

  @Test
  void whatHasBeenComingForTooLongMakesRoomWhenItIsNeeded() {
    RequestBytes.Arrival done = arrival("done");
    bytes.tryHold(done, 100);
    RequestBytes.Arrival oldest = arrival("oldest");
    bytes.tryHold(oldest, 5000);
    time.advance(Duration.ofSeconds(20));
    bytes.tryHold(arrival("younger"), 4000);
    bytes.release(done, 100);
    assertThat(bytes.tryHold(2000)).isNotNull();
    time.advance(Duration.ofSeconds(10));
    bytes.tryHold(oldest, 100); // more of it has come, but not all
    assertThat(bytes.tryHold(2000)).isNotNull();
    assertThat(dropped).isEmpty();

    time.advance(Duration.ofNanos(1));
    assertThat(bytes.tryHold(2000)).isNotNull();
    Eventually.that("it is dropped", () -> dropped.size() == 1);
    assertThat(dropped.get(0))
        .isEqualTo(
            "oldest: a request has not come to its end in PT30S (slowClientTimeout), and others"
                + " need its room (runningBytesMax)");
    assertThat(bytes.tryHold(2000)).as("until it is gone").isNotNull();
    bytes.release(oldest, 5100);
    assertThat(bytes.tryHold(2000)).isNull();
    assertThat(dropped).hasSize(1);
  }

  @Test
  void nothingIsDroppedWhileThereIsRoom() {
    bytes.tryHold(arrival("slow"), 5000);
    time.advance(Duration.ofHours(1));
    assertThat(bytes.tryHold(4000)).isNull();
    assertThat(dropped).isEmpty();
  }
}
