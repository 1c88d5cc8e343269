package dev.weft.benchmarks;

import dev.weft.fory.ForyCodec;
import dev.weft.spi.Codec;
import dev.weft.spi.Marshaller;
import dev.weft.spi.Payload;
import dev.weft.spi.ValueType;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The small record by hand, as somebody would write it for whom each nanosecond counts; all else by
 * the default codec. So a race shows what Weft itself takes.
 *
 * <p>A record is its number, the length of its text, the text, how many numbers there are, and
 * these; lengths are a byte, numbers four, the lowest first.
 */
final class SmallCodec implements Codec {

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int LENGTH_MAX = 0xFF;

  private final Codec others = new ForyCodec();

  @Override
  public String name() {
    return "small-1";
  }

  @Override
  public List<Marshaller> bind(List<ValueType> types) {
    List<ValueType> left = types.stream().filter(type -> !isSmall(type)).toList();
    Iterator<Marshaller> bound = others.bind(left).iterator();
    return types.stream().map(type -> isSmall(type) ? new Hand() : bound.next()).toList();
  }

  private static boolean isSmall(ValueType declared) {
    return declared.type() == Small.class;
  }

  private static final class Hand implements Marshaller {

    @Override
    public void encode(@Nullable Object value, Payload target, int lane) {
      Small small = (Small) Objects.requireNonNull(value);
      byte[] text = small.text().getBytes(StandardCharsets.ISO_8859_1);
      List<Integer> numbers = small.numbers();
      int count = numbers.size();
      if (text.length > LENGTH_MAX || count > LENGTH_MAX) {
        throw new IllegalArgumentException(
            "a text of " + text.length + " characters, " + count + " numbers: too many");
      }
      int length = Integer.BYTES + 1 + text.length + 1 + Integer.BYTES * count;
      target.ensure(length);
      byte[] bytes = target.array();
      int at = target.length();
      INT.set(bytes, at, small.number());
      at += Integer.BYTES;
      bytes[at++] = (byte) text.length;
      System.arraycopy(text, 0, bytes, at, text.length);
      at += text.length;
      bytes[at++] = (byte) count;
      for (int i = 0; i < count; i++) {
        INT.set(bytes, at, (int) numbers.get(i));
        at += Integer.BYTES;
      }
      target.length(at);
    }

    @Override
    public Object decode(byte[] bytes, int offset, int length, int lane) {
      int at = offset;
      int end = offset + length;
      int number = (int) INT.get(bytes, room(at, Integer.BYTES, end));
      at += Integer.BYTES;
      int characters = bytes[room(at++, 1, end)] & LENGTH_MAX;
      String text =
          new String(bytes, room(at, characters, end), characters, StandardCharsets.ISO_8859_1);
      at += characters;
      Integer[] numbers = new Integer[bytes[room(at++, 1, end)] & LENGTH_MAX];
      room(at, Integer.BYTES * numbers.length, end);
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = (int) INT.get(bytes, at);
        at += Integer.BYTES;
      }
      if (at != end) {
        throw new IllegalArgumentException(end - at + " bytes are left over");
      }
      return new Small(number, text, Arrays.asList(numbers));
    }

    /** The place, if there are as many bytes from there on. */
    private static int room(int at, int bytes, int end) {
      if (bytes > end - at) {
        throw new IllegalArgumentException(bytes - (end - at) + " bytes are missing");
      }
      return at;
    }
  }
}
