package dev.weft.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.spi.TransportChannel;
import dev.weft.spi.TransportListener;
import dev.weft.testing.FaultyLink.Fault;
import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FaultyLinkTest {

  private static final URI ADDRESS = URI.create("mem:far");
  private static final int BYTES = 2_000;
  private static final Duration PAUSE = Duration.ofMillis(15);
  private static final int ROUNDS = 11;

  /** What came of sending some bytes, again and again, and the faults there were. */
  private record Told(
      List<String> outcomes, Map<Fault, Long> faults, Duration elapsed, long hash) {}

  private static Told told(long seed, Set<Fault> faults) throws Exception {
    List<String> outcomes = new ArrayList<>();
    Map<Fault, Long> counts = new EnumMap<>(Fault.class);
    Simulation simulation = new Simulation(seed);
    simulation.run(inside -> {
      FaultyLink link = new FaultyLink(inside, faults, Duration.ofMillis(20));
      TransportListener listener = link.listen(ADDRESS);
      inside.start("accepting", any -> echoAll(any, listener));
      for (int i = 1; i < ROUNDS; i++) {
        outcomes.add(outcome(inside, link));
      }
      link.heal();
      outcomes.add(outcome(inside, link));
      listener.close();
      counts.putAll(link.counts());
    });
    return new Told(outcomes, counts, simulation.elapsed(), simulation.traceHash());
  }

  private static void echoAll(Simulation simulation, TransportListener listener) {
    try {
      for (; ; ) {
        TransportChannel channel = listener.accept();
        simulation.start("echo", any -> echo(channel));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private static void echo(TransportChannel channel) {
    ByteBuffer buffer = ByteBuffer.allocate(300);
    try (channel) {
      while (channel.read(buffer.clear()) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
      }
    } catch (IOException e) {
      // Cut.
    }
  }

  private static String outcome(Simulation simulation, FaultyLink link)
      throws InterruptedException {
    byte[] bytes = "wefts".repeat(BYTES / 5).getBytes(US_ASCII);
    ByteBuffer answer = ByteBuffer.allocate(BYTES);
    try (TransportChannel channel = link.connect(ADDRESS, Duration.ofMillis(30))) {
      ByteBuffer request = ByteBuffer.wrap(bytes);
      while (request.hasRemaining()) {
        channel.write(request);
      }
      simulation.sleep(PAUSE);
      while (answer.hasRemaining()) {
        if (channel.read(answer) < 0) {
          throw new EOFException("the end, after " + answer.position());
        }
      }
    } catch (IOException e) {
      return "failed";
    }
    return Arrays.equals(answer.array(), bytes) ? "same" : "changed";
  }

  @Test
  void linkWithoutFaultsWorksAtOnce() throws Exception {
    for (long seed = 0; seed < 20; seed++) {
      Told told = told(seed, EnumSet.noneOf(Fault.class));
      assertThat(told.outcomes()).hasSize(ROUNDS).containsOnly("same");
      assertThat(told.faults()).isEmpty();
      assertThat(told.elapsed()).isEqualTo(PAUSE.multipliedBy(ROUNDS));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = "STALL") // for good, without anybody who minds
  void eachFaultDoesWhatItSaysAndHeals(Fault fault) throws Exception {
    Set<String> seen = new TreeSet<>();
    Duration elapsed = Duration.ZERO;
    long faults = 0;
    for (long seed = 0; seed < 30; seed++) {
      Told told = told(seed, EnumSet.of(fault));
      seen.addAll(told.outcomes());
      elapsed = elapsed.plus(told.elapsed());
      faults += told.faults().getOrDefault(fault, 0L);
      assertThat(told.outcomes().getLast()).isEqualTo("same");
      assertThat(told(seed, EnumSet.of(fault))).isEqualTo(told);
    }
    assertThat(faults).isPositive();
    switch (fault) {
      case SPLIT -> assertThat(seen).containsExactly("same");
      case DELAY -> {
        assertThat(seen).containsExactly("same");
        assertThat(elapsed).isGreaterThan(PAUSE.multipliedBy(30 * ROUNDS));
      }
      case CORRUPT -> assertThat(seen).containsExactly("changed", "same");
      case HALF_CLOSE, CUT, REFUSE -> assertThat(seen).containsExactly("failed", "same");
      case STALL -> throw new AssertionError("excluded");
    }
  }

  @Test
  void stallsEndWithTheHealing() throws Exception {
    new Simulation(3)
        .run(inside -> {
          FaultyLink link = new FaultyLink(inside, EnumSet.of(Fault.STALL), Duration.ofMillis(1));
          TransportListener listener = link.listen(ADDRESS);
          inside.start("accepting", any -> echoAll(any, listener));
          TransportChannel channel = link.connect(ADDRESS, Duration.ofSeconds(1));
          inside.sleep(Duration.ofSeconds(1));
          assertThat(link.counts().get(Fault.STALL)).isGreaterThan(10);
          link.heal();
          channel.write(ByteBuffer.wrap(new byte[] {7}));
          ByteBuffer answer = ByteBuffer.allocate(1);
          assertThat(channel.read(answer)).isEqualTo(1);
          channel.close();
          listener.close();
          inside.sleep(Duration.ofSeconds(1));
          assertThat(inside.waitingTasks()).isZero();
          assertThat(link.channels()).hasSize(2).noneMatch(FaultyChannel::isOpen);
        });
  }

  @Test
  void nobodyListensWhereNobodyDoes() throws Exception {
    new Simulation(4)
        .run(inside -> {
          FaultyLink link =
              new FaultyLink(inside, EnumSet.noneOf(Fault.class), Duration.ofSeconds(1));
          assertThatThrownBy(() -> link.connect(ADDRESS, Duration.ofSeconds(1)))
              .hasMessageContaining("nobody listens");
        });
  }
}
