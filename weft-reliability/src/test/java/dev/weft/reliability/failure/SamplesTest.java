package dev.weft.reliability.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class SamplesTest {

  private static final long MEGABYTE = 1024L * 1024;

  private static Samples of(IntFunction<Usage> usage) {
    Samples samples = new Samples("server");
    for (int i = 0; i < 60; i++) {
      samples.add(usage.apply(i));
    }
    return samples;
  }

  @Test
  void noiseIsFlat() {
    Samples samples = of(i -> new Usage((30 + i % 3) * MEGABYTE, 40 + i % 5, 9, 90 + i % 2, 0, 2));
    assertThat(samples.growth()).isEmpty();
    assertThat(samples)
        .hasToString("server: heap 31.0 > 31.0 MB, threads 42 > 42, descriptors 91 > 91");
  }

  @Test
  void aSlowLeakIsNot() {
    assertThat(of(i -> new Usage(30 * MEGABYTE + i * 200_000L, 40, 9, 90, 0, 2)).growth())
        .singleElement()
        .asString()
        .startsWith("heap of the server");
    assertThat(of(i -> new Usage(1, 40, 9 + i / 20, 90 + i / 6, i / 40, 2)).growth()).hasSize(3);
  }

  @Test
  void oneOutlierIsNoGrowth() {
    assertThat(of(i -> new Usage(1, i == 59 ? 400 : 40, 9, i == 50 ? 900 : 90, 0, 2)).growth())
        .isEmpty();
  }
}
