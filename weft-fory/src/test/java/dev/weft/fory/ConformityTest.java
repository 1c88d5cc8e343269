package dev.weft.fory;

import static dev.weft.fory.Carrier.bind;
import static dev.weft.fory.Carrier.decode;
import static dev.weft.fory.Carrier.encode;
import static dev.weft.fory.Carrier.roundTrip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.weft.fory.Carrier.Of;
import dev.weft.spi.Marshaller;
import dev.weft.spi.ValueType;
import java.io.Serial;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What collections inside of objects hold is checked, too: a peer may have another idea of it. */
final class ConformityTest {

  sealed interface Form permits Disc, Pile, Frame {}

  record Disc(int radius) implements Form {}

  record Pile(List<Form> forms) implements Form {}

  sealed interface Frame extends Form permits Gilded {}

  record Gilded(Map<String, Form> pictures) implements Frame {}

  record Page<T>(List<T> items) {}

  record Book(Page<Form> forms, Page<String> names) {}

  record Nested(List<List<Form>> layers, Optional<Form> best, @Nullable Nested inner) {}

  record Rows(Page<Form>[] pages) {}

  static class Base {
    List<Form> forms = new ArrayList<>();
  }

  static final class Derived extends Base {
    int number = 3;
  }

  static final class Album extends ArrayList<Form> {
    @Serial private static final long serialVersionUID = 1;
  }

  record Holder(@Nullable Object content) {}

  private static final Form DISC = new Disc(7);

  /** Objects of types that their generics deny. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T> T denied(Object value) {
    return (T) value;
  }

  /** Lists of forms, of which the second is what it is told. */
  private static List<Form> forms(Object second) {
    return denied(new ArrayList<>(List.of(DISC, second)));
  }

  private static Map<String, Form> named(Object second) {
    return denied(new HashMap<>(Map.of("first", DISC, "second", second)));
  }

  /** Values that hold something where a form should be. */
  private static Stream<Arguments> holders(Object form) {
    Derived derived = new Derived();
    derived.forms = forms(form);
    Album album = new Album();
    album.addAll(forms(form));
    @SuppressWarnings("unchecked")
    Page<Form>[] pages =
        (Page<Form>[]) new Page<?>[] {new Page<>(forms(DISC)), new Page<>(forms(form))};
    return Stream.of(
        arguments(Pile.class, new Pile(forms(form))),
        arguments(Form.class, new Pile(forms(form))),
        arguments(Form.class, new Gilded(named(form))),
        arguments(Form.class, new Pile(List.of(new Gilded(named(form))))),
        arguments(new Of<List<Form>>() {}.type, List.of(new Pile(forms(form)))),
        arguments(new Of<Page<Form>>() {}.type, new Page<>(forms(form))),
        arguments(Book.class, new Book(new Page<>(forms(form)), new Page<>(List.of("x")))),
        arguments(Nested.class, new Nested(List.of(forms(form)), Optional.empty(), null)),
        arguments(Nested.class, new Nested(List.of(), denied(Optional.of(form)), null)),
        arguments(
            Nested.class,
            new Nested(
                List.of(),
                Optional.empty(),
                new Nested(List.of(forms(form)), Optional.empty(), null))),
        arguments(Rows.class, new Rows(pages)),
        arguments(Derived.class, derived),
        arguments(Album.class, album),
        arguments(Holder.class, new Holder(new Pile(forms(form)))),
        arguments(Holder.class, new Holder(new ArrayList<>(List.of(new Pile(forms(form)))))));
  }

  static Stream<Arguments> honest() {
    return holders(new Disc(8));
  }

  static Stream<Arguments> rogue() {
    return holders("rogue");
  }

  private static Marshaller marshaller(Type type) {
    return bind(ForyCodec.builder().register(Pile.class).build(), type);
  }

  @ParameterizedTest
  @MethodSource("honest")
  void whatIsAsDeclaredArrives(Type type, Object value) {
    assertThat(roundTrip(marshaller(type), value))
        .usingRecursiveComparison()
        .ignoringCollectionOrder()
        .isEqualTo(value);
  }

  @ParameterizedTest
  @MethodSource("rogue")
  void whatIsNotIsRefused(Type type, Object value) {
    byte[] bytes = encode(marshaller(type), value);
    assertThatThrownBy(() -> decode(marshaller(type), bytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(Carrier.PATH)
        .hasMessageContaining("that holds a java.lang.String has come");
  }

  @Test
  void whatComesForAnObjectIsOneOfAllThatAreKnown() {
    ValueType open = new ValueType(Carrier.PATH, Object.class);
    ValueType other = new ValueType("elsewhere", Derived.class);
    ForyCodec codec = ForyCodec.builder().register(Disc.class).build();
    Marshaller marshaller = codec.bind(List.of(open, other)).getFirst();
    Derived derived = new Derived();
    derived.forms = forms("rogue");
    byte[] bytes = encode(codec.bind(List.of(other)).getFirst(), derived);
    assertThatThrownBy(() -> decode(marshaller, bytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("that holds a java.lang.String has come");
  }

  @Test
  void nullsAreOfAnyType() {
    List<Form> forms = new ArrayList<>();
    forms.add(null);
    assertThat(roundTrip(Pile.class, new Pile(forms))).isEqualTo(new Pile(forms));
    assertThat(roundTrip(Pile.class, null)).isNull();
  }
}
