package dev.weft.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RetryBudgetTest {

  private final RetryBudget budget = new RetryBudget();
  private long answers;
  private int retries;

  private void accepted(int count) {
    answers += count;
  }

  private void refused() {
    answers++;
    retries += budget.refused(answers) ? 1 : 0;
  }

  @Test
  void aSecondAttemptMustBeEarned() {
    accepted(9);
    refused();
    assertThat(retries).isZero();
    accepted(11);
    refused();
    assertThat(retries).isEqualTo(1);
  }

  @Test
  void rareRefusalsAreTriedAgain() {
    accepted(100);
    for (int i = 0; i < 100; i++) {
      accepted(20);
      refused();
    }
    assertThat(retries).isEqualTo(100);
  }

  @Test
  void savingsAreLimited() {
    accepted(1_000_000);
    for (int i = 0; i < 100; i++) {
      refused();
    }
    assertThat(retries).isEqualTo(3);
  }

  @Test
  void whenRefusalsAreTheRuleNothingIsTriedAgain() {
    accepted(1000);
    for (int i = 0; i < 1000; i++) {
      accepted(5);
      refused();
    }
    assertThat(retries).isLessThanOrEqualTo(20);
  }

  @Test
  void whateverHappensItIsATenthAtMost() {
    for (int every = 1; every < 40; every++) {
      answers = 0;
      retries = 0;
      RetryBudget fresh = new RetryBudget();
      long accepted = 0;
      for (int i = 0; i < 10_000; i++) {
        answers++;
        if (i % every == 0) {
          retries += fresh.refused(answers) ? 1 : 0;
        } else {
          accepted++;
        }
      }
      assertThat(retries).isLessThanOrEqualTo((int) (accepted / 10));
    }
  }
}
