package dev.weft.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.connection.BusyReader.Rest;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class BusyReaderTest {

  private static final long MILLI = 1_000_000;

  private final AtomicInteger busyReaders = new AtomicInteger();
  private final BusyReader one = new BusyReader(busyReaders, 2);
  private final BusyReader other = new BusyReader(busyReaders, 2);
  private long millis;

  /** What both should do first, looking up each tenth of a millisecond, and after how many. */
  private Rest next() {
    for (int tenths = 0; tenths < 1000; tenths++) {
      long now = millis * MILLI + tenths * (MILLI / 10);
      Rest rest = one.due(now);
      other.due(now);
      if (rest != Rest.NONE) {
        millis += tenths / 10;
        return rest;
      }
    }
    return Rest.NONE;
  }

  @Test
  void whileThereIsACarrierForOthersThereIsNoNeed() {
    BusyReader alone = new BusyReader(busyReaders, 2);
    for (long now = 0; now < 1000; now++) {
      assertThat(alone.due(now * MILLI)).isEqualTo(Rest.NONE);
    }
    assertThat(busyReaders).hasValue(1);
  }

  @Test
  void whenBusyReadersHaveAllCarriersTheyYieldAndThenNap() {
    assertThat(next()).isEqualTo(Rest.YIELD);
    assertThat(millis).isBetween(4L, 6L);
    one.yielded();
    assertThat(next()).isEqualTo(Rest.YIELD);
    one.yielded();
    assertThat(next()).isEqualTo(Rest.YIELD);
    one.yielded();
    assertThat(next()).isEqualTo(Rest.NAP);
    assertThat(millis).isBetween(19L, 21L);
  }

  @Test
  void whoYieldsAnywayOnlyNaps() {
    for (long now = 0; now < 20; now++) {
      assertThat(one.due(now * MILLI)).isEqualTo(Rest.NONE);
      other.due(now * MILLI);
      one.yielded();
    }
    assertThat(one.due(21 * MILLI)).isEqualTo(Rest.NAP);
  }

  @Test
  void napsAreFrequentWhileOthersHaveToWait() {
    napAfter(20);
    one.napped(40 * MILLI);
    napAfter(2);
    one.napped(MILLI / 10);
    napAfter(4);
    one.napped(MILLI / 10);
    napAfter(8);
    one.napped(40 * MILLI);
    napAfter(2);
  }

  private void napAfter(long expected) {
    long begin = millis;
    Rest rest = next();
    while (rest == Rest.YIELD) {
      one.yielded();
      rest = next();
    }
    assertThat(rest).isEqualTo(Rest.NAP);
    assertThat(millis - begin).isBetween(expected, expected + 1);
  }

  @Test
  void whoSleepsIsNotBusyAnyMore() {
    next();
    assertThat(busyReaders).hasValue(2);
    other.sleeps();
    other.sleeps();
    assertThat(busyReaders).hasValue(1);
    one.yielded();
    assertThat(one.due((millis + 100) * MILLI)).isEqualTo(Rest.NONE);
    one.sleeps();
    assertThat(busyReaders).hasValue(0);
  }

  @Test
  void whoSleepsNowAndThenIsNeverBusy() {
    for (long tenths = 0; tenths < 1000; tenths++) {
      assertThat(one.due(tenths * MILLI / 10)).isEqualTo(Rest.NONE);
      if (tenths % 8 == 0) {
        one.sleeps();
      }
    }
    assertThat(busyReaders).hasValue(0);
  }
}
