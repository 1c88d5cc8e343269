package dev.weft.fory;

import static dev.weft.fory.Carrier.bind;
import static dev.weft.fory.Carrier.decode;
import static dev.weft.fory.Carrier.roundTrip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import dev.weft.fory.Carrier.Of;
import dev.weft.spi.Marshaller;
import java.io.File;
import java.io.Serializable;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.apache.fory.Fory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileBytesTest {

  /** 2^31 - 1 as Fory's varint. */
  private static final byte[] ENORMOUS = {-1, -1, -1, -1, 7};

  private static final byte NOT_NULL = -1;

  enum Suit {
    HEARTS,
    SPADES
  }

  record Card(Suit suit, int rank, @Nullable String note) {}

  record Hand(List<Card> cards, Map<String, Card> byName, int[] scores, Optional<LocalDate> day) {}

  record Plain(int x) {}

  record Chain(@Nullable Chain next) {}

  record Any(@Nullable Object content, List<Object> more) {}

  static final class Loops {
    @Nullable Loops other;
    List<Object> all = new ArrayList<>();
  }

  interface Greeter {
    String greet();
  }

  private static final String TRAP = "dev.weft.fory.Trap";

  private static final Marshaller HAND = bind(Hand.class);
  private static final Marshaller ANY =
      bind(ForyCodec.builder().register(Card.class).build(), Any.class);
  private static final Marshaller OBJECT =
      bind(ForyCodec.builder().register(Card.class).build(), Object.class);

  private static Hand hand() {
    Card card = new Card(Suit.HEARTS, 7, "seven");
    return new Hand(
        List.of(card, new Card(Suit.SPADES, 1, null)),
        new TreeMap<>(Map.of("a", card, "b", card)),
        new int[] {1, 2, 300},
        Optional.of(LocalDate.of(2026, 1, 2)));
  }

  @Test
  void enormousAnnouncedLengthsAreRefusedBeforeAnythingIsAllocated() {
    Map<Type, Object> samples = new LinkedHashMap<>();
    samples.put(new Of<List<Integer>>() {}.type, new ArrayList<>(List.of(5)));
    samples.put(new Of<Map<Integer, Integer>>() {}.type, new HashMap<>(Map.of(5, 5)));
    samples.put(int[].class, new int[] {5});
    samples.put(byte[].class, new byte[] {5});
    samples.put(long[].class, new long[] {5});
    samples.put(boolean[].class, new boolean[] {true});
    samples.put(String.class, "a");
    samples.put(String[].class, new String[] {"a"});
    samples.put(Card[].class, new Card[] {null});
    samples.put(new Of<List<String>>() {}.type, List.of("a"));
    samples.put(Hand.class, hand());
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    samples.forEach((type, sample) -> {
      Marshaller marshaller = bind(type);
      byte[] honest = Carrier.encode(marshaller, sample);
      assertThat(decode(marshaller, honest)).isNotNull();
      for (int at = 1; at < honest.length; at++) {
        byte[] bytes = Arrays.copyOf(honest, Math.max(honest.length, at + 20));
        System.arraycopy(ENORMOUS, 0, bytes, at, ENORMOUS.length);
        long before = threads.getCurrentThreadAllocatedBytes();
        try {
          decode(marshaller, bytes);
        } catch (RuntimeException e) {
          // As it should be; a few positions mean no length, and may even decode.
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(allocated).as("%s, length at %d", type, at).isLessThan(8_000_000);
      }
    });
  }

  @ParameterizedTest
  @ValueSource(ints = {80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90, 91, 92, 103, 104, 105, 106})
  void enormousCollectionOfEachKindIsRefusedCheaply(int foryType) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    byte[] bytes = new byte[20];
    bytes[0] = NOT_NULL;
    bytes[1] = (byte) foryType;
    System.arraycopy(ENORMOUS, 0, bytes, 2, ENORMOUS.length);
    assertThatThrownBy(() -> decode(OBJECT, bytes)).isInstanceOf(RuntimeException.class);
    long before = threads.getCurrentThreadAllocatedBytes();
    assertThatThrownBy(() -> decode(OBJECT, bytes)).isInstanceOf(RuntimeException.class);
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(200_000);
  }

  /** Fory's assertions, which are on in tests, must not cost more than its exceptions. */
  @Test
  void numbersOfTypesThatThereAreNotAreRefusedCheaply() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int foryType = 0; foryType < 256; foryType++) {
      byte[] bytes = {NOT_NULL, (byte) foryType, 100, 0, 0, 0, 0, 0, 0, 0, 0, 0};
      assertThatThrownBy(() -> decode(OBJECT, bytes)).isInstanceOf(IllegalArgumentException.class);
      long before = threads.getCurrentThreadAllocatedBytes();
      assertThatThrownBy(() -> decode(OBJECT, bytes)).isInstanceOf(IllegalArgumentException.class);
      assertThat(threads.getCurrentThreadAllocatedBytes() - before)
          .as("type %d", foryType)
          .isLessThan(200_000);
    }
  }

  @Test
  void noObjectOfVoidIsMade() {
    for (int foryType = 0; foryType < 256; foryType++) {
      byte[] bytes = {NOT_NULL, (byte) foryType, 2, 0x40, (byte) 0x8a, 1};
      try {
        assertThat(decode(OBJECT, bytes) instanceof Void).as("type %d", foryType).isFalse();
      } catch (IllegalArgumentException e) {
        // As most are.
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void stringsAreSoundOrRefused(int encoding) {
    Marshaller marshaller = bind(String.class);
    for (int length = 0; length < 20; length++) {
      byte[] bytes = new byte[3 + length];
      bytes[0] = NOT_NULL;
      bytes[1] = 21; // String
      bytes[2] = (byte) (length << 2 | encoding);
      Arrays.fill(bytes, 3, bytes.length, (byte) 'a');
      String text;
      try {
        text = (String) decode(marshaller, bytes);
      } catch (IllegalArgumentException e) {
        continue;
      }
      // A broken one would claim another length than its characters have, or fail to be copied.
      assertThat(text.toCharArray()).hasSize(text.length());
      assertThat(text.concat("x")).hasSize(text.length() + 1);
      assertThat(text.length()).isEqualTo(encoding == 1 ? length / 2 : length);
    }
  }

  @Test
  void nestedArraysCannotMultiplyWhatTheyClaim() {
    // Each Object[] claims as many elements as bytes follow, and its first element does so again.
    byte[] bytes = new byte[200_000];
    for (int at = 0; at + 8 < bytes.length; at += 6) {
      bytes[at] = NOT_NULL;
      bytes[at + 1] = 89;
      int claim = bytes.length - at - 20;
      bytes[at + 2] = (byte) (claim | 0x80);
      bytes[at + 3] = (byte) (claim >>> 7 | 0x80);
      bytes[at + 4] = (byte) (claim >>> 14);
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    assertThatThrownBy(() -> decode(OBJECT, bytes)).isInstanceOf(IllegalArgumentException.class);
    assertThat(threads.getCurrentThreadAllocatedBytes() - before)
        .isLessThan(64 * 200_000 + 1_000_000);
  }

  @Test
  void deepNestingIsRefusedNotOverflowed() {
    byte[] bytes = new byte[300_000];
    for (int at = 0; at + 4 < bytes.length; at += 3) {
      bytes[at] = NOT_NULL;
      bytes[at + 1] = 112; // Optional
      bytes[at + 2] = 0;
    }
    assertThatThrownBy(() -> decode(OBJECT, bytes)).isInstanceOf(IllegalArgumentException.class);
    Chain chain = new Chain(null);
    for (int i = 0; i < 1000; i++) {
      chain = new Chain(chain);
    }
    Marshaller marshaller = bind(Chain.class);
    Chain tooDeep = chain;
    assertThatThrownBy(() -> roundTrip(marshaller, tooDeep))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("depth");
  }

  @Test
  void cyclicGraphFailsItsOwnCallOnly() {
    Loops one = new Loops();
    one.other = one;
    Marshaller marshaller = bind(ForyCodec.builder().register(Card.class).build(), Loops.class);
    assertThatThrownBy(() -> Carrier.encode(marshaller, one))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot be encoded");
    Loops two = new Loops();
    two.all.add(two.all);
    assertThatThrownBy(() -> Carrier.encode(marshaller, two))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot be encoded");
    assertThat(roundTrip(marshaller, new Loops())).isInstanceOf(Loops.class);
  }

  @Test
  void missingAndLeftOverBytesAreRefused() {
    byte[] bytes = Carrier.encode(HAND, hand());
    for (int length = 0; length < bytes.length; length++) {
      int cut = length;
      assertThatThrownBy(() -> HAND.decode(bytes, 0, cut, Marshaller.NO_LANE))
          .as("%d of %d bytes", length, bytes.length)
          .isInstanceOf(IllegalArgumentException.class);
    }
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
    assertThatThrownBy(() -> decode(HAND, longer))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 of " + longer.length + " bytes are left over");
  }

  @Test
  void bytesOutsideOfTheValueAreNotTouched() {
    byte[] bytes = Carrier.encode(HAND, hand());
    byte[] around = new byte[bytes.length + 10];
    Arrays.fill(around, (byte) 0x55);
    System.arraycopy(bytes, 0, around, 4, bytes.length);
    byte[] before = around.clone();
    assertThat(HAND.decode(around, 4, bytes.length, Marshaller.NO_LANE))
        .usingRecursiveComparison()
        .isEqualTo(hand());
    assertThat(around).isEqualTo(before);
  }

  @Test
  void mutatedBytesCauseNothingButExceptions() {
    Random random = new Random(42);
    List<Marshaller> marshallers = List.of(HAND, ANY, OBJECT);
    Any any = new Any(new Card(Suit.HEARTS, 1, "x"), Arrays.asList("a", 5, null, List.of(1L)));
    List<byte[]> honest =
        List.of(
            Carrier.encode(HAND, hand()),
            Carrier.encode(ANY, any),
            Carrier.encode(OBJECT, Map.of("k", List.of(1, 2))));
    for (int round = 0; round < 6000; round++) {
      int which = round % marshallers.size();
      byte[] bytes = mutate(honest.get(which), random);
      try {
        decode(marshallers.get(which), bytes);
      } catch (RuntimeException e) {
        assertThat(e).isInstanceOf(IllegalArgumentException.class);
      } catch (Throwable t) {
        fail("round " + round, t);
      }
    }
    assertThat(roundTrip(HAND, hand())).usingRecursiveComparison().isEqualTo(hand());
    assertThat(roundTrip(ANY, any)).isEqualTo(any);
  }

  private static byte[] mutate(byte[] honest, Random random) {
    byte[] bytes = honest.clone();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] = (byte) random.nextInt();
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> bytes = Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length + 8));
        default -> {
          int to = random.nextInt(bytes.length);
          int length = Math.min(random.nextInt(8), bytes.length - Math.max(at, to));
          System.arraycopy(bytes, at, bytes, to, length);
        }
      }
    }
    return bytes;
  }

  @Test
  void classThatNobodyRegisteredIsNeitherLoadedNorMade() throws Exception {
    Class<?> trap = new ChildFirstLoader(TRAP).loadClass(TRAP);
    Object sprung = trap.getDeclaredConstructor().newInstance();
    Fory attacker = attacker();
    byte[] alone = payload(attacker, sprung);
    byte[] inList = payload(attacker, new ArrayList<>(List.of(sprung)));
    byte[] inArray = payload(attacker, new Object[] {sprung});
    assertThat(System.clearProperty(TRAP)).isEqualTo("sprung");

    ChildFirstLoader spy = new ChildFirstLoader(HostileBytesTest.class.getName());
    Class<?> spied = spy.loadClass(Plain.class.getName());
    Marshaller marshaller = bind(ForyCodec.builder().register(spied).build(), Object.class);
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(spy);
    try {
      for (byte[] bytes : List.of(alone, inList, inArray)) {
        assertThatThrownBy(() -> decode(marshaller, bytes))
            .isInstanceOf(IllegalArgumentException.class);
      }
    } finally {
      thread.setContextClassLoader(before);
    }
    assertThat(System.getProperty(TRAP)).isNull();
    assertThat(spy.asked).contains(Plain.class.getName()).noneMatch(name -> name.contains("Trap"));
  }

  @Test
  void whatForyKnowsButWeftDoesNotCarryIsRefused() throws Exception {
    Fory attacker = attacker();
    Runnable lambda = (Runnable & Serializable) () -> {};
    InvocationHandler handler = (InvocationHandler & Serializable) (p, m, a) -> "";
    Object proxy =
        Proxy.newProxyInstance(
            HostileBytesTest.class.getClassLoader(), new Class<?>[] {Greeter.class}, handler);
    for (Object gadget :
        new Object[] {
          lambda,
          proxy,
          String.class,
          Class[].class,
          new Class<?>[] {Runtime.class},
          new IllegalStateException("x"),
          new AtomicInteger(3),
          Pattern.compile("(a+)+"),
          new File("/etc/passwd"),
          URI.create("http://example.org").toURL(),
          ByteBuffer.allocate(10),
          Thread.State.NEW,
        }) {
      byte[] bytes;
      try {
        bytes = payload(attacker, gadget);
      } catch (RuntimeException e) {
        continue; // Fory itself will not write it.
      }
      assertThatThrownBy(() -> System.err.println(decode(OBJECT, bytes)))
          .as("%s", gadget)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static Fory attacker() {
    return Fory.builder()
        .withXlang(false)
        .withCompatible(true)
        .requireClassRegistration(false)
        .registerGuavaTypes(false)
        .serializeEnumByName(true)
        .build();
  }

  /** Weft's values lack Fory's first byte. */
  private static byte[] payload(Fory fory, Object value) {
    byte[] bytes = fory.serialize(value);
    return Arrays.copyOfRange(bytes, 1, bytes.length);
  }

  @Test
  void valueOfAnotherTypeIsNamed() {
    Marshaller numbers = bind(new Of<List<Integer>>() {}.type);
    byte[] words =
        Carrier.encode(bind(new Of<List<String>>() {}.type), new ArrayList<>(List.of("a")));
    assertThatThrownBy(() -> decode(numbers, words))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            Carrier.PATH
                + ": the java.util.List<java.lang.Integer> was expected, but a"
                + " java.util.ArrayList that holds a java.lang.String has come");
    byte[] text = Carrier.encode(bind(String.class), "x");
    assertThatThrownBy(() -> decode(bind(int.class), text))
        .hasMessage(Carrier.PATH + ": the int was expected, but a java.lang.String has come");
    byte[] nothing = Carrier.encode(bind(String.class), null);
    assertThatThrownBy(() -> decode(bind(int.class), nothing))
        .hasMessage(Carrier.PATH + ": the int was expected, but null has come");
    assertThat(decode(bind(Integer.class), nothing)).isNull();
    byte[] nested =
        Carrier.encode(
            bind(new Of<Map<String, List<String>>>() {}.type), Map.of("k", List.of("v")));
    assertThatThrownBy(() -> decode(bind(new Of<Map<String, List<Long>>>() {}.type), nested))
        .hasMessageContaining("holds a java.lang.String");
  }
}
