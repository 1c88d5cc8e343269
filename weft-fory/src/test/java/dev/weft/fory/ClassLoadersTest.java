package dev.weft.fory;

import static dev.weft.fory.Carrier.bind;
import static dev.weft.fory.Carrier.roundTrip;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClassLoadersTest {

  private enum Suit {
    HEARTS
  }

  private record Card(Suit suit, Suit[] others) {}

  record Hand(List<Card> cards, Map<String, Card> byName, Card[] array) {
    /** Called by reflection, in each loader's own copy. */
    static Hand example() {
      Card card = new Card(Suit.HEARTS, new Suit[] {Suit.HEARTS});
      return new Hand(List.of(card), Map.of("k", card), new Card[] {card, null});
    }
  }

  /** As where an application server or a development tool loads an application anew. */
  @Test
  void classesOfTheSameNameFromSeveralLoadersDoNotMix() throws Exception {
    assertThat(roundTrip(Hand.class, Hand.example()))
        .usingRecursiveComparison()
        .isEqualTo(Hand.example());
    for (int i = 0; i < 2; i++) {
      ChildFirstLoader loader = new ChildFirstLoader(ClassLoadersTest.class.getName());
      Class<?> type = loader.loadClass(Hand.class.getName());
      var example = type.getDeclaredMethod("example");
      example.setAccessible(true);
      Object hand = example.invoke(null);
      assertThat(roundTrip(bind(type), hand))
          .isInstanceOf(type)
          .usingRecursiveComparison()
          .isEqualTo(hand);
      assertThat(type).isNotSameAs(Hand.class);
    }
  }
}
