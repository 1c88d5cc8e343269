package dev.weft.reliability.simulation;

import dev.weft.spi.Codec;
import dev.weft.spi.Marshaller;
import dev.weft.spi.Payload;
import dev.weft.spi.ValueType;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Carries what simulated calls carry, each value with a check sum: what was changed on its way is
 * refused, so an answer that is accepted is the one that was given.
 *
 * <p>Any thread.
 */
final class CheckedCodec implements Codec {

  private static final int ASK_BYTES = 8 + 1 + 8 + 4 + 4;
  private static final int REPLY_BYTES = 8 + 4;
  private static final int CHECK_BYTES = Integer.BYTES;
  private static final List<Ask.Manner> MANNERS = List.of(Ask.Manner.values());

  @Override
  public String name() {
    return "checked-1";
  }

  @Override
  public List<Marshaller> bind(List<ValueType> types) {
    return types.stream().map(CheckedCodec::bind).toList();
  }

  private static Marshaller bind(ValueType value) {
    Type type = value.type();
    if (type == Ask.class) {
      return new Asks();
    }
    if (type == Reply.class) {
      return new Replies();
    }
    if (type == DeclinedException.class) {
      return new Declines();
    }
    throw new IllegalArgumentException(
        value.path() + ": " + type.getTypeName() + " cannot be sent");
  }

  private abstract static class Checked implements Marshaller {

    @Override
    public final void encode(@Nullable Object value, Payload target, int lane) {
      int start = target.length();
      int bytes = size(value);
      if (bytes < 0) {
        throw new IllegalArgumentException("cannot be encoded, as was asked for");
      }
      byte[] checked = new byte[bytes + CHECK_BYTES];
      ByteBuffer out = ByteBuffer.wrap(checked);
      put(value, out);
      out.putInt(bytes, check(checked, 0, bytes));
      if (start > 0 || !target.lend(checked)) {
        target.write(checked, 0, checked.length);
      }
    }

    @Override
    public final Object decode(byte[] bytes, int offset, int length, int lane) {
      int size = length - CHECK_BYTES;
      ByteBuffer in = ByteBuffer.wrap(bytes, offset, length);
      if (size < 0 || in.getInt(offset + size) != check(bytes, offset, size)) {
        throw new IllegalArgumentException("the check sum is wrong");
      }
      return get(in.limit(offset + size));
    }

    /** Of the bytes, quickly: only a byte or two are ever wrong. */
    private static int check(byte[] bytes, int offset, int length) {
      int sum = length;
      for (int i = offset; i < offset + length; i++) {
        sum = 31 * sum + bytes[i];
      }
      return sum;
    }

    /** Negative: it cannot be encoded. */
    abstract int size(@Nullable Object value);

    abstract void put(@Nullable Object value, ByteBuffer out);

    abstract Object get(ByteBuffer in);
  }

  private static final class Asks extends Checked {

    @Override
    int size(@Nullable Object value) {
      return value instanceof Ask ask ? ASK_BYTES + ask.bytes() : -1;
    }

    @Override
    void put(@Nullable Object value, ByteBuffer out) {
      if (value instanceof Ask ask) {
        out.putLong(ask.call()).put((byte) MANNERS.indexOf(ask.manner())).putLong(ask.nanos());
        out.putInt(ask.bytes()).putInt(ask.answerBytes());
      }
    }

    @Override
    Object get(ByteBuffer in) {
      long call = in.getLong();
      Ask.Manner manner = MANNERS.get(in.get());
      return new Ask(call, manner, in.getLong(), in.getInt(), in.getInt());
    }
  }

  private static final class Replies extends Checked {

    @Override
    int size(@Nullable Object value) {
      return value instanceof Reply reply && reply.bytes() >= 0 ? REPLY_BYTES + reply.bytes() : -1;
    }

    @Override
    void put(@Nullable Object value, ByteBuffer out) {
      if (value instanceof Reply reply) {
        out.putLong(reply.call()).putInt(reply.bytes());
      }
    }

    @Override
    Object get(ByteBuffer in) {
      return new Reply(in.getLong(), in.getInt());
    }
  }

  private static final class Declines extends Checked {

    @Override
    int size(@Nullable Object value) {
      return Long.BYTES;
    }

    @Override
    void put(@Nullable Object value, ByteBuffer out) {
      if (value instanceof DeclinedException declined) {
        out.putLong(declined.call());
      }
    }

    @Override
    Object get(ByteBuffer in) {
      return new DeclinedException(in.getLong());
    }
  }
}
