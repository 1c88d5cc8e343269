package dev.weft.reliability.overload;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SlotsTest {

  private static final long MS = 1_000_000;

  private final Slots slots = new Slots(1_000 * MS, Duration.ofSeconds(1), 50 * MS);

  /** Ten calls in each slot from one to another. */
  private void calls(int fromSlot, int toSlot, int fine, long tookMillis) {
    for (int slot = fromSlot; slot < toSlot; slot++) {
      for (int call = 0; call < 10; call++) {
        slots.ended((1_000 + 50 * slot + call) * MS, tookMillis * MS, call < fine);
      }
    }
  }

  @Test
  void normalFromTheBeginning() {
    calls(0, 20, 9, 50);
    assertThat(slots.normalAfterMillis()).isZero();
  }

  @Test
  void normalIsWhatStaysSo() {
    calls(0, 3, 0, 1);
    calls(3, 6, 10, 1);
    calls(6, 7, 8, 1);
    calls(7, 20, 10, 1);
    assertThat(slots.normalAfterMillis()).isEqualTo(350);
  }

  @Test
  void slowIsNotNormal() {
    calls(0, 20, 10, 51);
    assertThat(slots.normalAfterMillis()).isNegative();
  }

  @Test
  void callsOfAnotherTimeDoNotCount() {
    slots.ended(999 * MS - 50 * MS, MS, false);
    slots.ended(2_000 * MS, MS, false);
    assertThat(slots.normalAfterMillis()).isZero();
  }
}
