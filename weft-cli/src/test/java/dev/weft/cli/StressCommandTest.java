package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Not the stress tests themselves: they have a command because they take long. */
class StressCommandTest {

  @Test
  void unknownEffortGetsOneLine() {
    assertThat(Weft.run("stress", "--time", "forever"))
        .isEqualTo(new Weft(2, "", "weft: --time forever is not quick, default or tough\n"));
  }

  @Test
  void unknownTestGetsOneLineThatNamesThoseThatThereAre() {
    Weft weft = Weft.run("stress", "--test", "NoSuchTest");

    assertThat(weft.status()).isEqualTo(2);
    assertThat(weft.out()).isEmpty();
    assertThat(weft.err())
        .startsWith("weft: no test's name contains NoSuchTest; there are ")
        .contains("connection.OutboxStress.TwoOffer", "client.ClientCallStress.AnswerAndCancel")
        .hasLineCount(1);
  }

  @Test
  void brokenPatternGetsOneLine() {
    Weft weft = Weft.run("stress", "--test", "(");

    assertThat(weft.status()).isEqualTo(2);
    assertThat(weft.err()).startsWith("weft: --test (: ").hasLineCount(1);
  }
}
