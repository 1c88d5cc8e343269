package dev.weft.fory;

import static dev.weft.fory.Carrier.PATH;
import static dev.weft.fory.Carrier.bind;
import static dev.weft.fory.Carrier.roundTrip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.spi.Marshaller;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExceptionsTest {

  record Item(String sku) {}

  static class MessageOnly extends Exception {
    MessageOnly(String message) {
      super(message);
    }
  }

  static class WithCause extends RuntimeException {
    WithCause(String message, Throwable cause) {
      super(message, cause);
    }
  }

  static class NoArguments extends Exception {
    NoArguments() {
      super("always the same");
    }
  }

  /** Its constructor makes the message from the fields. */
  static class OutOfStock extends Exception {
    final Item item;
    private final int left;

    OutOfStock(Item item, int left) {
      super("only " + left + " of " + item.sku());
      this.item = item;
      this.left = left;
    }
  }

  /** One string that is no message. */
  static class UnknownUser extends Exception {
    final String name;

    UnknownUser(String name) {
      super("no user " + name);
      this.name = name;
    }
  }

  /** A message and fields, one of them set later. */
  static class Refused extends OutOfStock {
    final String code;
    transient Thread thread = Thread.currentThread();
    @Nullable List<Item> others;

    Refused(Item item, int left, String code) {
      super(item, left);
      this.code = code;
    }
  }

  static class Coded extends Exception {
    final int code;

    Coded(String message, int code) {
      super(message);
      this.code = code;
    }
  }

  static sealed class Failure extends Exception {
    Failure(String message) {
      super(message);
    }
  }

  static final class Fatal extends Failure {
    Fatal(String message) {
      super(message);
    }
  }

  static class Unsendable extends Exception {
    final Thread thread = Thread.currentThread();
  }

  static class NoWayBack extends Exception {
    NoWayBack(Thread thread) {
      super(thread.getName());
    }
  }

  abstract static class Abstract extends Exception {}

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> T carried(T exception) {
    return (T) Objects.requireNonNull(roundTrip(exception.getClass(), exception));
  }

  @Test
  void messageArrives() {
    assertThat(carried(new MessageOnly("why"))).hasMessage("why");
    assertThat(carried(new WithCause("why", new IOException("x")))).hasMessage("why");
    assertThat(carried(new NoArguments())).hasMessage("always the same");
    assertThat(carried(new IOException("disk"))).hasMessage("disk");
    assertThat(carried(new TimeoutException())).hasMessage(null);
    assertThat(carried(new IllegalArgumentException("bad"))).hasMessage("bad");
    assertThat(carried(new FileNotFoundException("f"))).hasMessage("f");
    assertThat(carried(new Exception("plain"))).hasMessage("plain");
  }

  @Test
  void neitherCauseNorSuppressedNorStackTraceTravels() {
    WithCause exception = new WithCause("why", new IOException("secret"));
    exception.addSuppressed(new IOException("secret"));
    exception.setStackTrace(
        new StackTraceElement[] {new StackTraceElement("Secret", "secret", "Secret.java", 1)});
    WithCause back = carried(exception);
    assertThat(back.getCause()).isNull();
    assertThat(back.getSuppressed()).isEmpty();
    assertThat(back.getStackTrace())
        .isNotEmpty()
        .noneMatch(frame -> frame.getClassName().equals("Secret"));
  }

  @Test
  void fieldsArriveAndTheMessageIsNotMadeTwice() {
    OutOfStock stock = carried(new OutOfStock(new Item("a"), 3));
    assertThat(stock).hasMessage("only 3 of a");
    assertThat(stock.item).isEqualTo(new Item("a"));
    assertThat(stock.left).isEqualTo(3);
    UnknownUser user = carried(new UnknownUser("bob"));
    assertThat(user).hasMessage("no user bob");
    assertThat(user.name).isEqualTo("bob");
    Coded coded = carried(new Coded("text", 7));
    assertThat(coded).hasMessage("text");
    assertThat(coded.code).isEqualTo(7);
  }

  @Test
  void fieldsOfSuperclassesArriveToo() {
    Refused refused = new Refused(new Item("a"), 3, "E7");
    refused.others = List.of(new Item("b"));
    Refused back = carried(refused);
    assertThat(back).hasMessage("only 3 of a");
    assertThat(back.code).isEqualTo("E7");
    assertThat(back.item).isEqualTo(new Item("a"));
    assertThat(((OutOfStock) back).left).isEqualTo(3);
    assertThat(back.others).containsExactly(new Item("b"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void oneTypeIsRebuiltAgainAndAgain(int left) {
    Marshaller marshaller = bind(OutOfStock.class);
    for (int i = 0; i < 3; i++) {
      Object back = roundTrip(marshaller, new OutOfStock(new Item("x" + i), left));
      assertThat((Throwable) Objects.requireNonNull(back)).hasMessage("only " + left + " of x" + i);
    }
  }

  @Test
  void sealedSubclassArrivesAsItself() {
    Marshaller marshaller = bind(Failure.class);
    assertThat(roundTrip(marshaller, new Fatal("x"))).isInstanceOf(Fatal.class);
    assertThat(roundTrip(marshaller, new Failure("x"))).isExactlyInstanceOf(Failure.class);
  }

  @Test
  void registeredSubclassArrivesAsItselfAndAnyOtherAsTheDeclaredClass() {
    Marshaller plain = bind(IOException.class);
    assertThat(roundTrip(plain, new FileNotFoundException("f")))
        .isExactlyInstanceOf(IOException.class);
    ForyCodec codec = ForyCodec.builder().register(FileNotFoundException.class).build();
    assertThat(roundTrip(bind(codec, IOException.class), new FileNotFoundException("f")))
        .isExactlyInstanceOf(FileNotFoundException.class);
  }

  @Test
  void nullIsCarried() {
    assertThat(roundTrip(IOException.class, null)).isNull();
  }

  @Test
  void somethingElseIsRefusedWhenEncoded() {
    Marshaller marshaller = bind(MessageOnly.class);
    assertThatThrownBy(() -> Carrier.encode(marshaller, new IOException("x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            PATH
                + ": a dev.weft.fory.ExceptionsTest$MessageOnly was expected, but a"
                + " java.io.IOException was given");
  }

  @Test
  void exceptionThatCannotBeRebuiltIsRefused() {
    assertThatThrownBy(() -> bind(NoWayBack.class))
        .hasMessage(
            PATH
                + ": dev.weft.fory.ExceptionsTest$NoWayBack cannot be sent: it cannot be rebuilt:"
                + " give it a constructor (String message), (), or of its fields");
    assertThatThrownBy(() -> bind(DateTimeParseException.class))
        .hasMessageContaining("it cannot be rebuilt");
    assertThatThrownBy(() -> bind(Abstract.class))
        .hasMessageContaining("it is abstract; declare its subclasses, or seal it");
  }

  @Test
  void fieldThatCannotBeSentIsRefused() {
    assertThatThrownBy(() -> bind(Unsendable.class))
        .hasMessage(
            PATH
                + ": field Unsendable.thread: java.lang.Thread cannot be sent: send the data it"
                + " stands for, in a record");
  }

  @Test
  void exceptionOfAnUnexpectedClassIsRefusedWhenDecoded() {
    byte[] bytes =
        Carrier.encode(
            bind(
                ForyCodec.builder().register(FileNotFoundException.class).build(),
                IOException.class),
            new FileNotFoundException("f"));
    assertThatThrownBy(
            () -> bind(IOException.class).decode(bytes, 0, bytes.length, Marshaller.NO_LANE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            PATH
                + ": an exception of class java.io.FileNotFoundException has come, which is not"
                + " declared");
  }

  @Test
  void whatItsFieldsHoldIsOfTheirTypes() {
    Refused refused = new Refused(new Item("socks"), 2, "R7");
    refused.others = others(new Item("shoes"));
    Marshaller marshaller = bind(Refused.class);
    assertThat(roundTrip(marshaller, refused)).isInstanceOf(Refused.class);
    refused.others = others("a text");
    assertThatThrownBy(() -> roundTrip(marshaller, refused))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("field Refused.others: a java.util.List<")
        .hasMessageContaining("but a java.util.ArrayList that holds a java.lang.String has come");
  }

  /** A list of items that may hold something else. */
  @SuppressWarnings("unchecked")
  private static List<Item> others(Object other) {
    return (List<Item>) (List<?>) new ArrayList<>(List.of(other));
  }
}
