package dev.weft.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MeasurementTest {

  private static final Measurement SLOW = new Measurement(100, 9, 99, 3);
  private static final Measurement MIDDLE = new Measurement(200, 8, 88, 2);
  private static final Measurement FAST = new Measurement(300, 7, 77, 1);

  @Test
  void theRoundOfMedianThroughputCounts() {
    assertThat(Measurement.median(List.of(FAST, SLOW, MIDDLE))).isEqualTo(MIDDLE);
    assertThat(Measurement.median(List.of(MIDDLE))).isEqualTo(MIDDLE);
  }

  @Test
  void ofTwoRoundsTheSlowerCounts() {
    assertThat(Measurement.median(List.of(FAST, SLOW))).isEqualTo(SLOW);
  }
}
