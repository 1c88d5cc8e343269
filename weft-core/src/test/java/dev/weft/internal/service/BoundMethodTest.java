package dev.weft.internal.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.internal.wire.WireException;
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

  @Test
  void noArgumentsAreNoBytes() {
    assertThat(none.encodeArguments(null, 0)).isEmpty();
    assertThat(none.encodeArguments(new Object[0], 0)).isEmpty();
    assertThat(none.decodeArguments(new byte[0])).isEmpty();
    assertThat(none.encodeResult(null)).isEmpty();
    assertThat(none.decodeResult(new byte[0])).isNull();
  }

  @Test
  void oneArgumentIsItsBytes() {
    byte[] payload = one.encodeArguments(new Object[] {"hello"}, 0);
    assertThat(payload).isEqualTo(one.encodeArgument("hello")).hasSize(6);
    assertThat(one.decodeArguments(payload)).containsExactly("hello");
    assertThat(one.decodeArguments(one.encodeArgument(null))).containsExactly((Object) null);
  }

  @Test
  void moreArgumentsAreEachPrecededByTheirLength() {
    List<String> texts = List.of("a", "", "öß");
    byte[] payload = three.encodeArguments(new Object[] {7, "x".repeat(200), texts}, 0);
    assertThat(three.decodeArguments(payload)).containsExactly(7, "x".repeat(200), texts);
    byte[] nulls = three.encodeArguments(new Object[] {null, null, null}, 0);
    assertThat(three.decodeArguments(nulls)).containsExactly(null, null, null);
  }

  @Test
  void skippedArgumentsAreNotSent() {
    Object context = new Object();
    assertThat(one.encodeArguments(new Object[] {context, "hello"}, 1))
        .isEqualTo(one.encodeArgument("hello"));
    assertThat(three.encodeArguments(new Object[] {context, 7, "x", List.of()}, 1))
        .isEqualTo(three.encodeArguments(new Object[] {7, "x", List.of()}, 0));
  }

  @Test
  void resultsGoThereAndBack() {
    assertThat(three.decodeResult(three.encodeResult(5L))).isEqualTo(5L);
    assertThat(one.decodeResult(one.encodeResult(null))).isNull();
  }

  @Test
  void declaredExceptionsHaveTheirMarshaller() {
    BoundMethod throwing = methods.get(3);
    assertThat(throwing.exception("java.io.IOException")).isNotNull();
    assertThat(throwing.exception("java.lang.InterruptedException")).isNotNull();
    assertThat(throwing.exception("java.io.FileNotFoundException")).isNull();
    assertThat(one.exception("java.io.IOException")).isNull();
    byte[] bytes = throwing.exception("java.io.IOException").encode(new IOException("oh"));
    assertThat(throwing.exception("java.io.IOException").decode(bytes, 0, bytes.length))
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
    byte[] valid = three.encodeArguments(new Object[] {7, "text", List.of("a")}, 0);
    for (int length = 0; length < valid.length; length++) {
      byte[] cut = Arrays.copyOf(valid, length);
      assertThatThrownBy(() -> three.decodeArguments(cut))
          .as("of %s bytes", length)
          .isInstanceOf(WireException.class);
    }
    byte[] huge = {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 7, 1, 2};
    assertThatThrownBy(() -> three.decodeArguments(huge)).isInstanceOf(WireException.class);
  }

  @Test
  void bytesBehindTheLastArgumentAreRefused() {
    byte[] valid = three.encodeArguments(new Object[] {7, "text", List.of("a")}, 0);
    assertThatThrownBy(() -> three.decodeArguments(Arrays.copyOf(valid, valid.length + 1)))
        .isInstanceOf(WireException.class);
    assertThatThrownBy(() -> none.decodeArguments(new byte[1])).isInstanceOf(WireException.class);
  }

  @Test
  void hostilePayloadsAreRefusedByExceptionsAlone() {
    byte[] valid = three.encodeArguments(new Object[] {7, "text", List.of("a", "b")}, 0);
    for (int seed = 0; seed < 20_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      byte[] bytes = Arrays.copyOf(valid, random.nextInt(valid.length + 5));
      for (int n = random.nextInt(1, 4); n > 0 && bytes.length > 0; n--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        assertThat(three.decodeArguments(bytes)).hasSize(3);
      } catch (RuntimeException e) {
        assertThat(e).isNotNull(); // the codec's, or a WireException: ServerCall answers with it
      }
    }
  }
}
