package dev.weft.fory;

import dev.weft.spi.Marshaller;
import dev.weft.spi.Payload;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Carries values declared as {@code byte[]}: the bytes as they are, behind a mark by which they are
 * told from values of other types. {@code null} is no bytes at all.
 *
 * <p>So they need not be copied, where they may be lent; Fory would have to.
 *
 * <p>Any thread.
 */
final class BytesMarshaller implements Marshaller {

  private static final byte[] MARK = {'[', ']'};

  private final String path;

  BytesMarshaller(String path) {
    this.path = path;
  }

  @Override
  public void encode(@Nullable Object value, Payload target, int lane) {
    if (value == null) {
      return;
    }
    if (!(value instanceof byte[] bytes)) {
      throw new IllegalArgumentException(
          path + ": the byte[] cannot be encoded: it is a " + value.getClass().getTypeName());
    }
    boolean alone = target.length() == 0;
    target.write(MARK, 0, MARK.length);
    if (!alone || !target.lend(bytes)) {
      target.write(bytes, 0, bytes.length);
    }
  }

  @Override
  public @Nullable Object decode(byte[] bytes, int offset, int length, int lane) {
    if (length == 0) {
      return null;
    }
    int begin = offset + MARK.length;
    int end = offset + length;
    if (begin > end || !Arrays.equals(bytes, offset, begin, MARK, 0, MARK.length)) {
      throw new IllegalArgumentException(
          path
              + ": the byte[] was expected, but these "
              + length
              + " bytes are a value of another type");
    }
    return Arrays.copyOfRange(bytes, begin, end);
  }
}
