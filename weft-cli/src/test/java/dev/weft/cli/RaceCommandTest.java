package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RaceCommandTest {

  @TempDir private Path folder;

  @Test
  void raceWritesTableAndCsv() throws IOException {
    Path csv = folder.resolve("race.csv");

    Weft weft =
        Weft.run(
            "race",
            "--peers",
            "weft",
            "--callers",
            "1,3",
            "--seconds",
            "0.01",
            "--warm-up",
            "0",
            "--csv",
            csv);

    assertThat(weft.err()).isEmpty();
    assertThat(weft.status()).isZero();
    assertThat(weft.out()).contains("calls/s", "sync-1 ", "sync-3 ", "async-1000 ");
    assertThat(Files.readAllLines(csv))
        .hasSize(4)
        .satisfies(lines ->
            assertThat(lines.getFirst())
                .startsWith("peer,case,ops_per_s,p50_us,p99_us,cpu_us_per_op,"))
        .last()
        .asString()
        .matches("weft,async-1000,\\d+,\\d+\\.\\d,\\d+\\.\\d,\\d+\\.\\d\\d,\\d+(,\\d+\\.\\d+){5}");
  }

  @Test
  void casesAndRatesAreChosen() {
    Weft weft =
        Weft.run(
            "race",
            "--peers",
            "weft,grpc",
            "--cases",
            "oneway,batch-5",
            "--rate",
            "500,1000",
            "--seconds",
            "0.01",
            "--warm-up",
            "0",
            "--processes",
            "2",
            "--html",
            folder.resolve("race.html"));

    assertThat(weft.err()).isEmpty();
    assertThat(weft.status()).isZero();
    assertThat(weft.out())
        .contains("oneway", "batch-5", "rate-500", "rate-1000", "not supported")
        .doesNotContain("sync-");
    assertThat(folder.resolve("race.html")).content().contains("Latency, rate-500", "</html>");
  }

  @ParameterizedTest
  @CsvSource({
    "--peers, corba, there is no peer \"corba\": there are weft",
    "--callers, 0, 0 callers: there can be from 1 to 60000",
    "--callers, many, 'many'",
    "--cases, sink-1, there is no case \"sink-1\": there are sync",
    "--rate, 0, 0 calls per second: there can be from 1 to 10000000",
    "--processes, 3, 3 processes: there can be 1 or 2",
    "--seconds, 0, --seconds 0.0 is not from 0.01 to 3600",
    "--seconds, NaN, --seconds NaN is not",
    "--warm-up, -1, --warm-up -1.0 is not from 0 to 3600",
    "--html, /no/such/folder/race.html, cannot write /no/such/folder/race.html: there is no such folder",
    "--csv, /no/such/folder/race.csv, cannot write /no/such/folder/race.csv: there is no such folder"
  })
  void nonsenseGetsOneLine(String option, String value, String complaint) {
    Weft weft = Weft.run("race", option, value);

    assertThat(weft.status()).isEqualTo(2);
    assertThat(weft.out()).isEmpty();
    assertThat(weft.err()).startsWith("weft: ").contains(complaint).hasLineCount(1);
  }

  @Test
  void folderAsCsvFileGetsOneLine() {
    Weft weft = Weft.run("race", "--csv", folder);

    assertThat(weft.status()).isEqualTo(2);
    assertThat(weft.out()).isEmpty();
    assertThat(weft.err()).startsWith("weft: cannot write " + folder).hasLineCount(1);
  }
}
