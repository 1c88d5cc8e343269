package dev.weft.fory;

import static dev.weft.fory.Carrier.bind;
import static dev.weft.fory.Carrier.roundTrip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.fory.Carrier.Of;
import dev.weft.spi.Marshaller;
import dev.weft.spi.Payload;
import dev.weft.spi.ValueType;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LoomPoolTest {

  record Point(int x, int y, String label) {}

  record Path(List<Point> points, Map<String, Point> names) {}

  record Untouched(int x) {}

  record Untold(int x) {}

  record Quiet(int x) {}

  record Knot(@Nullable List<Knot> knots) {}

  private static TypeSet types(Class<?>... types) {
    TreeMap<String, Class<?>> classes = new TreeMap<>();
    for (Class<?> type : types) {
      classes.put(type.getName(), type);
    }
    return new TypeSet(classes, Map.of());
  }

  @Test
  void equalSetsOfTypesShareOnePool() {
    assertThat(LoomPool.of(types(Point.class))).isSameAs(LoomPool.of(types(Point.class)));
    assertThat(LoomPool.of(types(Point.class, Path.class)))
        .isNotSameAs(LoomPool.of(types(Point.class)));
    assertThat(LoomPool.of(types())).isSameAs(LoomPool.of(types()));
  }

  @Test
  void loomsAreLentToOneAtATimeAndUsedAgain() {
    LoomPool pool = LoomPool.of(types(Point.class));
    List<Loom> lent = new ArrayList<>();
    for (int i = 0; i < LoomPool.LOOMS_MAX + 3; i++) {
      lent.add(pool.borrow(Marshaller.NO_LANE));
    }
    assertThat(new HashSet<>(lent)).hasSize(LoomPool.LOOMS_MAX + 3);
    assertThat(pool.size()).isEqualTo(LoomPool.LOOMS_MAX);
    assertThat(lent).filteredOn(loom -> loom.home < 0).hasSize(3);
    lent.forEach(pool::giveBack);
    Set<Loom> again = new HashSet<>();
    for (int i = 0; i < LoomPool.LOOMS_MAX; i++) {
      again.add(pool.borrow(Marshaller.NO_LANE));
    }
    assertThat(lent).containsAll(again);
    again.forEach(pool::giveBack);
  }

  @Test
  void manyVirtualThreadsGetTheirOwnValuesBack() throws Exception {
    Marshaller paths = bind(Path.class);
    Marshaller words = bind(new Of<List<String>>() {}.type);
    List<Future<?>> futures = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int t = 0; t < 500; t++) {
        int seed = t;
        futures.add(
            threads.submit(() -> {
              for (int i = 0; i < 40; i++) {
                Point point = new Point(seed, i, "p" + seed);
                Path path = new Path(List.of(point, point), Map.of("k" + i, point));
                assertThat(roundTrip(paths, path)).isEqualTo(path);
                List<String> list = List.of("w" + seed, "w" + i);
                assertThat(roundTrip(words, list)).isEqualTo(list);
                Thread.yield();
              }
            }));
      }
      for (Future<?> future : futures) {
        future.get(60, TimeUnit.SECONDS);
      }
    }
  }

  @Test
  void interruptedThreadWaitsForTheWarmUpAndStaysInterrupted() {
    Thread.currentThread().interrupt();
    Object back = roundTrip(Untouched.class, new Untouched(3));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(back).isEqualTo(new Untouched(3));
  }

  @Test
  void aLoomWritesBehindWhatIsThereAndKeepsNothing() {
    LoomPool pool = LoomPool.of(types(Point.class));
    Loom loom = pool.borrow(Marshaller.NO_LANE);
    try {
      Payload payload = new Payload();
      payload.write(7);
      loom.write("x".repeat(1 << 20), payload);
      assertThat(payload.array()[0]).isEqualTo((byte) 7);
      assertThat(loom.read(payload.array(), 1, payload.length() - 1))
          .isEqualTo("x".repeat(1 << 20));
      Payload other = new Payload();
      loom.write(new Point(1, 2, "small"), other);
      assertThat(other.capacity()).isLessThan(1000);
    } finally {
      pool.giveBack(loom);
    }
  }

  @Test
  void eachLaneSoonHasALoomOfItsOwn() {
    LoomPool pool = LoomPool.of(types(Untold.class));
    Set<Loom> first = new HashSet<>();
    for (int lane = 0; lane < LoomPool.LANES; lane++) {
      int asked = lane;
      pool.giveBack(pool.borrow(asked));
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
      Loom own = null;
      while (own == null) {
        assertThat(System.nanoTime()).isLessThan(end);
        Loom lent = pool.borrow(asked);
        pool.giveBack(lent);
        own = lent.home == LoomPool.LOOMS_MAX + asked ? lent : null;
        Thread.yield(); // it is made in the background
      }
      first.add(own);
    }
    assertThat(first).hasSize(LoomPool.LANES);
    Loom again = pool.borrow(LoomPool.LANES);
    assertThat(again.home).as("lanes of equal remainder share").isEqualTo(LoomPool.LOOMS_MAX);
    Loom other = pool.borrow(0);
    assertThat(other.home).as("a lane that is busy has others").isLessThan(LoomPool.LOOMS_MAX);
    pool.giveBack(again);
    pool.giveBack(other);
  }

  @Test
  void loomThatBrokeDownIsMadeAnew() {
    Marshaller marshaller = bind(Knot.class);
    List<Knot> knots = new ArrayList<>();
    Knot knot = new Knot(knots);
    knots.add(knot);
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(() -> Carrier.encode(marshaller, knot))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              Carrier.PATH
                  + ": the dev.weft.fory.LoomPoolTest$Knot cannot be encoded: its objects form a"
                  + " cycle, or are nested too deep");
      assertThat(roundTrip(marshaller, new Knot(List.of(new Knot(null)))))
          .isEqualTo(new Knot(List.of(new Knot(null))));
    }
  }

  @Test
  void nothingIsPrinted() {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(printed, true, StandardCharsets.UTF_8);
    System.setOut(stream);
    System.setErr(stream);
    try {
      Marshaller marshaller = bind(Quiet.class);
      assertThat(roundTrip(marshaller, new Quiet(1))).isEqualTo(new Quiet(1));
      assertThatThrownBy(() -> marshaller.decode(new byte[] {1, 2, 3}, 0, 3, Marshaller.NO_LANE))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(
              () -> new ForyCodec().bind(List.of(new ValueType("a.b: result", Thread.class))))
          .isInstanceOf(IllegalArgumentException.class);
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
  }
}
