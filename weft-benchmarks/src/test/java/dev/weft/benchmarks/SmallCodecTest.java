package dev.weft.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.spi.Marshaller;
import dev.weft.spi.Payload;
import dev.weft.spi.ValueType;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SmallCodecTest {

  private static final List<Marshaller> BOUND =
      new SmallCodec()
          .bind(
              List.of(
                  new ValueType("text", String.class),
                  new ValueType("small", Small.class),
                  new ValueType("bytes", byte[].class)));

  private static final Marshaller MARSHALLER = BOUND.get(1);

  private static byte[] encoded(Small small) {
    Payload payload = new Payload();
    payload.write(0xFF); // what was there before stays
    MARSHALLER.encode(small, payload, Marshaller.NO_LANE);
    return Arrays.copyOfRange(payload.array(), 1, payload.length());
  }

  private static Object decoded(byte[] bytes, int length) {
    return MARSHALLER.decode(bytes, 0, length, Marshaller.NO_LANE);
  }

  @Test
  void recordComesBackEqual() {
    Small small = new Small(-7, "a ü", List.of(1, -2, Integer.MAX_VALUE));
    byte[] bytes = encoded(small);
    assertThat(decoded(bytes, bytes.length)).isEqualTo(small);
  }

  @Test
  void otherTypesGoByTheDefaultCodecInTheirOrder() {
    Payload payload = new Payload();
    BOUND.get(0).encode("hi", payload, Marshaller.NO_LANE);
    assertThat(BOUND.get(0).decode(payload.array(), 0, payload.length(), Marshaller.NO_LANE))
        .isEqualTo("hi");
  }

  @Test
  void bytesThatAreMissingOrLeftOverAreNoticed() {
    byte[] bytes = Arrays.copyOf(encoded(Small.of(1)), 1 + encoded(Small.of(1)).length);
    for (int length = 0; length < bytes.length - 1; length++) {
      int tooShort = length;
      assertThatThrownBy(() -> decoded(bytes, tooShort)).hasMessageContaining("missing");
    }
    assertThatThrownBy(() -> decoded(bytes, bytes.length)).hasMessage("1 bytes are left over");
  }
}
