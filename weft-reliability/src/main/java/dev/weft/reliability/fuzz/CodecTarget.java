package dev.weft.reliability.fuzz;

import dev.weft.TypeRef;
import dev.weft.fory.ForyCodec;
import dev.weft.reliability.fuzz.FuzzedService.Item;
import dev.weft.reliability.fuzz.FuzzedService.Order;
import dev.weft.reliability.fuzz.FuzzedService.OutOfStock;
import dev.weft.reliability.fuzz.FuzzedService.Shape;
import dev.weft.spi.Marshaller;
import dev.weft.spi.Payload;
import dev.weft.spi.ValueType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The values in payloads. The first byte chooses the type that is expected, the rest is the value.
 * What could be decoded must be possible to encode.
 */
final class CodecTarget implements FuzzTarget {

  /** Types, and an honest value of each. */
  private static final Object[][] TYPES = {
    {Order.class, RecordedTalk.ORDER},
    {String.class, "text"},
    {new TypeRef<List<Shape>>() {}.type(), new ArrayList<>(List.of(new FuzzedService.Circle(1)))},
    {
      new TypeRef<Map<String, List<Item>>>() {}.type(),
      new TreeMap<>(Map.of("k", List.of(RecordedTalk.ITEM)))
    },
    {byte[].class, new byte[] {1, 2, 3}},
    {BigDecimal.class, new BigDecimal("12345.678")},
    {OutOfStock.class, new OutOfStock("none", 3)},
    {Object.class, new ArrayList<>(Arrays.asList("a", 1L, null, Map.of("k", 2.5)))},
  };

  private final List<Marshaller> marshallers;

  CodecTarget() {
    List<ValueType> types = new ArrayList<>();
    for (Object[] each : TYPES) {
      types.add(new ValueType("fuzzed", (Type) each[0]));
    }
    marshallers = ForyCodec.builder().register(Item.class).build().bind(types);
  }

  @Override
  public String name() {
    return "codec";
  }

  @Override
  public void run(byte[] input) {
    if (input.length == 0) {
      return;
    }
    Marshaller marshaller = marshallers.get((input[0] & 0xff) % marshallers.size());
    Object value;
    try {
      value = marshaller.decode(input, 1, input.length - 1, Marshaller.NO_LANE);
    } catch (IllegalArgumentException e) {
      return;
    }
    try {
      marshaller.encode(value, new Payload(), Marshaller.NO_LANE);
    } catch (IllegalArgumentException e) {
      if (!isKnown(e.getCause())) {
        throw e; // something in it is not of its type, perhaps
      }
    }
  }

  /** Fory's limits, as {@link ForyCodec} has them: half a surrogate pair, a null for a null key. */
  private static boolean isKnown(@Nullable Throwable failure) {
    return failure instanceof NullPointerException
        || (failure != null && String.valueOf(failure.getMessage()).startsWith("malformed input"));
  }

  @Override
  public long allocatedBytesMax(int inputBytes) {
    return 4 * 1024 * 1024 + 512L * inputBytes;
  }

  @Override
  public List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    for (int i = 0; i < TYPES.length; i++) {
      Payload payload = new Payload();
      payload.write(i);
      marshallers.get(i).encode(TYPES[i][1], payload, Marshaller.NO_LANE);
      seeds.add(payload.toByteArray());
    }
    return seeds;
  }
}
