package dev.weft.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.RpcClient;
import dev.weft.RpcServer;
import dev.weft.fory.ForyCodec;
import dev.weft.spi.Codec;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.fory.context.ReadContext;
import org.apache.fory.context.WriteContext;
import org.apache.fory.resolver.TypeResolver;
import org.apache.fory.serializer.Serializer;
import org.junit.jupiter.api.Test;

/** The examples of docs/guide/values.md, over a socket. */
final class ValuesGuideTest {

  public sealed interface Payment permits Card, Cash {}

  public record Card(String number, YearMonth expires) implements Payment {}

  public record Cash(BigDecimal amount) implements Payment {}

  public record Receipt(UUID id, List<Payment> payments, Map<String, Instant> times) {}

  public interface Shop {
    Optional<Receipt> receipt(UUID id);

    Receipt pay(UUID order, List<? extends Payment> payments);
  }

  private static final class SmallShop implements Shop {

    @Override
    public Optional<Receipt> receipt(UUID id) {
      return Optional.empty();
    }

    @Override
    public Receipt pay(UUID order, List<? extends Payment> payments) {
      return new Receipt(order, List.copyOf(payments), Map.of("paid", Instant.EPOCH));
    }
  }

  @Test
  void whatCanBeSent() {
    try (RpcServer server =
            RpcServer.builder()
                .service(Shop.class, new SmallShop())
                .listen("tcp://127.0.0.1:0")
                .start();
        RpcClient client = RpcClient.connect(server.address())) {
      Shop shop = client.service(Shop.class);
      UUID order = new UUID(1, 2);
      Card card = new Card("1234", YearMonth.of(2030, 1));
      Cash cash = new Cash(new BigDecimal("9.90"));
      Receipt receipt = shop.pay(order, List.of(card, cash));
      assertThat(receipt)
          .isEqualTo(new Receipt(order, List.of(card, cash), Map.of("paid", Instant.EPOCH)));
      assertThat(shop.receipt(order)).isEmpty();
    }
  }

  public interface Jobs {
    void start(Job job);
  }

  public record Job(String name, Runnable work) {}

  @Test
  void whatCannotBeSent() {
    RpcServer.Builder builder =
        RpcServer.builder().service(Jobs.class, job -> {}).listen("tcp://127.0.0.1:0");
    assertThatThrownBy(builder::start)
        .hasMessage(
            "Jobs.start: argument 1: field Job.work: java.lang.Runnable cannot be sent: it is code,"
                + " not data");
  }

  public interface Shape {}

  public record Circle(double radius) implements Shape {}

  public record Square(double side) implements Shape {}

  /** What comes back of a value. */
  private static <T> T echoed(Codec codec, Class<T> type, T value) {
    try (RpcServer server =
            RpcServer.builder()
                .codec(codec)
                .function("echo", type, type, each -> each)
                .listen("tcp://127.0.0.1:0")
                .start();
        RpcClient client = RpcClient.builder().codec(codec).connect(server.address())) {
      return client.function("echo", type, type).call(value);
    }
  }

  @Test
  void registered() {
    Codec codec = ForyCodec.builder().register(Circle.class, Square.class).build();
    assertThat(echoed(codec, Shape.class, new Circle(2))).isEqualTo(new Circle(2));
  }

  static final class PatternSerializer extends Serializer<Pattern> {
    PatternSerializer(TypeResolver resolver) {
      super(resolver.getConfig(), Pattern.class);
    }

    @Override
    public void write(WriteContext context, Pattern pattern) {
      context.writeString(pattern.pattern());
    }

    @Override
    public Pattern read(ReadContext context) {
      return Pattern.compile(Objects.requireNonNull(context.readString()));
    }
  }

  public record Rule(String name, Pattern pattern) {}

  @Test
  void serializer() {
    Codec codec = ForyCodec.builder().serializer(Pattern.class, PatternSerializer::new).build();
    Rule back = echoed(codec, Rule.class, new Rule("as", Pattern.compile("a+")));
    assertThat(back.pattern().pattern()).isEqualTo("a+");
  }
}
