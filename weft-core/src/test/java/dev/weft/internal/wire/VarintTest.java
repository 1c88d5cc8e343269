package dev.weft.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class VarintTest {

  private static ByteBuffer bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return ByteBuffer.wrap(bytes);
  }

  private static void roundTrip(long value) {
    ByteBuffer buffer = ByteBuffer.allocate(16);
    Varint.write(buffer, value);
    assertThat(buffer.position()).as("bytes of %s", value).isEqualTo(Varint.size(value));
    buffer.flip();
    assertThat(Varint.readLong(buffer)).isEqualTo(value);
    assertThat(buffer.hasRemaining()).isFalse();
  }

  @Test
  void everySizeGoesThereAndBack() {
    for (int bits = 0; bits < 63; bits++) {
      long power = 1L << bits;
      roundTrip(power);
      roundTrip(power - 1);
      roundTrip(power | 1);
    }
    roundTrip(Long.MAX_VALUE);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 10_000; i++) {
      roundTrip(random.nextLong() >>> random.nextInt(1, 64));
    }
  }

  @Test
  void sizesChangeAtSevenBits() {
    assertThat(Varint.size(0)).isEqualTo(1);
    assertThat(Varint.size(0x7f)).isEqualTo(1);
    assertThat(Varint.size(0x80)).isEqualTo(2);
    assertThat(Varint.size(0x3fff)).isEqualTo(2);
    assertThat(Varint.size(0x4000)).isEqualTo(3);
    assertThat(Varint.size(Integer.MAX_VALUE)).isEqualTo(Varint.INT_BYTES_MAX);
    assertThat(Varint.size(Long.MAX_VALUE)).isEqualTo(9);
  }

  @Test
  void theBytesAreThoseOfLeb128() {
    ByteBuffer buffer = ByteBuffer.allocate(2);
    Varint.write(buffer, 300);
    assertThat(buffer.array()).containsExactly(0xac, 0x02);
  }

  @Test
  void aNumberThatIsCutOffAnywhereIsRefused() {
    ByteBuffer buffer = ByteBuffer.allocate(16);
    Varint.write(buffer, Long.MAX_VALUE);
    for (int length = 0; length < buffer.position(); length++) {
      ByteBuffer cut = ByteBuffer.wrap(Arrays.copyOf(buffer.array(), length));
      assertThatThrownBy(() -> Varint.readLong(cut))
          .isInstanceOf(WireException.class)
          .hasMessage("a number is cut off");
      cut.rewind();
      assertThatThrownBy(() -> Varint.readInt(cut, 5, "x"))
          .isInstanceOf(WireException.class)
          .hasMessage("a number is cut off");
    }
  }

  @Test
  void aNumberOfMoreThan63BitsIsRefused() {
    ByteBuffer tenBytes = bytes(255, 255, 255, 255, 255, 255, 255, 255, 255, 1);
    assertThatThrownBy(() -> Varint.readLong(tenBytes))
        .isInstanceOf(WireException.class)
        .hasMessage("a number takes more than 9 bytes");
    ByteBuffer nineBytes = bytes(255, 255, 255, 255, 255, 255, 255, 255, 127);
    assertThat(Varint.readLong(nineBytes)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void limitsAreExact() {
    for (int max : new int[] {0, 1, 126, 127, 128, 16_383, 16_384, Integer.MAX_VALUE}) {
      ByteBuffer buffer = ByteBuffer.allocate(16);
      Varint.write(buffer, max);
      assertThat(Varint.readInt(buffer.flip(), max, "x")).isEqualTo(max);
      ByteBuffer over = ByteBuffer.allocate(16);
      Varint.write(over, max + 1L);
      over.flip();
      assertThatThrownBy(() -> Varint.readInt(over, max, "the thing"))
          .isInstanceOf(WireException.class)
          .hasMessage("the thing is " + (max + 1L) + ", over the limit of " + max);
    }
  }

  @Test
  void aHugeNumberDoesNotBecomeASmallIntByCutting() {
    ByteBuffer buffer = ByteBuffer.allocate(16);
    Varint.write(buffer, (1L << 32) + 5);
    buffer.flip();
    assertThatThrownBy(() -> Varint.readInt(buffer, Integer.MAX_VALUE, "x"))
        .isInstanceOf(WireException.class);
  }
}
