package dev.weft.fory;

import static dev.weft.fory.Carrier.bind;
import static dev.weft.fory.Carrier.roundTrip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.weft.fory.Carrier.Of;
import dev.weft.spi.Marshaller;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.Stack;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.Vector;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@SuppressWarnings("JdkObsolete")
class JdkCollectionsTest {

  record Holder(
      @Nullable List<String> list,
      @Nullable Set<String> set,
      @Nullable Collection<String> collection,
      @Nullable Map<String, Integer> map) {}

  private static final Marshaller LIST = bind(new Of<List<String>>() {}.type);
  private static final Marshaller SET = bind(new Of<Set<String>>() {}.type);
  private static final Marshaller MAP = bind(new Of<Map<String, Integer>>() {}.type);
  private static final Marshaller COLLECTION = bind(new Of<Collection<String>>() {}.type);
  private static final Marshaller HOLDER = bind(Holder.class);

  private static final List<String> AB = List.of("a", "b");

  static Stream<Arguments> lists() {
    List<String> four = new ArrayList<>(List.of("x", "a", "b", "y"));
    return Stream.of(
        argumentSet("List.of()", List.of()),
        argumentSet("List.of(1)", List.of("a")),
        argumentSet("List.of(3)", List.of("a", "b", "c")),
        argumentSet("List.copyOf", List.copyOf(four)),
        argumentSet("List.of.subList", List.of("x", "a", "b", "y").subList(1, 3)),
        argumentSet("ArrayList", new ArrayList<>(AB)),
        argumentSet("LinkedList", new LinkedList<>(AB)),
        argumentSet("Vector", new Vector<>(AB)),
        argumentSet("CopyOnWriteArrayList", new CopyOnWriteArrayList<>(AB)),
        argumentSet("Arrays.asList", Arrays.asList("a", null)),
        argumentSet("ArrayList.subList", four.subList(1, 3)),
        argumentSet("LinkedList.subList", new LinkedList<>(four).subList(1, 3)),
        argumentSet("Arrays.asList.subList", Arrays.asList("x", "a", "b").subList(1, 3)),
        argumentSet("reversed", four.reversed()),
        argumentSet("LinkedList.reversed", new LinkedList<>(four).reversed()),
        argumentSet("List.of.reversed", List.of("a", "b", "c").reversed()),
        argumentSet("Stream.toList", Stream.of("a", "b", "c").toList()),
        argumentSet("Stream.toList with null", Stream.of("a", null, "c").toList()),
        argumentSet("Collectors.toList", Stream.of("a", "b").collect(Collectors.toList())),
        argumentSet("emptyList", Collections.emptyList()),
        argumentSet("singletonList", Collections.singletonList("a")),
        argumentSet("nCopies", Collections.nCopies(3, "a")),
        argumentSet("unmodifiableList", Collections.unmodifiableList(four)),
        argumentSet("unmodifiable LinkedList", Collections.unmodifiableList(new LinkedList<>(AB))),
        argumentSet("synchronizedList", Collections.synchronizedList(new ArrayList<>(AB))));
  }

  static Stream<Arguments> sets() {
    return Stream.of(
        argumentSet("Set.of()", Set.of()),
        argumentSet("Set.of(2)", Set.of("a", "b")),
        argumentSet("Set.of(3)", Set.of("a", "b", "c")),
        argumentSet("HashSet", new HashSet<>(AB)),
        argumentSet("LinkedHashSet", new LinkedHashSet<>(AB)),
        argumentSet("TreeSet", new TreeSet<>(AB)),
        argumentSet("ConcurrentSkipListSet", new ConcurrentSkipListSet<>(AB)),
        argumentSet("CopyOnWriteArraySet", new CopyOnWriteArraySet<>(AB)),
        argumentSet("emptySet", Collections.emptySet()),
        argumentSet("emptySortedSet", Collections.emptySortedSet()),
        argumentSet("singleton", Collections.singleton("a")),
        argumentSet("unmodifiableSet", Collections.unmodifiableSet(new HashSet<>(AB))),
        argumentSet("unmodifiableSortedSet", Collections.unmodifiableSortedSet(new TreeSet<>(AB))),
        argumentSet("synchronizedSet", Collections.synchronizedSet(new HashSet<>(AB))),
        argumentSet("Collectors.toSet", Stream.of("a").collect(Collectors.toSet())),
        argumentSet("newKeySet", filled(ConcurrentHashMap.newKeySet())),
        argumentSet("newSetFromMap", filled(Collections.newSetFromMap(new HashMap<>()))),
        argumentSet("keySet", new HashMap<>(Map.of("a", 1)).keySet()),
        argumentSet("LinkedHashMap.keySet", new LinkedHashMap<>(Map.of("a", 1)).keySet()),
        argumentSet("TreeMap.keySet", new TreeMap<>(Map.of("a", 1)).keySet()));
  }

  static Stream<Arguments> maps() {
    Map<String, Integer> map = Map.of("a", 1, "b", 2);
    return Stream.of(
        argumentSet("Map.of()", Map.of()),
        argumentSet("Map.of(1)", Map.of("a", 1)),
        argumentSet("Map.of(2)", map),
        argumentSet("Map.copyOf", Map.copyOf(new HashMap<>(map))),
        argumentSet("HashMap", new HashMap<>(map)),
        argumentSet("HashMap with nulls", withNulls()),
        argumentSet("LinkedHashMap", new LinkedHashMap<>(map)),
        argumentSet("TreeMap", new TreeMap<>(map)),
        argumentSet("TreeMap, reverse order", reversed(map)),
        argumentSet("ConcurrentHashMap", new ConcurrentHashMap<>(map)),
        argumentSet("ConcurrentSkipListMap", new ConcurrentSkipListMap<>(map)),
        argumentSet("Hashtable", new Hashtable<>(map)),
        argumentSet("emptyMap", Collections.emptyMap()),
        argumentSet("emptySortedMap", Collections.emptySortedMap()),
        argumentSet("singletonMap", Collections.singletonMap("a", 1)),
        argumentSet("unmodifiableMap", Collections.unmodifiableMap(new HashMap<>(map))),
        argumentSet("unmodifiableSortedMap", Collections.unmodifiableSortedMap(new TreeMap<>(map))),
        argumentSet("synchronizedMap", Collections.synchronizedMap(new HashMap<>(map))));
  }

  @Test
  void ofASetThatIsMadeFromAMapOnlyTheElementsAreSent() {
    Set<String> set = Collections.newSetFromMap(new TreeMap<>());
    set.addAll(AB);
    assertThat(roundTrip(SET, set)).isExactlyInstanceOf(LinkedHashSet.class).isEqualTo(set);
    assertThat(roundTrip(SET, Collections.newSetFromMap(Map.of()))).isEqualTo(Set.of());
  }

  @Test
  void listsOfTheSameLengthHaveNothingInCommon() {
    Marshaller nested = bind(new Of<List<List<String>>>() {}.type);
    List<List<String>> before = List.of(List.of("a", "b", "c"), List.of("d", "e", "f"), List.of());
    List<List<String>> after = Stream.of(before.get(1), null, before.get(0)).toList();
    Object first = roundTrip(nested, before);
    assertThat(roundTrip(nested, after)).isEqualTo(after);
    assertThat(first).isEqualTo(before);
    List<String> longer = Stream.iterate("x", text -> text + "x").limit(20).toList();
    assertThat(roundTrip(LIST, longer)).isEqualTo(longer);
  }

  @ParameterizedTest
  @MethodSource("lists")
  void listComesBackEqual(List<String> list) {
    assertThat(roundTrip(LIST, list)).isEqualTo(list);
    Holder holder = new Holder(list, null, list, null);
    assertThat(roundTrip(HOLDER, holder)).isEqualTo(holder);
  }

  @ParameterizedTest
  @MethodSource("sets")
  void setComesBackEqual(Set<String> set) {
    assertThat(roundTrip(SET, set)).isEqualTo(set);
    Holder holder = new Holder(null, set, set, null);
    assertThat(roundTrip(HOLDER, holder)).isEqualTo(holder);
  }

  @ParameterizedTest
  @MethodSource("maps")
  void mapComesBackEqual(Map<String, Integer> map) {
    assertThat(roundTrip(MAP, map)).isEqualTo(map);
    Holder holder = new Holder(null, null, null, map);
    assertThat(roundTrip(HOLDER, holder)).isEqualTo(holder);
  }

  @Test
  void queuesComeBackWithTheirElementsInOrder() {
    Marshaller queue = bind(new Of<Queue<String>>() {}.type);
    for (Queue<String> one :
        List.<Queue<String>>of(
            new ArrayDeque<>(AB),
            new LinkedList<>(AB),
            new PriorityQueue<>(AB),
            new ConcurrentLinkedQueue<>(AB),
            new ConcurrentLinkedDeque<>(AB),
            new LinkedBlockingDeque<>(AB))) {
      assertThat((Queue<?>) roundTrip(queue, one))
          .hasSameClassAs(one)
          .map(o -> (Object) o)
          .isEqualTo(AB);
    }
    assertThat((Deque<?>) roundTrip(new Of<Deque<String>>() {}.type, new ArrayDeque<>(AB)))
        .hasSize(2);
    Stack<String> stack = new Stack<>();
    stack.push("a");
    assertThat(roundTrip(new Of<Stack<String>>() {}.type, stack)).isEqualTo(stack);
  }

  @Test
  void valuesOfAMapArriveAsAList() {
    Collection<String> values = new LinkedHashMap<>(Map.of("k", "v")).values();
    assertThat(roundTrip(COLLECTION, values)).isEqualTo(List.of("v"));
    assertThat(roundTrip(COLLECTION, new TreeMap<>(Map.of("k", "v")).values()))
        .isEqualTo(List.of("v"));
    assertThat(roundTrip(COLLECTION, new ConcurrentHashMap<>(Map.of("k", "v")).values()))
        .isEqualTo(List.of("v"));
  }

  @Test
  void unmodifiableStaysUnmodifiable() {
    List<?> back = (List<?>) Objects.requireNonNull(roundTrip(LIST, List.of("a")));
    assertThatThrownBy(back::clear).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void sortedCollectionsKeepTheirOrder() {
    SortedSet<String> set = new TreeSet<>(Comparator.reverseOrder());
    set.addAll(AB);
    assertThat((SortedSet<?>) roundTrip(new Of<SortedSet<String>>() {}.type, set))
        .map(o -> (Object) o)
        .isEqualTo(List.of("b", "a"));
    SortedMap<String, Integer> map = reversed(Map.of("a", 1, "b", 2));
    SortedMap<?, ?> back =
        (SortedMap<?, ?>)
            Objects.requireNonNull(roundTrip(new Of<SortedMap<String, Integer>>() {}.type, map));
    assertThat(back.firstKey()).isEqualTo("b");
    assertThat(roundTrip(new Of<NavigableMap<String, Integer>>() {}.type, map)).isEqualTo(map);
  }

  @Test
  void enumCollectionsComeBackEqual() {
    Set<TimeUnit> set = EnumSet.of(TimeUnit.DAYS, TimeUnit.HOURS);
    assertThat(roundTrip(new Of<Set<TimeUnit>>() {}.type, set)).isEqualTo(set);
    assertThat(roundTrip(new Of<EnumSet<TimeUnit>>() {}.type, EnumSet.noneOf(TimeUnit.class)))
        .isEqualTo(EnumSet.noneOf(TimeUnit.class));
    Map<TimeUnit, String> map = new EnumMap<>(Map.of(TimeUnit.DAYS, "d"));
    assertThat(roundTrip(new Of<Map<TimeUnit, String>>() {}.type, map)).isEqualTo(map);
    assertThat(roundTrip(new Of<EnumMap<TimeUnit, String>>() {}.type, map)).isEqualTo(map);
  }

  @Test
  void collectionThatCannotBeMadeAnewIsRefusedWithAHint() {
    SortedMap<String, Integer> head = new TreeMap<>(Map.of("a", 1, "b", 2)).headMap("b");
    assertThatThrownBy(() -> Carrier.encode(MAP, head))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.util.TreeMap$AscendingSubMap cannot be sent")
        .hasMessageContaining("copy it into a usual collection");
  }

  private static Set<String> filled(Set<String> set) {
    set.addAll(AB);
    return set;
  }

  private static Map<String, @Nullable Integer> withNulls() {
    Map<@Nullable String, @Nullable Integer> map = new HashMap<>();
    map.put(null, 1);
    map.put("a", null);
    @SuppressWarnings("unchecked")
    Map<String, @Nullable Integer> declared = (Map<String, @Nullable Integer>) (Map<?, ?>) map;
    return declared;
  }

  private static SortedMap<String, Integer> reversed(Map<String, Integer> map) {
    SortedMap<String, Integer> reversed = new TreeMap<>(Comparator.reverseOrder());
    reversed.putAll(map);
    return reversed;
  }
}
