package dev.weft.internal.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FailureIdsTest {

  @Test
  void noIdComesTwice() {
    FailureIds ids = new FailureIds(new SplittableRandom());
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      assertThat(seen.add(ids.next())).isTrue();
    }
  }

  @Test
  void sameRandomnessGivesTheSameIds() {
    FailureIds one = new FailureIds(new SplittableRandom(7));
    FailureIds other = new FailureIds(new SplittableRandom(7));
    assertThat(one.next()).isEqualTo(other.next());
    assertThat(new FailureIds(new SplittableRandom(8)).next()).isNotEqualTo(other.next());
  }
}
