package dev.weft.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SpareArraysTest {

  private static final int BYTES = 100_000;

  private final SpareArrays spare = new SpareArrays();

  @Test
  void anArrayIsLentToOneAtATime() {
    byte[] array = new byte[BYTES];
    assertThat(spare.take(BYTES)).isNull();
    spare.give(array);
    assertThat(spare.take(BYTES)).isSameAs(array);
    assertThat(spare.take(BYTES)).isNull();
    spare.give(array);
    assertThat(spare.take(BYTES)).isSameAs(array);
  }

  @Test
  void anArrayHasRoomForWhatIsAskedForButNotMuchMore() {
    byte[] array = new byte[2 * BYTES];
    spare.give(array);
    assertThat(spare.take(2 * BYTES + 1)).isNull();
    assertThat(spare.take(BYTES - 1)).isNull();
    assertThat(spare.take(BYTES)).isSameAs(array);
  }

  @Test
  void theShortAndTheLongAreNotKept() {
    spare.give(new byte[SpareArrays.BYTES_MIN - 1]);
    spare.give(new byte[SpareArrays.BYTES_MAX + 1]);
    assertThat(spare.take(SpareArrays.BYTES_MIN / 2)).isNull();
    assertThat(spare.take(SpareArrays.BYTES_MAX / 2 + 1)).isNull();
  }

  @Test
  void onlyAFewAreKept() {
    for (int i = 0; i < 100; i++) {
      spare.give(new byte[BYTES]);
    }
    int kept = 0;
    while (spare.take(BYTES) != null) {
      kept++;
    }
    assertThat(kept).isEqualTo(8);
  }

  @Test
  void whenSizesChangeThoseOfNowAreKept() {
    for (int i = 0; i < 8; i++) {
      spare.give(new byte[BYTES]);
    }
    for (int i = 0; i < 5; i++) {
      spare.give(new byte[10 * BYTES]);
    }
    for (int i = 0; i < 5; i++) {
      assertThat(spare.take(10 * BYTES)).isNotNull();
    }
    assertThat(spare.take(10 * BYTES)).isNull();
    assertThat(spare.take(BYTES)).isNotNull();
  }
}
