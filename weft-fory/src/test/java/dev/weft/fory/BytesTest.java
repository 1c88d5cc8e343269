package dev.weft.fory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.spi.Marshaller;
import dev.weft.spi.Payload;
import java.lang.reflect.Type;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.fory.config.Config;
import org.apache.fory.context.ReadContext;
import org.apache.fory.context.WriteContext;
import org.apache.fory.serializer.Serializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values declared as arrays of bytes, which are no work for Fory. */
final class BytesTest {

  private final Marshaller marshaller = Carrier.bind(byte[].class);

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(length).nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 1000, 100_000})
  void theyComeBackAsTheyWere(int length) {
    byte[] value = bytes(length);
    assertThat(Carrier.roundTrip(marshaller, value)).isEqualTo(value).isNotSameAs(value);
  }

  @Test
  void nullIsNotAnEmptyArray() {
    assertThat(Carrier.roundTrip(marshaller, null)).isNull();
    assertThat(Carrier.roundTrip(marshaller, new byte[0])).isEqualTo(new byte[0]);
  }

  @Test
  void theyAreAppendedToWhatIsThere() {
    Payload payload = new Payload();
    payload.takesLoans(true);
    payload.write(9);
    byte[] value = bytes(50_000);
    marshaller.encode(value, payload, Marshaller.NO_LANE);
    payload.write(9); // as another argument would be
    byte[] all = payload.toByteArray();
    assertThat(marshaller.decode(all, 1, all.length - 2, Marshaller.NO_LANE)).isEqualTo(value);
  }

  @Test
  void whereTheyMayBeLentTheyAreNotCopied() {
    Payload payload = new Payload();
    payload.takesLoans(true);
    byte[] value = bytes(50_000);
    marshaller.encode(value, payload, Marshaller.NO_LANE);
    assertThat(payload.loan()).isNotNull();
    assertThat(Carrier.decode(marshaller, payload.toByteArray())).isEqualTo(value);
  }

  @Test
  void valuesOfOtherTypesAreToldFromThem() {
    for (Object other : List.of("text", 5L, List.of((byte) 1))) {
      byte[] theirs = Carrier.encode(Carrier.bind(typeOf(other)), other);
      assertThatThrownBy(() -> Carrier.decode(marshaller, theirs))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              Carrier.PATH
                  + ": the byte[] was expected, but these "
                  + theirs.length
                  + " bytes are a value of another type");
      byte[] ours = Carrier.encode(marshaller, bytes(100));
      assertThatThrownBy(() -> Carrier.decode(Carrier.bind(typeOf(other)), ours))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> Carrier.decode(marshaller, new byte[] {'['}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Type typeOf(Object value) {
    return value instanceof List ? new Carrier.Of<List<Byte>>() {}.type : value.getClass();
  }

  @Test
  void whatIsNoArrayOfBytesIsNotEncoded() {
    assertThatThrownBy(() -> Carrier.encode(marshaller, "text"))
        .hasMessage(Carrier.PATH + ": the byte[] cannot be encoded: it is a java.lang.String");
  }

  /** Writes the length, and no more. */
  private static final class LengthOnly extends Serializer<byte[]> {
    LengthOnly(Config config) {
      super(config, byte[].class);
    }

    @Override
    public void write(WriteContext context, byte[] bytes) {
      context.getBuffer().writeByte(bytes.length);
    }

    @Override
    public byte[] read(ReadContext context) {
      return new byte[context.getBuffer().readByte()];
    }
  }

  @Test
  void whoHasASerializerOfHisOwnForThemUsesThat() {
    ForyCodec codec =
        ForyCodec.builder()
            .serializer(byte[].class, resolver -> new LengthOnly(resolver.getConfig()))
            .build();
    assertThat(Carrier.roundTrip(Carrier.bind(codec, byte[].class), bytes(10)))
        .isEqualTo(new byte[10]);
  }
}
