package dev.weft.examples;

import dev.weft.RpcClient;
import dev.weft.RpcServer;
import dev.weft.fory.ForyCodec;
import dev.weft.spi.Codec;
import dev.weft.spi.Marshaller;
import dev.weft.spi.Payload;
import dev.weft.spi.ValueType;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A codec of one's own, for one record that is sent millions of times a second; it leaves all other
 * types to the default one.
 */
public class OwnCodec {

  /** What something costs, and how many there are. */
  record Price(long item, long cents, int stock) {}

  interface Prices {

    Price of(long item);

    Map<Long, String> names(List<Long> items);
  }

  /** Prices by hand, everything else by Fory. */
  static class PriceCodec implements Codec {

    private final Codec others = new ForyCodec();

    /** Both ends compare it: another format needs another name. */
    @Override
    public String name() {
      return "prices-1";
    }

    @Override
    public List<Marshaller> bind(List<ValueType> types) {
      Iterator<Marshaller> bound =
          others.bind(types.stream().filter(t -> !isPrice(t)).toList()).iterator();
      return types.stream().map(t -> isPrice(t) ? new PriceMarshaller() : bound.next()).toList();
    }

    private static boolean isPrice(ValueType declared) {
      return declared.type() == Price.class;
    }
  }

  /** Twenty bytes. No state, so any number of threads may use it. */
  static class PriceMarshaller implements Marshaller {

    private static final int BYTES = 2 * Long.BYTES + Integer.BYTES;

    @Override
    public void encode(@Nullable Object value, Payload target, int lane) {
      Price price = (Price) Objects.requireNonNull(value, "a price is null");
      target.ensure(BYTES);
      ByteBuffer.wrap(target.array(), target.length(), BYTES)
          .putLong(price.item())
          .putLong(price.cents())
          .putInt(price.stock());
      target.length(target.length() + BYTES);
    }

    /** The bytes come from outside: what is not a price must fail, and only its call does. */
    @Override
    public Object decode(byte[] bytes, int offset, int length, int lane) {
      if (length != BYTES) {
        throw new IllegalArgumentException("a price has " + BYTES + " bytes, not " + length);
      }
      ByteBuffer source = ByteBuffer.wrap(bytes, offset, length);
      return new Price(source.getLong(), source.getLong(), source.getInt());
    }
  }

  static class SimplePrices implements Prices {

    @Override
    public Price of(long item) {
      return new Price(item, 100 * item + 99, 3);
    }

    @Override
    public Map<Long, String> names(List<Long> items) {
      return Map.of(items.getFirst(), "a cup");
    }
  }

  public static void main(String[] args) {
    try (RpcServer server =
            RpcServer.builder()
                .codec(new PriceCodec())
                .service(Prices.class, new SimplePrices())
                .listen("tcp://127.0.0.1:0")
                .start();
        RpcClient client = RpcClient.builder().codec(new PriceCodec()).connect(server.address())) {

      Prices prices = client.service(Prices.class);
      System.out.println(prices.of(7));
      System.out.println(prices.names(List.of(7L)));
    }
  }
}
