package dev.weft.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BufferPoolTest {

  private final BufferPool pool = new BufferPool(100);

  @Test
  void whatIsGivenBackIsLentAgainEmpty() {
    ByteBuffer first = pool.take();
    first.putInt(7).limit(50);
    pool.giveBack(first);
    ByteBuffer second = pool.take();
    assertThat(second).isSameAs(first);
    assertThat(second.position()).isZero();
    assertThat(second.limit()).isEqualTo(100);
    assertThat(second.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    assertThat(pool.lent()).isEqualTo(1);
  }

  @Test
  void nothingGivenBackIsNothing() {
    pool.giveBack(null);
    assertThat(pool.lent()).isZero();
  }

  @Test
  void manyLentAreScarce() {
    List<ByteBuffer> lent = new ArrayList<>();
    while (!pool.isScarce()) {
      lent.add(pool.take());
      assertThat(lent).hasSizeLessThan(1000);
    }
    lent.forEach(pool::giveBack);
    assertThat(pool.isScarce()).isFalse();
    assertThat(pool.lent()).isZero();
  }
}
