package dev.weft.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class LoanTest {

  private static final byte BEFORE = 1;
  private static final byte AFTER = 2;

  private final Payload payload = new Payload();
  private final byte[] array = new byte[20_000];

  LoanTest() {
    Arrays.fill(array, BEFORE);
  }

  private Loan lent() {
    payload.takesLoans(true);
    assertThat(payload.lend(array)).isTrue();
    Loan loan = payload.loan();
    assertThat(loan).isNotNull();
    return loan;
  }

  private static byte[] read(Loan loan) {
    ByteBuffer target = ByteBuffer.allocate(loan.length());
    loan.copyTo(target, 0, 7000);
    loan.copyTo(target, 7000, loan.length() - 7000);
    return target.array();
  }

  @Test
  void whoStillReadsFindsWhatWasThereBeforeItWasTakenBack() {
    Loan loan = lent();
    byte[] before = array.clone();
    loan.beginReading();
    loan.takeBack();
    Arrays.fill(array, AFTER);
    assertThat(read(loan)).isEqualTo(before);
  }

  @Test
  void whenNobodyReadsAnyMoreNothingIsCopied() {
    Loan loan = lent();
    loan.beginReading();
    loan.endReading();
    loan.takeBack();
    Arrays.fill(array, AFTER);
    assertThat(read(loan)).isEqualTo(array);
  }

  @Test
  void aPayloadHoldsItsOwnBytesAndThenThoseThatWereLent() {
    payload.write(7);
    lent();
    byte[] all = new byte[1 + array.length];
    Arrays.fill(all, BEFORE);
    all[0] = 7;
    assertThat(payload.length()).isEqualTo(20_001);
    assertThat(payload.toByteArray()).isEqualTo(all);
    assertThatThrownBy(() -> payload.write(8))
        .hasMessage("nothing can be appended to an array that was lent");
    assertThat(payload.lend(array)).as("once is all").isFalse();
    payload.clear();
    assertThat(payload.length()).isZero();
    payload.write(8);
    assertThat(payload.toByteArray()).containsExactly(8);
  }

  @Test
  void onlyLongArraysAreLentAndOnlyWhereTheyMayBe() {
    assertThat(payload.lend(array)).isFalse();
    payload.takesLoans(true);
    assertThat(payload.lend(new byte[100])).isFalse();
    assertThat(payload.length()).isZero();
  }

  @Test
  void otherBytesTakeTheLoansPlace() {
    lent();
    payload.replace(new byte[] {5}, 1);
    assertThat(payload.toByteArray()).containsExactly(5);
  }
}
