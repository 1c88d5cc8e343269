package dev.weft.reliability.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.ConnectionEvent;
import dev.weft.RpcClient;
import dev.weft.RpcFunction;
import dev.weft.RpcServer;
import dev.weft.reliability.wire.WireBytes;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each attack in small, over real sockets, beside a client that behaves well. */
final class AttackTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Logger LOGGER = Logger.getLogger("dev.weft.server");

  private final List<String> logged = new CopyOnWriteArrayList<>();
  private final List<ConnectionEvent> events = new CopyOnWriteArrayList<>();
  private final Handler log =
      new Handler() {
        @Override
        public void publish(LogRecord logRecord) {
          logged.add(logRecord.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  private RpcServer server;
  private RpcClient client;
  private RpcFunction<String, String> echo;

  static List<String> attacks() {
    return Attacks.names();
  }

  @BeforeEach
  void start() {
    LOGGER.setUseParentHandlers(false);
    LOGGER.addHandler(log);
    server = AttackedServer.builder().listener(events::add).start();
    client = RpcClient.connect(server.address());
    echo = client.function(AttackedServer.ECHO, String.class, String.class);
    assertThat(echo.call("before")).isEqualTo("before");
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
    LOGGER.removeHandler(log);
    LOGGER.setUseParentHandlers(true);
  }

  private static void until(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited in vain: " + what).isLessThan(end);
      LockSupport.parkNanos(1_000_000);
    }
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void aGoodClientIsServedMeanwhileAndNothingRemains(String name) throws Exception {
    long begin = System.nanoTime();
    Thread attacking;
    try (Siege siege = Siege.small(server.address())) {
      Throwable[] failed = new Throwable[1];
      attacking =
          Thread.startVirtualThread(() -> {
            try {
              Attacks.named(name).run(siege);
            } catch (Throwable e) { // told below
              failed[0] = e;
            }
          });
      do {
        assertThat(echo.call("meanwhile", PATIENCE)).isEqualTo("meanwhile");
      } while (attacking.isAlive());
      attacking.join();
      assertThat(failed[0]).isNull();
    }
    until("only the good client is left", () -> server.stats().connections() == 1);
    until("nothing runs", () -> server.stats().openCalls() == 0);
    assertThat(echo.call("after", PATIENCE)).isEqualTo("after");
    long seconds = 1 + (System.nanoTime() - begin) / 1_000_000_000;
    // Some kinds of lines, each at most once a second.
    assertThat(logged.size()).isLessThan((int) (8 * (seconds + 1)));
  }

  @Test
  void brokenBlocksAndLengthsEndTheirConnectionAtOnce() throws IOException {
    try (Siege siege = Siege.small(server.address())) {
      for (byte[] block : BadBytes.Lengths.brokenBlocks()) {
        HostileConnection connection = siege.greeted();
        connection.write(block);
        assertThat(connection.awaitClosed()).isTrue();
      }
    }
  }

  @Test
  void twoCallsOfOneIdAndAnswersOfAClientEndItsConnection() throws IOException {
    try (Siege siege = Siege.small(server.address())) {
      HostileConnection twice = siege.greeted();
      twice.writeBlock(WireBytes.method(0, AttackedServer.NEVER));
      twice.writeBlock(WireBytes.request(5, 0, 0));
      twice.writeBlock(WireBytes.request(5, 0, 0));
      assertThat(twice.awaitClosed()).isTrue();
      HostileConnection answers = siege.greeted();
      byte[] answer = new WireBytes().varint(3).write(1).toByteArray();
      answers.writeBlock(new WireBytes().frame(WireBytes.RESPONSE, answer).toByteArray());
      assertThat(answers.awaitClosed()).isTrue();
    }
  }

  @Test
  void noObjectOfAClassOutsideOfTheServiceReachesAHandler() throws Exception {
    int foreign = BadPayloads.ForeignClasses.payloads().size();
    assertThat(foreign).isGreaterThan(4);
    try (Siege siege = Siege.small(server.address())) {
      Attacks.named("foreign-classes").run(siege);
      // Whatever the connection has carried, when it is closed.
    }
    until("only the good client is left", () -> server.stats().connections() == 1);
    assertThat(server.stats().methods().get(AttackedServer.ANY).succeeded()).isZero();
    assertThat(server.stats().methods().get(AttackedServer.ANY).failed()).isPositive();
  }
}
