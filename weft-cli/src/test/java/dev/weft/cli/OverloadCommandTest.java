package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OverloadCommandTest {

  @TempDir private Path folder;

  @Test
  void itPrintsAndWritesWhatBecameOfEachLoad() throws IOException {
    Path csv = folder.resolve("overload.csv");
    Path html = folder.resolve("overload.html");

    Weft weft =
        Weft.run("overload", "--load", "0.5,2", "--seconds", "0.1", "--csv", csv, "--html", html);

    assertThat(weft.err()).isEmpty();
    assertThat(weft.status()).isZero();
    assertThat(weft.out())
        .contains("1000 calls/s can be served", "offered/s", "weft", "goodput", "normal within");
    assertThat(Files.readAllLines(csv)).hasSize(4).first().asString().startsWith("peer,load,");
    assertThat(html).content().contains("<svg", "Goals", "</html>");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --load=0              | load 0.0 is not from 0.05 to 20
          --load=x              | Invalid value for option '--load'
          --peers=thrift        | there is no peer "thrift"; there are weft, weft-adaptive, grpc
          --seconds=0           | --seconds 0.0 is not from 0.05 to 3600
          --handlers=0          | handlers 0 is not from 1 to 10000
          --handler-millis=0    | --handler-millis 0.0 is not from 0.1 to 10000
          --deadline-millis=0   | --deadline-millis 0.0 is not from 1 to 60000
          --clients=0           | clients 0 is not from 1 to 100
          --csv=/none/x.csv     | cannot write /none/x.csv: there is no such folder
          """)
  void whatThereIsNotIsOneLineAndStatus2(String option, String message) {
    Weft weft = Weft.run("overload", option);

    assertThat(weft.status()).isEqualTo(2);
    assertThat(weft.out()).isEmpty();
    assertThat(weft.err()).startsWith("weft: ").contains(message);
    assertThat(weft.err().lines()).hasSize(1);
  }
}
