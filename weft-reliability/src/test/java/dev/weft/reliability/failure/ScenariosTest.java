package dev.weft.reliability.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A round of each that does not depend on how fast this machine is just now; {@code ./weft fail}
 * does more of them, and looks at the clock.
 */
class ScenariosTest {

  /** Kept, because the logging system only holds it weakly. */
  private static final Logger CLIENT_LOG = Logger.getLogger("dev.weft.client");

  static {
    CLIENT_LOG.setLevel(Level.OFF);
  }

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"kill", "close", "restart", "errors"})
  void aRoundIsAsItShouldBe(String name) throws Exception {
    Stage stage = new Stage(1, 500, Duration.ZERO, 1, false, 42, folder, Stage.Progress.NONE);
    Result result = Scenarios.named(List.of(name)).get(0).run(stage);
    assertThat(result.misses()).as(result.figures()).isEmpty();
    assertThat(result.verdict()).isEqualTo(Verdict.MET);
  }

  @Test
  void theSoakIsRunOnlyWhenAskedFor() {
    assertThat(Scenarios.byDefault()).extracting(Scenario::name).doesNotContain("soak");
    assertThat(Scenarios.all()).extracting(Scenario::name).contains("soak");
    assertThatThrownBy(() -> Scenarios.named(List.of("kill", "flood")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("there is no scenario \"flood\": there are kill, close, restart,");
  }
}
