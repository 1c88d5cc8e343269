package dev.weft.internal.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.spi.TimeSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PendingResponsesTest {

  private static final long BYTES_MAX = 1000;
  private static final long UNANSWERED_MAX = 100;

  private record Some(long pendingBytes, long unanswered) implements PendingResponses.Client {}

  private final List<Some> clients = new ArrayList<>();
  private long now;

  private final TimeSource time =
      new TimeSource() {
        @Override
        public long nanoTime() {
          return now;
        }

        @Override
        public Scheduled schedule(long delayNanos, Runnable task) {
          throw new AssertionError("nothing is scheduled");
        }
      };

  private final PendingResponses pending =
      new PendingResponses(clients, time, BYTES_MAX, UNANSWERED_MAX);

  private void connect(Some... some) {
    clients.addAll(List.of(some));
    pending.share(clients.size());
    now += 1_000_000_000;
  }

  @Test
  void oneClientMayHaveItAll() {
    connect(new Some(0, 0), new Some(1000, 100));
    assertThat(pending.areTooManyBytes(1000, 1)).isFalse();
    assertThat(pending.areTooManyUnanswered(100)).isFalse();
  }

  @Test
  void moreThanAllIsTooMuchAtOnce() {
    pending.share(1);
    assertThat(pending.areTooManyBytes(1001, 1)).isTrue();
    assertThat(pending.areTooManyBytes(1001, 2)).isFalse();
    assertThat(pending.areTooManyBytes(2001, 2)).isTrue();
    assertThat(pending.areTooManyUnanswered(101)).isTrue();
  }

  @Test
  void whenThereIsTooMuchInAllThoseWithMoreThanTheirShareHaveTooMuch() {
    connect(new Some(600, 60), new Some(600, 60), new Some(0, 0), new Some(10, 1));
    assertThat(pending.areTooManyBytes(600, 1)).isTrue();
    assertThat(pending.areTooManyUnanswered(60)).isTrue();
    assertThat(pending.areTooManyBytes(250, 1)).isFalse();
    assertThat(pending.areTooManyUnanswered(25)).isFalse();
    assertThat(pending.areTooManyBytes(600, 2)).isFalse();
  }

  @Test
  void theSumIsMadeAnewAfterAWhile() {
    connect(new Some(600, 0), new Some(0, 0));
    assertThat(pending.areTooManyBytes(600, 1)).isFalse();
    clients.add(new Some(600, 0));
    assertThat(pending.areTooManyBytes(600, 1)).isFalse();
    now += 20_000_000;
    assertThat(pending.areTooManyBytes(600, 1)).isTrue();
    clients.clear();
    now += 20_000_000;
    assertThat(pending.areTooManyBytes(600, 1)).isFalse();
  }
}
