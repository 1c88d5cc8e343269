package dev.weft.reliability.stress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.reliability.stress.StressResult.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

class StressResultTest {

  private static final Outcome FINE = new Outcome("written", 3, false, "as it should be");

  @Test
  void oneThatSawNothingForbiddenHasPassed() {
    StressResult result = new StressResult("Test", 3, List.of(FINE), List.of());

    assertThat(result.hasPassed()).isTrue();
    assertThat(result.toString()).startsWith("ok ").endsWith("3  written: 100.0 %");
  }

  @Test
  void oneForbiddenSampleIsEnoughToFail() {
    Outcome lost = new Outcome("lost", 1, true, "nobody has flushed it");
    StressResult result = new StressResult("Test", 4, List.of(FINE, lost), List.of());

    assertThat(result.hasPassed()).isFalse();
    assertThat(result.toString())
        .startsWith("FAILED Test ")
        .contains("written: 75.0 %")
        .endsWith("FORBIDDEN: lost, 1 times: nobody has flushed it");
  }

  @Test
  void oneWithoutSamplesOrWithAnErrorHasNotPassed() {
    assertThat(new StressResult("Test", 0, List.of(), List.of()).hasPassed()).isFalse();
    assertThat(new StressResult("Test", 3, List.of(FINE), List.of("it hangs")).hasPassed())
        .isFalse();
  }
}
