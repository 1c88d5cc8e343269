package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code ./weft rest}, {@code start} and {@code heavy}. */
class MeasuringCommandsTest {

  @ParameterizedTest
  @CsvSource({
    "rest, --connections, 0, --connections 0 is not from 1 to 10000",
    "rest, --pause, 3601, --pause 3601 is not from 0 to 3600",
    "rest, --seconds, 3601, --seconds 3601 is not from 1 to 3600",
    "start, --rounds, 0, --rounds 0 is not from 1 to 1000",
    "heavy, --callers, 1001, --callers 1001 is not from 1 to 1000",
    "heavy, --seconds, 0, --seconds 0 is not from 1 to 3600"
  })
  void rangesAreTold(String command, String option, String value, String message) {
    assertThat(Weft.run(command, option, value))
        .isEqualTo(new Weft(2, "", "weft: " + message + "\n"));
  }

  @ParameterizedTest
  @CsvSource({"rest", "start"})
  void aPeerThatThereIsNotIsTold(String command) {
    Weft weft = Weft.run(command, "--peers", "nobody");
    assertThat(weft.status()).isEqualTo(2);
    assertThat(weft.out()).isEmpty();
    assertThat(weft.err()).startsWith("weft: there is no peer \"nobody\": there are weft, ");
  }

  @Test
  void theTimeToTheFirstAnswerIsMeasured() {
    Weft weft = Weft.run("start", "--peers", "weft", "--rounds", "1");
    assertThat(weft.err()).isEmpty();
    assertThat(weft.status()).isZero();
    assertThat(weft.out().lines().toList()).hasSize(2).last().asString().matches("weft( +\\d+){3}");
  }

  @Test
  void tinyCallsAreMeasuredAloneAndBesideHeavyOnes() {
    Weft weft = Weft.run("heavy", "--callers", "2", "--seconds", "1");
    assertThat(weft.status()).isZero();
    assertThat(weft.out().lines().map(line -> line.split(" ", 2)[0]).toList())
        .containsExactly("heavy", "0", "2");
  }

  @Test
  void connectionsAreMeasuredAtRest() {
    Weft weft =
        Weft.run("rest", "--peers", "weft", "--connections", "1", "--pause", "0", "--seconds", "1");
    assertThat(weft.status()).isZero();
    assertThat(weft.out().lines().map(line -> line.split(" +", 3)[1]).toList())
        .containsExactly("side", "server", "clients");
  }
}
