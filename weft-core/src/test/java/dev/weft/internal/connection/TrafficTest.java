package dev.weft.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.TrafficStats;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class TrafficTest {

  @Test
  void itAddsUp() {
    Traffic traffic = new Traffic();
    traffic.wrote(2, 100, 5);
    traffic.wrote(1, 10, 1);
    traffic.read(70);
    traffic.received(3);
    traffic.savedWriting(40);
    traffic.savedReading(-2);
    traffic.writeFailed();
    traffic.readFailed();
    long[] sums = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    traffic.addTo(sums);
    assertThat(sums).containsExactly(4, 111, 7, 2, 71, 4, 151, 69, 2, 2);
    assertThat(Traffic.named(sums)).isEqualTo(new TrafficStats(4, 111, 151, 7, 2, 2, 71, 69, 4, 2));
  }

  @Test
  void whatEndedConnectionsHaveCarriedStaysInTheTotals() {
    TrafficTotals totals = new TrafficTotals();
    Traffic first = new Traffic();
    Traffic second = new Traffic();
    totals.add(first);
    totals.add(second);
    first.wrote(1, 10, 1);
    second.wrote(1, 20, 2);
    assertThat(totals.sum()).containsExactly(2, 30, 3, 0, 0, 0, 30, 0, 0, 0);
    totals.retire(first);
    totals.retire(first);
    assertThat(totals.sum()).containsExactly(2, 30, 3, 0, 0, 0, 30, 0, 0, 0);
    totals.retire(second);
    totals.retire(new Traffic()); // never added
    assertThat(totals.sum()).containsExactly(2, 30, 3, 0, 0, 0, 30, 0, 0, 0);
  }

  @Test
  void theTotalsNeverGoBack() {
    TrafficTotals totals = new TrafficTotals();
    AtomicBoolean stop = new AtomicBoolean();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 2; t++) {
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                while (!stop.get()) {
                  Traffic traffic = new Traffic();
                  totals.add(traffic);
                  traffic.wrote(1, 1, 1);
                  totals.retire(traffic);
                  Thread.yield();
                }
              }));
    }
    long last = 0;
    for (int i = 0; i < 20_000; i++) {
      long now = totals.sum()[0];
      assertThat(now).isGreaterThanOrEqualTo(last);
      last = now;
    }
    stop.set(true);
    threads.forEach(Eventually::ended);
  }
}
