package dev.weft.reliability.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** More seeds: {@code ./weft simulate}. */
@Timeout(value = 5, unit = TimeUnit.MINUTES) // for machines that have other things to do
class SeedsTest {

  private static List<SeedRun> run(long first, long count, int threads, boolean fine)
      throws InterruptedException {
    List<SeedRun> runs = new ArrayList<>();
    Seeds.Sum sum = Seeds.run(first, count, threads, fine, runs::add);
    assertThat(runs).hasSize((int) count);
    assertThat(sum.seeds()).isEqualTo(count);
    assertThat(sum.calls()).isEqualTo(runs.stream().mapToLong(SeedRun::calls).sum());
    assertThat(sum.answered()).isBetween(sum.calls() / 2, sum.calls() - count);
    assertThat(sum.faults()).isGreaterThan(10 * count);
    assertThat(sum.failed())
        .isEqualTo(runs.stream().filter(each -> !each.violations().isEmpty()).count());
    return runs;
  }

  @Test
  void hundredSeedsFindNothing() throws InterruptedException {
    assertThat(run(0, 100, 2, false)).allSatisfy(run -> assertThat(run.violations()).isEmpty());
  }

  @Test
  void fineSeedsFindNothing() throws InterruptedException {
    assertThat(run(0, 20, 1, true)).allSatisfy(run -> assertThat(run.violations()).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void seedRunsTheSameAgainWhateverRunsBesideIt(boolean fine) throws InterruptedException {
    ConcurrentMap<Long, SeedRun> before = new ConcurrentHashMap<>();
    run(1000, 12, 2, fine).forEach(run -> before.put(run.seed(), run));
    List<SeedRun> again = run(1000, 12, 1, fine);
    assertThat(again)
        .allSatisfy(run -> assertThat(run).isEqualTo(before.get(run.seed())))
        .extracting(SeedRun::trace)
        .doesNotHaveDuplicates();
  }

  @Test
  void threadsAreSwitchedMoreOftenInAFineWorld() throws InterruptedException {
    SeedRun coarse = Seeds.replay(3, false, line -> {});
    List<String> told = new ArrayList<>();
    SeedRun fine = Seeds.replay(3, true, told::add);
    assertThat(fine.trace()).isNotEqualTo(coarse.trace());
    assertThat(told).anyMatch(line -> line.contains(" begins, for "));
    assertThat(told.size()).isGreaterThan(fine.calls());
  }
}
