package dev.weft.fory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnedListsTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 8, 100})
  void areTheJdksOwn(int length) {
    @Nullable Object[] elements = new @Nullable Object[length];
    Arrays.fill(elements, "x");
    List<?> expected = List.of(elements);

    List<?> made = OwnedLists.of(elements, false);

    assertThat(made).isEqualTo(expected).hasSameClassAs(expected);
    assertThatThrownBy(made::clear).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> made.contains(null)).isInstanceOf(NullPointerException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void mayHaveNulls(int length) {
    @Nullable Object[] elements = new @Nullable Object[length];

    List<?> made = OwnedLists.of(elements, true);

    List<?> expected = Arrays.stream(elements).toList();
    assertThat(made.equals(expected)).isTrue();
    assertThat(made).hasSameClassAs(expected);
    assertThat(made.contains(null)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 100})
  void areNotCopied(int length) {
    @Nullable Object[] elements = new @Nullable Object[length];
    Arrays.fill(elements, "x");

    List<?> made = OwnedLists.of(elements, false);

    elements[1] = "another";
    assertThat((Object) made.get(1)).isEqualTo("another");
  }
}
