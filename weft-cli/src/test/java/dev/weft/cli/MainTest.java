package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {

  @Test
  void aloneItPrintsItsUsage() {
    Weft weft = Weft.run();

    assertThat(weft.status()).isZero();
    assertThat(weft.out())
        .startsWith("Usage: ./weft")
        .contains(
            "demo", "serve", "race", "stress", "simulate", "overload", "fail", "fuzz", "attack");
    assertThat(weft.err()).isEmpty();
    assertThat(Weft.run("--help")).isEqualTo(weft);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo",
        "serve",
        "race",
        "rest",
        "start",
        "heavy",
        "stress",
        "simulate",
        "overload"
      })
  void everyCommandHasHelp(String command) {
    Weft weft = Weft.run(command, "--help");

    assertThat(weft.status()).isZero();
    assertThat(weft.out()).startsWith("Usage: ./weft " + command).doesNotContain("until-input");
  }

  @Test
  void versionIsPrinted() {
    Weft weft = Weft.run("--version");

    assertThat(weft.status()).isZero();
    assertThat(weft.out()).startsWith("weft ").contains("Java " + Runtime.version());
  }

  @Test
  void unknownOptionGetsOneLine() {
    assertThat(Weft.run("serve", "--loud"))
        .isEqualTo(new Weft(2, "", "weft: Unknown option: '--loud' (see ./weft serve --help)\n"));
  }

  @Test
  void unknownCommandGetsOneLine() {
    assertThat(Weft.run("sing"))
        .isEqualTo(
            new Weft(2, "", "weft: Unmatched argument at index 0: 'sing' (see ./weft --help)\n"));
  }
}
