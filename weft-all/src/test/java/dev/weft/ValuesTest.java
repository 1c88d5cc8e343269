package dev.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What can be sent, over a socket. */
class ValuesTest {

  @RegisterExtension final World world = new World();

  enum Suit {
    HEARTS,
    SPADES {
      @Override
      public String toString() {
        return "spades";
      }
    }
  }

  record Card(Suit suit, int rank) {}

  static class Account {
    String owner = "";
    long cents;
    Account parent;
    List<Card> cards = new ArrayList<>();
  }

  static final class SpecialAccount extends Account {
    BigDecimal rate = BigDecimal.ZERO;
  }

  sealed interface Figure permits Circle, Square, Group {}

  record Circle(double radius) implements Figure {}

  record Square(double side) implements Figure {}

  record Group(List<Figure> members) implements Figure {}

  record Pair<A, B>(A first, B second) {}

  record Node(String name, List<Node> children) {}

  interface Echo {
    Card card(Card card);

    Suit suit(Suit suit);

    Account account(Account account);

    SpecialAccount special(SpecialAccount account);

    Figure figure(Figure figure);

    Pair<String, Pair<Integer, Card>> pair(Pair<String, Pair<Integer, Card>> pair);

    Node node(Node node);

    List<Map<String, Set<Integer>>> nested(List<Map<String, Set<Integer>>> value);

    Card[][] array(Card[][] cards);

    Map<Suit, Integer> byEnum(Map<Suit, Integer> map);

    Optional<Card> optional(Optional<Card> card);

    Instant instant(Instant instant);

    LocalDate date(LocalDate date);

    Duration duration(Duration duration);

    UUID uuid(UUID uuid);

    BigInteger bigInteger(BigInteger number);

    BigDecimal bigDecimal(BigDecimal number);

    byte[] bytes(byte[] bytes);

    int primitive(int number);

    String text(String text);
  }

  static final class SimpleEcho implements Echo {
    @Override
    public Card card(Card card) {
      return card;
    }

    @Override
    public Suit suit(Suit suit) {
      return suit;
    }

    @Override
    public Account account(Account account) {
      return account;
    }

    @Override
    public SpecialAccount special(SpecialAccount account) {
      return account;
    }

    @Override
    public Figure figure(Figure figure) {
      return figure;
    }

    @Override
    public Pair<String, Pair<Integer, Card>> pair(Pair<String, Pair<Integer, Card>> pair) {
      return pair;
    }

    @Override
    public Node node(Node node) {
      return node;
    }

    @Override
    public List<Map<String, Set<Integer>>> nested(List<Map<String, Set<Integer>>> value) {
      return value;
    }

    @Override
    public Card[][] array(Card[][] cards) {
      return cards;
    }

    @Override
    public Map<Suit, Integer> byEnum(Map<Suit, Integer> map) {
      return map;
    }

    @Override
    public Optional<Card> optional(Optional<Card> card) {
      return card;
    }

    @Override
    public Instant instant(Instant instant) {
      return instant;
    }

    @Override
    public LocalDate date(LocalDate date) {
      return date;
    }

    @Override
    public Duration duration(Duration duration) {
      return duration;
    }

    @Override
    public UUID uuid(UUID uuid) {
      return uuid;
    }

    @Override
    public BigInteger bigInteger(BigInteger number) {
      return number;
    }

    @Override
    public BigDecimal bigDecimal(BigDecimal number) {
      return number;
    }

    @Override
    public byte[] bytes(byte[] bytes) {
      return bytes;
    }

    @Override
    public int primitive(int number) {
      return number;
    }

    @Override
    public String text(String text) {
      return text;
    }
  }

  private Echo echo;

  @BeforeEach
  void start() {
    echo =
        world
            .client(world.server(b -> b.service(Echo.class, new SimpleEcho())))
            .service(Echo.class);
  }

  @Test
  void recordsAndEnums() {
    assertThat(echo.card(new Card(Suit.SPADES, 7))).isEqualTo(new Card(Suit.SPADES, 7));
    assertThat(echo.card(new Card(null, 7))).isEqualTo(new Card(null, 7));
    assertThat(echo.suit(Suit.SPADES)).isSameAs(Suit.SPADES);
    assertThat(echo.suit(null)).isNull();
  }

  @Test
  void plainObjectsWithTheirSuperclass() {
    SpecialAccount account = new SpecialAccount();
    account.owner = "ann";
    account.cents = Long.MIN_VALUE;
    account.parent = new Account();
    account.cards.add(new Card(Suit.HEARTS, 1));
    account.rate = new BigDecimal("1.50");
    SpecialAccount same = echo.special(account);
    assertThat(same).isNotSameAs(account);
    assertThat(same.owner).isEqualTo("ann");
    assertThat(same.cents).isEqualTo(Long.MIN_VALUE);
    assertThat(same.parent).isExactlyInstanceOf(Account.class);
    assertThat(same.cards).containsExactly(new Card(Suit.HEARTS, 1));
    assertThat(same.rate).isEqualTo("1.50");
    assertThat(echo.account(null)).isNull();
  }

  @Test
  void cycleOfObjectsIsRefusedAndTheConnectionLives() {
    Account account = new Account();
    account.parent = account;
    assertThatThrownBy(() -> echo.account(account))
        .isInstanceOf(RpcProtocolException.class)
        .hasMessageContaining("cycle");
    assertThat(echo.primitive(1)).isEqualTo(1);
  }

  @Test
  void sealedTypesAndTheirMembers() {
    Figure figure = new Group(List.of(new Circle(1.5), new Group(List.of()), new Square(2)));
    assertThat(echo.figure(figure)).isEqualTo(figure);
  }

  @Test
  void genericRecords() {
    Pair<String, Pair<Integer, Card>> pair = new Pair<>("a", new Pair<>(1, new Card(null, 2)));
    assertThat(echo.pair(pair)).isEqualTo(pair);
    assertThat(echo.pair(new Pair<>(null, null))).isEqualTo(new Pair<>(null, null));
  }

  @Test
  void recursiveTypes() {
    Node node =
        new Node("root", List.of(new Node("leaf", List.of()), new Node("other", List.of())));
    assertThat(echo.node(node)).isEqualTo(node);
  }

  @Test
  void collectionsOfAllSorts() {
    Map<String, Set<Integer>> map = new TreeMap<>(Map.of("a", Set.of(1, 2), "b", Set.of()));
    assertThat(echo.nested(List.of(map, Map.of()))).containsExactly(map, Map.of());
    Map<String, Set<Integer>> linked = new LinkedHashMap<>();
    linked.put("z", Set.of(1));
    linked.put("a", null);
    assertThat(echo.nested(new ArrayList<>(Arrays.asList(linked, null, new HashMap<>()))))
        .containsExactly(linked, null, Map.of());
    assertThat(echo.byEnum(new EnumMap<>(Map.of(Suit.SPADES, 3)))).containsEntry(Suit.SPADES, 3);
    assertThat(echo.byEnum(Map.of(Suit.HEARTS, 3))).containsEntry(Suit.HEARTS, 3);
  }

  @Test
  void unmodifiableAndStreamMadeLists() {
    assertThat(echo.nested(java.util.Collections.unmodifiableList(List.of(Map.of())))).hasSize(1);
    List<Map<String, Set<Integer>>> fromStream =
        java.util.stream.Stream.of(Map.of("x", Set.of(1))).toList();
    assertThat(echo.nested(fromStream)).isEqualTo(fromStream);
    assertThat(echo.nested(fromStream.subList(0, 1))).isEqualTo(fromStream);
    assertThat(echo.nested(List.of())).isEmpty();
    assertThat(echo.nested(java.util.Collections.emptyList())).isEmpty();
    assertThat(echo.nested(java.util.Collections.singletonList(null))).hasSize(1);
  }

  @Test
  void arraysOfArrays() {
    Card[][] cards = {{new Card(Suit.HEARTS, 1), null}, {}, null};
    assertThat(echo.array(cards)).isDeepEqualTo(cards);
    assertThat(echo.bytes(new byte[100_000])).hasSize(100_000);
    assertThat(echo.bytes(new byte[0])).isEmpty();
  }

  @Test
  void valuesOfTheJdk() {
    assertThat(echo.optional(Optional.of(new Card(Suit.HEARTS, 1))))
        .contains(new Card(Suit.HEARTS, 1));
    assertThat(echo.optional(Optional.empty())).isEmpty();
    Instant now = Instant.now();
    assertThat(echo.instant(now)).isEqualTo(now);
    assertThat(echo.date(LocalDate.of(2026, 2, 28))).isEqualTo("2026-02-28");
    assertThat(echo.duration(Duration.ofNanos(-1))).isEqualTo(Duration.ofNanos(-1));
    UUID uuid = UUID.randomUUID();
    assertThat(echo.uuid(uuid)).isEqualTo(uuid);
    assertThat(echo.bigInteger(BigInteger.TWO.pow(200))).isEqualTo(BigInteger.TWO.pow(200));
    assertThat(echo.bigDecimal(new BigDecimal("-0.10"))).isEqualTo(new BigDecimal("-0.10"));
    assertThat(echo.primitive(Integer.MIN_VALUE)).isEqualTo(Integer.MIN_VALUE);
  }

  @Test
  void textsOfAllScripts() {
    for (String text : List.of("", "a", "ä", "€", "𝄞 clef", "\0", "x".repeat(70_000), "\uD800")) {
      assertThat(echo.text(text)).isEqualTo(text);
    }
  }
}
