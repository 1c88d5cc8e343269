package dev.weft.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.benchmarks.Case.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class CaseTest {

  @Test
  void asynchronousCaseComesLast() {
    assertThat(Case.standard(List.of(1, 100)))
        .extracting(Case::label)
        .containsExactly("sync-1", "sync-100", "async-1000");
  }

  @Test
  void thereIsAtLeastOneCaller() {
    assertThatThrownBy(() -> new Case(Kind.SYNC, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("0 callers: there can be from 1 to 60000");
  }

  @Test
  void thereAreNoMoreCallersThanOpenCalls() {
    assertThatThrownBy(() -> Case.standard(List.of(1, 60_001)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("60001 callers");
  }
}
