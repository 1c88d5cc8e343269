package dev.weft.fory;

import static dev.weft.fory.Carrier.bind;
import static dev.weft.fory.Carrier.roundTrip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.apache.fory.config.Config;
import org.apache.fory.context.ReadContext;
import org.apache.fory.context.WriteContext;
import org.apache.fory.serializer.Serializer;
import org.junit.jupiter.api.Test;

class OwnSerializerTest {

  /** Cannot be sent by its fields: one of them is a thread. */
  static final class Money {
    final long cents;
    final Thread owner = Thread.currentThread();

    Money(long cents) {
      this.cents = cents;
    }
  }

  record Price(String what, Money money, List<Money> others) {}

  record Rule(Pattern pattern, InetSocketAddress address) {}

  static final class MoneySerializer extends Serializer<Money> {
    MoneySerializer(Config config) {
      super(config, Money.class);
    }

    @Override
    public void write(WriteContext context, Money money) {
      context.getBuffer().writeVarUInt64(money.cents);
    }

    @Override
    public Money read(ReadContext context) {
      return new Money(context.readVarUInt64());
    }
  }

  static final class PatternSerializer extends Serializer<Pattern> {
    PatternSerializer(Config config) {
      super(config, Pattern.class);
    }

    @Override
    public void write(WriteContext context, Pattern pattern) {
      context.writeString(pattern.pattern());
    }

    @Override
    public Pattern read(ReadContext context) {
      return Pattern.compile(context.readString());
    }
  }

  static final class AddressSerializer extends Serializer<InetSocketAddress> {
    AddressSerializer(Config config) {
      super(config, InetSocketAddress.class);
    }

    @Override
    public void write(WriteContext context, InetSocketAddress address) {
      context.writeString(address.getHostString());
      context.getBuffer().writeVarUInt32(address.getPort());
    }

    @Override
    public InetSocketAddress read(ReadContext context) {
      return InetSocketAddress.createUnresolved(context.readString(), context.readVarUInt32());
    }
  }

  private static final ForyCodec CODEC =
      ForyCodec.builder()
          .serializer(Money.class, resolver -> new MoneySerializer(resolver.getConfig()))
          .serializer(Pattern.class, resolver -> new PatternSerializer(resolver.getConfig()))
          .serializer(
              InetSocketAddress.class, resolver -> new AddressSerializer(resolver.getConfig()))
          .build();

  @Test
  void classIsCarriedByTheSerializerGivenForIt() {
    Price price = new Price("tea", new Money(350), List.of(new Money(1), new Money(2)));
    Price back = (Price) Objects.requireNonNull(roundTrip(bind(CODEC, Price.class), price));
    assertThat(back.money.cents).isEqualTo(350);
    assertThat(back.others).extracting(m -> m.cents).containsExactly(1L, 2L);
    Money root = (Money) Objects.requireNonNull(roundTrip(bind(CODEC, Money.class), new Money(7)));
    assertThat(root.cents).isEqualTo(7);
  }

  @Test
  void jdkClassesThatAreOtherwiseRefusedCanBeGivenOne() {
    Rule rule = new Rule(Pattern.compile("a+b"), InetSocketAddress.createUnresolved("host", 80));
    Rule back = (Rule) Objects.requireNonNull(roundTrip(bind(CODEC, Rule.class), rule));
    assertThat(back.pattern.pattern()).isEqualTo("a+b");
    assertThat(back.address).isEqualTo(rule.address);
  }

  @Test
  void withoutSerializerTheSameClassesAreRefused() {
    assertThatThrownBy(() -> bind(Price.class))
        .hasMessageContaining("field Price.money: field Money.owner: java.lang.Thread");
    assertThatThrownBy(() -> bind(Rule.class))
        .hasMessageContaining("field Rule.pattern: java.util.regex.Pattern cannot be sent");
  }
}
