package dev.weft.internal.service;

import dev.weft.spi.Codec;
import dev.weft.spi.Marshaller;
import dev.weft.spi.Payload;
import dev.weft.spi.ValueType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Carries strings, numbers, lists of strings, byte arrays, and exceptions made of a message. */
public final class TinyCodec implements Codec {

  private static final byte NULL = 0;
  private static final byte VALUE = 1;

  @Override
  public String name() {
    return "tiny-1";
  }

  @Override
  public List<Marshaller> bind(List<ValueType> types) {
    return types.stream().map(TinyCodec::bind).toList();
  }

  private static Marshaller bind(ValueType value) {
    Type type = value.type();
    if (type == String.class) {
      return new Text();
    }
    if (type == int.class || type == Integer.class) {
      return new Whole(Integer.BYTES);
    }
    if (type == long.class || type == Long.class) {
      return new Whole(Long.BYTES);
    }
    if (type == byte[].class) {
      return new Raw();
    }
    if (type instanceof ParameterizedType list
        && list.getRawType() == List.class
        && list.getActualTypeArguments()[0] == String.class) {
      return new Texts();
    }
    if (type instanceof Class<?> raw && Throwable.class.isAssignableFrom(raw)) {
      return new Exceptions(raw.asSubclass(Throwable.class));
    }
    throw new IllegalArgumentException(
        value.path() + ": " + type.getTypeName() + " cannot be sent");
  }

  private abstract static class Nullable implements Marshaller {

    @Override
    public void encode(Object value, Payload target, int lane) {
      if (value == null) {
        target.write(NULL);
        return;
      }
      byte[] bytes = encodeValue(value);
      target.write(VALUE);
      target.write(bytes, 0, bytes.length);
    }

    @Override
    public Object decode(byte[] bytes, int offset, int length, int lane) {
      if (length == 1 && bytes[offset] == NULL) {
        return null;
      }
      if (length < 1 || bytes[offset] != VALUE) {
        throw new IllegalArgumentException("neither a value nor null");
      }
      return decodeValue(ByteBuffer.wrap(bytes, offset + 1, length - 1));
    }

    abstract byte[] encodeValue(Object value);

    abstract Object decodeValue(ByteBuffer in);
  }

  private static final class Text extends Nullable {
    @Override
    byte[] encodeValue(Object value) {
      return ((String) value).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    Object decodeValue(ByteBuffer in) {
      return StandardCharsets.UTF_8.decode(in).toString();
    }
  }

  private static final class Raw extends Nullable {
    @Override
    public void encode(Object value, Payload target, int lane) {
      if (value instanceof byte[] bytes && target.length() == 0) {
        target.write(VALUE);
        if (!target.lend(bytes)) {
          target.write(bytes, 0, bytes.length);
        }
      } else {
        super.encode(value, target, lane);
      }
    }

    @Override
    byte[] encodeValue(Object value) {
      return ((byte[]) value).clone();
    }

    @Override
    Object decodeValue(ByteBuffer in) {
      byte[] bytes = new byte[in.remaining()];
      in.get(bytes);
      return bytes;
    }
  }

  private static final class Whole extends Nullable {
    private final int size;

    Whole(int size) {
      this.size = size;
    }

    @Override
    byte[] encodeValue(Object value) {
      ByteBuffer out = ByteBuffer.allocate(size);
      if (size == Integer.BYTES) {
        out.putInt((Integer) value);
      } else {
        out.putLong((Long) value);
      }
      return out.array();
    }

    @Override
    Object decodeValue(ByteBuffer in) {
      if (in.remaining() != size) {
        throw new IllegalArgumentException("a number of " + in.remaining() + " bytes");
      }
      if (size == Integer.BYTES) {
        return in.getInt();
      }
      return in.getLong();
    }
  }

  private static final class Texts extends Nullable {
    @Override
    byte[] encodeValue(Object value) {
      List<?> texts = (List<?>) value;
      int size = texts.stream().mapToInt(text -> 4 + ((String) text).length() * 3).sum();
      ByteBuffer out = ByteBuffer.allocate(size);
      for (Object text : texts) {
        byte[] bytes = ((String) text).getBytes(StandardCharsets.UTF_8);
        out.putInt(bytes.length).put(bytes);
      }
      byte[] bytes = new byte[out.position()];
      out.flip().get(bytes);
      return bytes;
    }

    @Override
    Object decodeValue(ByteBuffer in) {
      List<String> texts = new ArrayList<>();
      while (in.hasRemaining()) {
        int length = in.getInt();
        ByteBuffer text = in.slice(in.position(), length);
        in.position(in.position() + length);
        texts.add(StandardCharsets.UTF_8.decode(text).toString());
      }
      return texts;
    }
  }

  private static final class Exceptions extends Nullable {
    private final Class<? extends Throwable> type;

    Exceptions(Class<? extends Throwable> type) {
      this.type = type;
    }

    @Override
    byte[] encodeValue(Object value) {
      return String.valueOf(((Throwable) value).getMessage()).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    Object decodeValue(ByteBuffer in) {
      try {
        return type.getConstructor(String.class)
            .newInstance(StandardCharsets.UTF_8.decode(in).toString());
      } catch (ReflectiveOperationException e) {
        throw new IllegalArgumentException(e);
      }
    }
  }
}
