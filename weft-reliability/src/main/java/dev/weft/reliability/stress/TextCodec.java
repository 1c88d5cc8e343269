package dev.weft.reliability.stress;

import dev.weft.spi.Codec;
import dev.weft.spi.Marshaller;
import dev.weft.spi.Payload;
import dev.weft.spi.ValueType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Carries texts, without a warm-up: each stress test runs in a JVM of its own. */
public final class TextCodec implements Codec, Marshaller {

  /** Has no state. */
  public TextCodec() {}

  @Override
  public String name() {
    return "text-1";
  }

  @Override
  public List<Marshaller> bind(List<ValueType> types) {
    return types.stream().<Marshaller>map(type -> this).toList();
  }

  @Override
  public void encode(@Nullable Object value, Payload target, int lane) {
    byte[] bytes = String.valueOf(value).getBytes(StandardCharsets.US_ASCII);
    target.write(bytes, 0, bytes.length);
  }

  @Override
  public Object decode(byte[] bytes, int offset, int length, int lane) {
    return new String(bytes, offset, length, StandardCharsets.US_ASCII);
  }
}
