package dev.weft.internal.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.internal.wire.WireException;
import dev.weft.spi.Codec;
import dev.weft.spi.Marshaller;
import dev.weft.spi.Payload;
import dev.weft.spi.ValueType;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class BoundMethodTest {

  interface Sample {
    void a();

    String b(String text);

    long c(int number, String text, List<String> texts);

    void d(String text) throws IOException, InterruptedException;
  }

  private final List<BoundMethod> methods =
      BoundMethod.bind(ServiceDescription.of("Sample", Sample.class).methods(), new TinyCodec());

  private final BoundMethod none = methods.get(0);
  private final BoundMethod one = methods.get(1);
  private final BoundMethod three = methods.get(2);

  private static byte[] encoded(BoundMethod method, Object[] values, int skip) {
    Payload payload = new Payload();
    method.encodeArguments(method.arguments(values, skip), payload);
    return payload.toByteArray();
  }

  @Test
  void noArgumentsAreNoBytes() {
    assertThat(encoded(none, null, 0)).isEmpty();
    assertThat(encoded(none, new Object[0], 0)).isEmpty();
    assertThat(Payloads.arguments(none, new byte[0])).isEmpty();
    assertThat(Payloads.result(none, null)).isEmpty();
    assertThat(Payloads.resultIn(none, new byte[0])).isNull();
  }

  @Test
  void oneArgumentIsItsBytes() {
    byte[] payload = encoded(one, new Object[] {"hello"}, 0);
    assertThat(payload).isEqualTo(Payloads.arguments(one, (Object) "hello")).hasSize(6);
    assertThat(Payloads.arguments(one, payload)).containsExactly("hello");
    assertThat(Payloads.arguments(one, Payloads.arguments(one, (Object) null)))
        .containsExactly((Object) null);
  }

  @Test
  void moreArgumentsAreEachPrecededByTheirLength() {
    List<String> texts = List.of("a", "", "öß");
    byte[] payload = encoded(three, new Object[] {7, "x".repeat(200), texts}, 0);
    assertThat(Payloads.arguments(three, payload)).containsExactly(7, "x".repeat(200), texts);
    byte[] nulls = encoded(three, new Object[] {null, null, null}, 0);
    assertThat(Payloads.arguments(three, nulls)).containsExactly(null, null, null);
  }

  @Test
  void skippedArgumentsAreNotSent() {
    Object context = new Object();
    assertThat(encoded(one, new Object[] {context, "hello"}, 1))
        .isEqualTo(Payloads.arguments(one, (Object) "hello"));
    assertThat(encoded(three, new Object[] {context, 7, "x", List.of()}, 1))
        .isEqualTo(encoded(three, new Object[] {7, "x", List.of()}, 0));
  }

  @Test
  void resultsGoThereAndBack() {
    assertThat(Payloads.resultIn(three, Payloads.result(three, 5L))).isEqualTo(5L);
    assertThat(Payloads.resultIn(one, Payloads.result(one, null))).isNull();
  }

  @Test
  void declaredExceptionsHaveTheirMarshaller() {
    BoundMethod throwing = methods.get(3);
    assertThat(throwing.exception("java.io.IOException")).isNotNull();
    assertThat(throwing.exception("java.lang.InterruptedException")).isNotNull();
    assertThat(throwing.exception("java.io.FileNotFoundException")).isNull();
    assertThat(one.exception("java.io.IOException")).isNull();
    Marshaller marshaller = throwing.exception("java.io.IOException");
    Payload bytes = new Payload();
    marshaller.encode(new IOException("oh"), bytes, Marshaller.NO_LANE);
    assertThat(marshaller.decode(bytes.array(), 0, bytes.length(), Marshaller.NO_LANE))
        .isInstanceOf(IOException.class)
        .hasFieldOrPropertyWithValue("message", "oh");
  }

  interface Unsendable {
    int f(String text, Thread thread);
  }

  interface UnsendableResult {
    Runnable f();
  }

  private static void cannotBeBound(Class<?> type, String message) {
    List<MethodDescription> described = ServiceDescription.of("Order", type).methods();
    assertThatThrownBy(() -> BoundMethod.bind(described, new TinyCodec()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void whatCannotBeSentIsNamedByItsPath() {
    cannotBeBound(Unsendable.class, "Order.f: argument 2: java.lang.Thread cannot be sent");
    cannotBeBound(UnsendableResult.class, "Order.f: result: java.lang.Runnable cannot be sent");
  }

  @Test
  void lengthsInAPayloadAreChecked() {
    byte[] valid = encoded(three, new Object[] {7, "text", List.of("a")}, 0);
    for (int length = 0; length < valid.length; length++) {
      byte[] cut = Arrays.copyOf(valid, length);
      assertThatThrownBy(() -> Payloads.arguments(three, cut))
          .as("of %s bytes", length)
          .isInstanceOf(WireException.class);
    }
    byte[] huge = {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 7, 1, 2};
    assertThatThrownBy(() -> Payloads.arguments(three, huge)).isInstanceOf(WireException.class);
  }

  @Test
  void bytesBehindTheLastArgumentAreRefused() {
    byte[] valid = encoded(three, new Object[] {7, "text", List.of("a")}, 0);
    assertThatThrownBy(() -> Payloads.arguments(three, Arrays.copyOf(valid, valid.length + 1)))
        .isInstanceOf(WireException.class);
    assertThatThrownBy(() -> Payloads.arguments(none, new byte[1]))
        .isInstanceOf(WireException.class);
  }

  @Test
  void hostilePayloadsAreRefusedByExceptionsAlone() {
    byte[] valid = encoded(three, new Object[] {7, "text", List.of("a", "b")}, 0);
    for (int seed = 0; seed < 20_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      byte[] bytes = Arrays.copyOf(valid, random.nextInt(valid.length + 5));
      for (int n = random.nextInt(1, 4); n > 0 && bytes.length > 0; n--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        assertThat(Payloads.arguments(three, bytes)).hasSize(3);
      } catch (RuntimeException e) {
        assertThat(e).isNotNull(); // the codec's, or a WireException: ServerCall answers with it
      }
    }
  }

  @Test
  void codecThatForgetsATypeIsTold() {
    Codec forgetful =
        new Codec() {
          @Override
          public String name() {
            return "forgetful-1";
          }

          @Override
          public List<Marshaller> bind(List<ValueType> types) {
            return new TinyCodec().bind(types.subList(1, types.size()));
          }
        };
    List<MethodDescription> descriptions = ServiceDescription.of("Sample", Sample.class).methods();
    assertThatThrownBy(() -> BoundMethod.bind(descriptions, forgetful))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "the codec \"forgetful-1\" must make a marshaller for each of 9 types, but has made 8");
  }
}
