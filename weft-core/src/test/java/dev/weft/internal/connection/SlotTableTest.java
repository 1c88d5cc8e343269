package dev.weft.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.wire.Frame;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SlotTableTest {

  @Test
  void everySlotHoldsItsOwn() {
    SlotTable<Integer> table = new SlotTable<>();
    for (int slot = Frame.SLOTS_MAX - 1; slot >= 0; slot--) {
      assertThat(table.get(slot)).isNull();
      table.setRelease(slot, slot);
    }
    for (int slot = 0; slot < Frame.SLOTS_MAX; slot++) {
      if (table.get(slot) != slot) {
        throw new AssertionError("slot " + slot + " holds " + table.get(slot));
      }
    }
    List<Integer> all = new ArrayList<>();
    table.forEach(all::add);
    assertThat(all).hasSize(Frame.SLOTS_MAX).isSorted();
  }

  @Test
  void neighboursAtTheSegmentBordersAreApart() {
    SlotTable<String> table = new SlotTable<>();
    for (int border = 64; border < Frame.SLOTS_MAX; border *= 2) {
      table.setRelease(border - 1, "last of " + border);
      assertThat(table.get(border)).isNull();
      table.setRelease(border, "first of " + border);
      assertThat(table.get(border - 1)).isEqualTo("last of " + border);
      assertThat(table.get(border)).isEqualTo("first of " + border);
      assertThat(table.get(border + 1)).isNull();
    }
  }

  @Test
  void whatIsReplacedMustBeWhatWasExpected() {
    SlotTable<String> table = new SlotTable<>();
    assertThat(table.compareAndSet(70, "a", null)).isFalse();
    assertThat(table.compareAndSet(70, null, "a")).isTrue();
    assertThat(table.compareAndSet(70, "b", "c")).isFalse();
    assertThat(table.get(70)).isEqualTo("a");
    assertThat(table.compareAndSet(70, "a", null)).isTrue();
    table.forEach(value -> {
      throw new AssertionError(value);
    });
  }
}
