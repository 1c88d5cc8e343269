package dev.weft.reliability.attack;

import dev.weft.reliability.attack.AttackRun.Calls;
import dev.weft.reliability.attack.AttackRun.Memory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Runs attacks of the full size: the server in a process of its own with little memory, the attack
 * in another, the good client in this one. One thread.
 *
 * <p>The attacker's process is given only the processor time that the others leave (by {@code
 * chrt}, or else {@code nice}, where there is one): a real one would have a machine of its own. Not
 * quite: Linux gives idle processes a thousandth, in slices of a millisecond, and a 99th percentile
 * sees that. With this process at real-time priority, which the server's inherits, they get nothing
 * but what is left.
 */
public final class Defence {

  private static final List<String> SERVER_FLAGS =
      List.of("-Xmx256m", "-XX:+ExitOnOutOfMemoryError");

  /** What a process is started with that is to stay behind all others; the best first. */
  private static final List<List<String>> LAST =
      List.of(List.of("/usr/bin/chrt", "--idle", "0"), List.of("/usr/bin/nice", "-n", "19"));

  /**
   * Before either measurement. With as many processors as the compilers of the three JVMs would
   * like to have, what is compiled in the first seconds is most of the 99th percentile.
   */
  private static final Duration WARM_UP = Duration.ofSeconds(10);

  private static final Duration LOOK = Duration.ofMillis(200);

  private Defence() {}

  /**
   * Runs one.
   *
   * @param length how long the good client is measured, alone and then during the attack
   */
  public static AttackRun run(Attack attack, Duration length)
      throws IOException, InterruptedException {
    try (Child server = Child.start(List.of(), SERVER_FLAGS, AttackedServer.class)) {
      String address = server.readLine();
      if (address == null) {
        throw new IOException("the server has not started: " + server.firstLogged());
      }
      try (GoodClient client = new GoodClient(address)) {
        client.callUntil(System.nanoTime() + WARM_UP.toNanos());
        Calls quiet = client.callUntil(System.nanoTime() + length.toNanos());
        return attack(attack, length, server, address, client, quiet);
      }
    }
  }

  private static AttackRun attack(
      Attack attack, Duration length, Child server, String address, GoodClient client, Calls quiet)
      throws IOException, InterruptedException {
    long linesBefore = server.logLines();
    try (Child attacker =
        Child.start(
            behindAllOthers(),
            List.of("-Xmx512m"),
            Attacker.class,
            address,
            attack.name(),
            Long.toString(length.plus(WARM_UP).toSeconds()))) {
      if (attacker.readLine() == null) {
        throw new IOException("the attack has not begun: " + attacker.firstLogged());
      }
      long warm = System.nanoTime() + WARM_UP.toNanos();
      long end = warm + length.toNanos();
      FutureTask<Calls> calling =
          new FutureTask<>(() -> {
            Calls cold = client.callUntil(warm);
            return client.callUntil(end).withFailuresOf(cold);
          });
      Thread.ofPlatform().daemon().start(calling);
      Memory most = watch(server, end);
      Calls attacked = get(calling);
      boolean alive = server.isAlive() && server.ask() != null;
      return new AttackRun(
          attack.name(),
          quiet,
          attacked,
          most,
          server.logLines() - linesBefore,
          alive,
          alive ? "" : server.firstLogged());
    }
  }

  private static List<String> behindAllOthers() {
    return LAST.stream()
        .filter(command -> Files.isExecutable(Path.of(command.getFirst())))
        .findFirst()
        .orElse(List.of());
  }

  private static Memory watch(Child server, long endNanos) throws InterruptedException {
    Memory most = new Memory(0, 0, 0, 0);
    while (System.nanoTime() - endNanos < 0) {
      String answer = server.ask();
      if (answer != null) {
        most = AttackedServer.larger(most, AttackedServer.parse(answer));
      }
      Thread.sleep(LOOK);
    }
    return most;
  }

  private static Calls get(FutureTask<Calls> calling) throws InterruptedException {
    try {
      return calling.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the good client cannot even call", e.getCause());
    }
  }
}
