package dev.weft.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class PayloadTest {

  private final Payload payload = new Payload();

  @Test
  void whatIsAppendedIsHeldOneBehindTheOther() {
    payload.write(1);
    payload.write(new byte[] {9, 2, 3, 9}, 1, 2);
    assertThat(payload.toByteArray()).containsExactly(1, 2, 3);
    assertThat(payload.offset()).isZero();
  }

  @Test
  void aPartOfAnotherArrayIsHeldWithoutACopy() {
    byte[] array = {9, 9, 1, 2, 3, 9};
    payload.replace(array, 2, 3);
    assertThat(payload.array()).isSameAs(array);
    assertThat(payload.offset()).isEqualTo(2);
    assertThat(payload.toByteArray()).containsExactly(1, 2, 3);
    payload.length(4);
    assertThat(payload.toByteArray()).containsExactly(1, 2, 3, 9);
    assertThatThrownBy(() -> payload.length(5)).hasMessage("5 is not from 0 to 4");
  }

  @Test
  void aPartOutsideOfTheArrayIsRefused() {
    assertThatThrownBy(() -> payload.replace(new byte[4], 2, 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void appendingToAPartKeepsItsBytes() {
    payload.replace(new byte[] {9, 9, 1, 2}, 2, 2);
    payload.write(3);
    payload.write(new byte[] {4, 5, 6}, 0, 3);
    assertThat(payload.toByteArray()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(payload.offset()).isZero();
  }

  @Test
  void aClearedPartBeginsAtTheArraysBeginning() {
    payload.replace(new byte[] {9, 9, 1, 2}, 2, 2);
    payload.clear();
    assertThat(payload.offset()).isZero();
    payload.write(7);
    assertThat(payload.toByteArray()).containsExactly(7);
  }
}
