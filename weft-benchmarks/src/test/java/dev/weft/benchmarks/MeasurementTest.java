package dev.weft.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class MeasurementTest {

  private static final Measurement SLOW = measurement(100);
  private static final Measurement MIDDLE = measurement(200);
  private static final Measurement FAST = measurement(300);

  @Test
  void theRoundOfMedianThroughputCounts() {
    assertThat(Measurement.median(List.of(FAST, SLOW, MIDDLE))).isEqualTo(MIDDLE);
    assertThat(Measurement.median(List.of(MIDDLE))).isEqualTo(MIDDLE);
  }

  @Test
  void ofTwoRoundsTheSlowerCounts() {
    assertThat(Measurement.median(List.of(FAST, SLOW))).isEqualTo(SLOW);
  }

  @Test
  void figuresAreForEachCall() {
    Histogram latencies = new Histogram(2);
    latencies.recordValue(1000);
    latencies.recordValue(3000);
    Measurement measurement =
        new Measurement(4, 2_000_000_000L, latencies, new Usage(8000, 400, new Traffic(2, 1, 256)));

    assertThat(measurement.opsPerSecond()).isEqualTo(2);
    assertThat(measurement.micros(50)).isBetween(0.99, 1.01);
    assertThat(measurement.micros(100)).isBetween(2.99, 3.02);
    assertThat(measurement.cpuMicrosPerOp()).isEqualTo(2);
    assertThat(measurement.allocatedBytesPerOp()).isEqualTo(100);
    assertThat(measurement.readsPerOp()).isEqualTo(0.5);
    assertThat(measurement.writesPerOp()).isEqualTo(0.25);
    assertThat(measurement.wireBytesPerOp()).isEqualTo(64);
  }

  @Test
  void usageSurvivesItsLine() {
    Usage usage = new Usage(1, 2, new Traffic(3, 4, Double.NaN));

    assertThat(Usage.parse(usage.line())).isEqualTo(usage);
  }

  private static Measurement measurement(long calls) {
    return new Measurement(
        calls, 1_000_000_000L, new Histogram(2), new Usage(0, 0, Traffic.UNKNOWN));
  }
}
