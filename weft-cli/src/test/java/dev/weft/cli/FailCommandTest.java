package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailCommandTest {

  @Test
  void aScenarioPrintsItsFigures() {
    Weft weft = Weft.run("fail", "--scenario", "close", "--rounds", "1", "--seed", "42");

    assertThat(weft.err()).isEmpty();
    assertThat(weft.out()).startsWith("Rounds: 1, seed: 42").contains("\nclose ", "10 clients");
  }

  @ParameterizedTest
  @CsvSource({
    "--scenario, flood, 'there is no scenario \"flood\": there are kill, close'",
    "--rounds, 0, --rounds 0 is not from 1 to 100000",
    "--calls, 99999, --calls 99999 is not from 1 to 15000",
    "--hours, 0, --hours 0 is not from 0.001 to 240",
    "--hours, NaN, --hours NaN is not",
    "--hours, 200, --hours and --rate:",
    "--rate, many, 'many'",
    "--seed, x, 'x'"
  })
  void nonsenseGetsOneLine(String option, String value, String complaint) {
    Weft weft = Weft.run("fail", option, value);

    assertThat(weft.status()).isEqualTo(2);
    assertThat(weft.out()).isEmpty();
    assertThat(weft.err()).startsWith("weft: ").contains(complaint).hasLineCount(1);
  }
}
