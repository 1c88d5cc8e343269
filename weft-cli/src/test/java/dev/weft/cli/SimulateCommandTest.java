package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulateCommandTest {

  @Test
  void seedsAreRunAndAddedUp() {
    Weft weft = Weft.run("simulate", "--seeds", 3, "--first", 40);

    assertThat(weft.err()).isEmpty();
    assertThat(weft.status()).isZero();
    assertThat(weft.out())
        .matches(
            "3 seeds \\(40 to 42\\), [\\d,]+ calls \\([\\d,]+ answered\\), [\\d,]+ faults, "
                + "[\\d,]+ switches of threads: no violations\\. \\d+\\.\\d s\\s+");
  }

  @Test
  void seedIsToldAndTellsTheSameAgain() {
    Weft weft = Weft.run("simulate", "--seed", 41);

    assertThat(weft.err()).isEmpty();
    assertThat(weft.status()).isZero();
    assertThat(weft.out())
        .contains("Plan[servers=", "mem:s0 is up", "begins, for", "the faults have stopped")
        .containsPattern("seed 41: \\d+ calls, \\d+ faults, .* trace [0-9a-f]{16}: no violations");
    assertThat(Weft.run("simulate", "--seed", 41)).isEqualTo(weft);
  }

  @ParameterizedTest
  @CsvSource({
    "--seeds, 0, --seeds 0 is not from 1 to",
    "--threads, 257, --threads 257 is not from 1 to 256",
    "--seed, many, 'many'"
  })
  void nonsenseGetsOneLine(String option, String value, String complaint) {
    Weft weft = Weft.run("simulate", option, value);

    assertThat(weft.status()).isEqualTo(2);
    assertThat(weft.out()).isEmpty();
    assertThat(weft.err()).startsWith("weft: ").contains(complaint).hasLineCount(1);
  }
}
