package dev.weft;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class DefaultsTest {

  @Test
  void connectionsFitTheHeap() {
    assertThat(Defaults.connectionsMax(1L << 40)).isEqualTo(16_384);
    assertThat(Defaults.connectionsMax(256 << 20)).isEqualTo(4096);
    assertThat(Defaults.connectionsMax(1)).isEqualTo(1);
  }
}
