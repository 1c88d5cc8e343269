package dev.weft.fory;

import static dev.weft.fory.Carrier.bind;
import static dev.weft.fory.Carrier.roundTrip;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.fory.Carrier.Of;
import dev.weft.spi.Marshaller;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.Currency;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SendableValuesTest {

  enum Color {
    RED,
    GREEN {
      @Override
      boolean cool() {
        return true;
      }
    };

    boolean cool() {
      return false;
    }
  }

  record Empty() {}

  record Item(int count, @Nullable String name, List<Integer> sizes) {}

  private record Hidden(byte b, short s, char c, long l, float f, double d, boolean z) {}

  record Boxed(@Nullable Integer i, @Nullable Long l, @Nullable Boolean z, @Nullable Character c) {}

  record Nested(Item item, @Nullable Nested inner, Map<String, List<Item>> byName, Color color) {}

  record Page<T>(List<T> rows, @Nullable T first, int total) {}

  record Pair<A, B>(A a, B b) {}

  record Book(Page<Item> page, Pair<String, Pair<Integer, Color>> pair) {}

  /** Structurally equal to Item. */
  record Article(int count, @Nullable String name, List<Integer> sizes) {}

  sealed interface Figure permits Circle, Polygon {}

  record Circle(double radius) implements Figure {}

  sealed interface Polygon extends Figure {}

  record Square(double side) implements Polygon {}

  enum Unit implements Polygon {
    TRIANGLE
  }

  abstract static sealed class Outcome<T> {}

  static final class Success<T> extends Outcome<T> {
    T value;

    Success(T value) {
      this.value = value;
    }
  }

  static final class Failure<T> extends Outcome<T> {
    final String reason;

    Failure(String reason) {
      this.reason = reason;
    }
  }

  static class Base {
    private int id;
    protected @Nullable String shadow;
  }

  static class Pojo extends Base {
    private final List<String> tags = new ArrayList<>();
    private @Nullable Map<Color, Integer> counts;
    private transient int cached = 7;
    @Nullable Pojo next;

    Pojo(int id, String shadow) {
      super.id = id;
      super.shadow = shadow;
    }

    int id() {
      return super.id;
    }
  }

  static class NoDefaultConstructor {
    final int left;
    final int right;

    NoDefaultConstructor(int left, int right) {
      if (left > right) {
        throw new IllegalArgumentException("left > right");
      }
      this.left = left;
      this.right = right;
    }
  }

  static class PrivateConstructor {
    final String name;
    int calls;

    private PrivateConstructor() {
      name = "";
    }

    PrivateConstructor(String name) {
      this.name = name;
    }
  }

  static final class Orders extends ArrayList<Item> {
    @Nullable String owner;
  }

  record Tree(String label, List<Tree> children) {}

  record Arrays2(
      int[] ints, byte[] bytes, String[] strings, Item[] items, int[][] grid, Color[][] colors) {}

  @SuppressWarnings("JavaUtilDate")
  static Object[] plainValues() {
    return new Object[] {
      true,
      (byte) -3,
      (short) 300,
      'x',
      -5,
      1L << 40,
      1.5f,
      Math.PI,
      "",
      "plain",
      "gr\u00fc\u00df dich \u4e16\u754c \ud83d\ude00",
      new BigInteger("123456789012345678901234567890"),
      new BigDecimal("-1234567890.0987654321"),
      UUID.fromString("00000000-0000-0001-0000-000000000002"),
      URI.create("http://example.org/a?b#c"),
      Locale.GERMANY,
      Currency.getInstance("EUR"),
      BitSet.valueOf(new long[] {5, 9}),
      new Date(1234567),
      OptionalInt.of(3),
      OptionalLong.empty(),
      OptionalDouble.of(2.5),
      Instant.ofEpochSecond(1_700_000_000, 5),
      Duration.ofMillis(1234),
      Period.of(1, 2, 3),
      LocalDate.of(2026, 2, 28),
      LocalTime.of(23, 59, 58, 7),
      LocalDateTime.of(2026, 2, 28, 1, 2, 3, 4),
      OffsetTime.of(1, 2, 3, 4, ZoneOffset.ofHours(2)),
      OffsetDateTime.of(2026, 2, 28, 1, 2, 3, 4, ZoneOffset.UTC),
      ZonedDateTime.of(2026, 7, 1, 1, 2, 3, 4, ZoneId.of("Europe/Berlin")),
      ZoneOffset.ofHoursMinutes(5, 30),
      Year.of(2026),
      YearMonth.of(2026, 2),
      MonthDay.of(2, 29),
      Color.RED,
      Color.GREEN,
      DayOfWeek.MONDAY,
      TimeUnit.DAYS,
      new Empty(),
      new Item(1, "one", List.of(1, 2, 3)),
      new Item(1, null, new ArrayList<>(Arrays.asList(1, null, 3))),
      new Hidden((byte) 1, (short) 2, 'c', 3, 4, 5, true),
      new Boxed(1, 2L, true, 'x'),
      new Boxed(null, null, null, null),
      new Nested(
          new Item(1, "a", List.of()),
          new Nested(new Item(2, "b", List.of()), null, Map.of(), Color.GREEN),
          Map.of("x", List.of(new Item(3, "c", List.of(7)))),
          Color.RED),
      new Book(
          new Page<>(List.of(new Item(1, "a", List.of())), new Item(2, "b", List.of()), 2),
          new Pair<>("left", new Pair<>(5, Color.GREEN))),
      new Tree("root", List.of(new Tree("leaf", List.of()), new Tree("leaf", List.of()))),
    };
  }

  @ParameterizedTest
  @MethodSource("plainValues")
  void valueComesBackEqual(Object value) {
    Type type = value instanceof Color ? Color.class : value.getClass();
    assertThat(roundTrip(type, value)).isEqualTo(value).hasSameClassAs(value);
  }

  @ParameterizedTest
  @MethodSource("plainValues")
  void nullComesBack(Object value) {
    Class<?> type = value instanceof Color ? Color.class : value.getClass();
    assertThat(roundTrip(type, null)).isNull();
  }

  @ParameterizedTest
  @MethodSource("plainValues")
  void valueIsCarriedInsideContainers(Object value) {
    Class<?> element = value instanceof Color ? Color.class : value.getClass();
    Marshaller list = bind(new Listed(element));
    assertThat(roundTrip(list, List.of(value, value))).isEqualTo(List.of(value, value));
    List<Object> withNull = Arrays.asList(value, null);
    assertThat(roundTrip(list, withNull)).isEqualTo(withNull);
  }

  /** {@code List<element>}. */
  private record Listed(Class<?> element) implements java.lang.reflect.ParameterizedType {
    @Override
    public Type[] getActualTypeArguments() {
      return new Type[] {element};
    }

    @Override
    public Type getRawType() {
      return List.class;
    }

    @Override
    public @Nullable Type getOwnerType() {
      return null;
    }
  }

  @Test
  void zoneIdComesBackWhicheverKindItIs() {
    assertThat(roundTrip(ZoneId.class, ZoneId.of("Asia/Tokyo"))).isEqualTo(ZoneId.of("Asia/Tokyo"));
    assertThat(roundTrip(ZoneId.class, ZoneOffset.UTC)).isEqualTo(ZoneOffset.UTC);
  }

  @Test
  void primitivesAreCarriedAsTheirBoxes() {
    assertThat(roundTrip(int.class, 5)).isEqualTo(5);
    assertThat(roundTrip(boolean.class, true)).isEqualTo(true);
    assertThat(roundTrip(char.class, 'x')).isEqualTo('x');
    assertThat(roundTrip(double.class, 2.5)).isEqualTo(2.5);
  }

  @Test
  void voidIsCarriedAsNull() {
    assertThat(roundTrip(void.class, null)).isNull();
    assertThat(roundTrip(Void.class, null)).isNull();
  }

  @Test
  void arraysOfAllKindsComeBackEqual() {
    Arrays2 arrays =
        new Arrays2(
            new int[] {1, -2, 1 << 30},
            new byte[] {1, 2, 3},
            new String[] {"a", null, ""},
            new Item[] {new Item(1, "a", List.of()), null},
            new int[][] {{1}, {}, {2, 3}},
            new Color[][] {{Color.RED, Color.GREEN}, null});
    assertThat(roundTrip(Arrays2.class, arrays)).usingRecursiveComparison().isEqualTo(arrays);
    for (Object root :
        new Object[] {
          arrays.ints,
          arrays.bytes,
          arrays.strings,
          arrays.items,
          arrays.grid,
          arrays.colors,
          new long[] {1, 2},
          new boolean[] {true},
          new Integer[] {1, null},
          new double[0],
          new Empty[] {new Empty()},
          new LocalDate[] {LocalDate.EPOCH},
        }) {
      assertThat(roundTrip(root.getClass(), root)).isEqualTo(root).hasSameClassAs(root);
    }
  }

  @Test
  void distinctTypesOfEqualStructureStayDistinct() {
    List<Object> both = List.of(new Item(1, "a", List.of()), new Article(1, "a", List.of()));
    ForyCodec codec = ForyCodec.builder().register(Item.class, Article.class).build();
    Object back = roundTrip(bind(codec, new Of<List<Object>>() {}.type), both);
    assertThat(back).isEqualTo(both);
  }

  @Test
  void sealedTypesArriveAsWhatTheyWere() {
    for (Figure figure : List.of(new Circle(1), new Square(2), Unit.TRIANGLE)) {
      assertThat(roundTrip(Figure.class, figure)).isEqualTo(figure);
      assertThat(roundTrip(new Of<List<Figure>>() {}.type, List.of(figure)))
          .isEqualTo(List.of(figure));
      assertThat(roundTrip(new Of<Pair<Figure, String>>() {}.type, new Pair<>(figure, "x")))
          .isEqualTo(new Pair<>(figure, "x"));
    }
  }

  @Test
  void sealedGenericClassBindsItsSubtypes() {
    Type type = new Of<Outcome<Item>>() {}.type;
    Item item = new Item(1, "a", List.of());
    assertThat(roundTrip(type, new Success<>(item)))
        .isInstanceOfSatisfying(Success.class, s -> assertThat(s.value).isEqualTo(item));
    assertThat(roundTrip(type, new Failure<Item>("why")))
        .isInstanceOfSatisfying(Failure.class, f -> assertThat(f.reason).isEqualTo("why"));
  }

  @Test
  void pojoKeepsItsFieldsAndThoseOfItsSuperclasses() {
    Pojo pojo = new Pojo(5, "dark");
    pojo.tags.add("t");
    pojo.counts = new HashMap<>(Map.of(Color.RED, 3));
    pojo.next = new Pojo(6, "light");
    pojo.cached = 99;
    Pojo back = (Pojo) Objects.requireNonNull(roundTrip(Pojo.class, pojo));
    assertThat(back.id()).isEqualTo(5);
    assertThat(back.shadow).isEqualTo("dark");
    assertThat(back.tags).containsExactly("t");
    assertThat(back.counts).isEqualTo(Map.of(Color.RED, 3));
    assertThat(back.next).isNotNull();
    assertThat(Objects.requireNonNull(back.next).id()).isEqualTo(6);
    assertThat(back.cached).isNotEqualTo(99);
  }

  @Test
  void pojoNeedsNoDefaultConstructor() {
    NoDefaultConstructor back =
        (NoDefaultConstructor)
            Objects.requireNonNull(
                roundTrip(NoDefaultConstructor.class, new NoDefaultConstructor(1, 2)));
    assertThat(back.left).isEqualTo(1);
    assertThat(back.right).isEqualTo(2);
  }

  @Test
  void pojoMayHideItsConstructorAndHaveFinalFields() {
    PrivateConstructor pojo = new PrivateConstructor("x");
    pojo.calls = 3;
    PrivateConstructor back =
        (PrivateConstructor) Objects.requireNonNull(roundTrip(PrivateConstructor.class, pojo));
    assertThat(back.name).isEqualTo("x");
    assertThat(back.calls).isEqualTo(3);
  }

  @Test
  void userCollectionKeepsElementsAndFields() {
    Orders orders = new Orders();
    orders.add(new Item(1, "a", List.of()));
    orders.owner = "me";
    Orders back = (Orders) Objects.requireNonNull(roundTrip(Orders.class, orders));
    assertThat(back).isEqualTo(orders);
    assertThat(back.owner).isEqualTo("me");
  }

  @Test
  void wildcardsCountAsTheirBound() {
    Type type = new Of<List<? extends Item>>() {}.type;
    List<Item> items = List.of(new Item(1, "a", List.of()));
    assertThat(roundTrip(type, items)).isEqualTo(items);
  }

  @Test
  void optionalIsCarriedFullAndEmpty() {
    Type type = new Of<Optional<Item>>() {}.type;
    Optional<Item> full = Optional.of(new Item(1, "a", List.of()));
    assertThat(roundTrip(type, full)).isEqualTo(full);
    assertThat(roundTrip(type, Optional.empty())).isEqualTo(Optional.empty());
  }

  @Test
  void deepButHonestTreesAreCarried() {
    Tree tree = new Tree("leaf", List.of());
    for (int i = 0; i < 100; i++) {
      tree = new Tree("n" + i, List.of(tree));
    }
    assertThat(roundTrip(Tree.class, tree)).isEqualTo(tree);
  }

  @Test
  void bigListsMapsAndStringsAreCarried() {
    List<Integer> numbers = Stream.iterate(0, i -> i + 1).limit(200_000).toList();
    assertThat(roundTrip(new Of<List<Integer>>() {}.type, numbers)).isEqualTo(numbers);
    Map<Integer, Integer> map = new HashMap<>();
    numbers.forEach(i -> map.put(i, -i));
    assertThat(roundTrip(new Of<Map<Integer, Integer>>() {}.type, map)).isEqualTo(map);
    String text = "\u4e16a".repeat(1 << 20);
    assertThat(roundTrip(String.class, text)).isEqualTo(text);
    List<Byte> small = Collections.nCopies(100_000, (byte) 1);
    assertThat(roundTrip(new Of<List<Byte>>() {}.type, new ArrayList<>(small))).isEqualTo(small);
    List<Boxed> boxes =
        Stream.generate(() -> new Boxed(null, null, null, null)).limit(50_000).toList();
    assertThat(roundTrip(new Of<List<Boxed>>() {}.type, boxes)).isEqualTo(boxes);
    List<Set<String>> sets = Stream.generate(() -> Set.<String>of()).limit(50_000).toList();
    assertThat(roundTrip(new Of<List<Set<String>>>() {}.type, sets)).isEqualTo(sets);
    List<Map<String, String>> maps =
        Stream.<Map<String, String>>generate(HashMap::new).limit(50_000).toList();
    assertThat(roundTrip(new Of<List<Map<String, String>>>() {}.type, maps)).isEqualTo(maps);
    List<@Nullable String> nulls = new ArrayList<>(Collections.nCopies(50_000, null));
    assertThat(roundTrip(new Of<List<@Nullable String>>() {}.type, nulls)).isEqualTo(nulls);
    List<Empty> empties = Collections.nCopies(8_000, new Empty());
    assertThat(roundTrip(new Of<List<Empty>>() {}.type, new ArrayList<>(empties)))
        .isEqualTo(empties);
  }
}
