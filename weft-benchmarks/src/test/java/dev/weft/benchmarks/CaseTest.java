package dev.weft.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.benchmarks.Case.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CaseTest {

  @Test
  void syncStandsForEachNumberOfCallers() {
    assertThat(Case.named(List.of("async-1000", "sync", "oneway"), List.of(1, 100)))
        .extracting(Case::label)
        .containsExactly("async-1000", "sync-1", "sync-100", "oneway");
  }

  @ParameterizedTest
  @CsvSource({
    "sync-7, SYNC, 7, 0",
    "sync-1-platform, PLATFORM, 1, 0",
    "async-1000, ASYNC, 1000, 0",
    "oneway, ONEWAY, 100, 0",
    "batch-100, BATCH, 1, 100",
    "bytes-1k, BYTES, 100, 1024",
    "bytes-1m, BYTES, 100, 1048576",
    "connections-1000, CONNECTIONS, 1000, 0"
  })
  void labelSaysWhatACaseIs(String label, Kind kind, int callers, int size) {
    Case load = new Case(kind, callers, size);

    assertThat(Case.named(List.of(label), List.of())).containsExactly(load);
    assertThat(load.label()).isEqualTo(label);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "sync-", "sync-x", "bytes-1", "onewayx", "sync-9999999999"})
  void labelThatMeansNothingIsRefused(String label) {
    assertThatThrownBy(() -> Case.named(List.of(label), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("there is no case \"" + label + "\": there are sync, sync-N");
  }

  @ParameterizedTest
  @CsvSource({
    "sync-0, 0 callers: there can be from 1 to 60000",
    "sync-60001, 60001 callers: there can be from 1 to 60000",
    "sync-2001-platform, 2001 callers: there can be from 1 to 2000",
    "connections-2001, 2001 callers: there can be from 1 to 2000",
    "batch-0, 0 calls of a batch: there can be from 1 to 10000",
    "bytes-17m, 16777217 bytes: there can be from 4 to 16777216"
  })
  void numberOutOfRangeIsRefused(String label, String message) {
    assertThatThrownBy(() -> Case.named(List.of(label), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void rateIsACase() {
    assertThat(Case.rate(20_000).label()).isEqualTo("rate-20000");
    assertThatThrownBy(() -> Case.rate(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("0 calls per second: there can be from 1 to 10000000");
  }
}
