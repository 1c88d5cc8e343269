package dev.weft.reliability.simulation;

import dev.weft.OverflowPolicy;
import dev.weft.testing.FaultyLink.Fault;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * What a seed makes of a cluster: how large it is, its limits, and what befalls it. Each seed has
 * some features only: what is always there would hide what happens without it.
 *
 * @param storm how long faults, crashes and new calls go on
 * @param grainNanos what durations are multiples of: coarse ones make things coincide
 * @param calm nothing fails and nobody crashes, servers are only replaced: then every call is
 *     answered
 */
record Plan(
    int servers,
    int clients,
    int callers,
    int callsOfCaller,
    Duration storm,
    long grainNanos,
    boolean calm,
    Set<Fault> faults,
    Duration faultInterval,
    boolean crashes,
    ClientPlan client,
    ServerPlan server,
    boolean compression,
    boolean interceptors) {

  /** How clients are built. */
  record ClientPlan(
      int connections,
      int openCallsMax,
      long openBytesMax,
      OverflowPolicy overflow,
      Duration flushDelay,
      Duration connectTimeout,
      Duration backoffFirst,
      Duration backoffMax,
      Duration heartbeat) {}

  /** How servers are built. */
  record ServerPlan(
      int runningCallsMax,
      int runningCallsPerConnectionMax,
      int runningCallsOfPlainMax,
      int waitingCallsMax,
      Duration slowClientTimeout,
      Duration handshakeTimeout,
      long runningBytesMax,
      long pendingResponseBytesMax) {}

  /** The most bytes of a message. */
  static final int MESSAGE_BYTES_MAX = 200_000;

  /** The longest that a deaf handler takes, or a slow one. */
  static final Duration SLOW_MAX = Duration.ofMillis(40);

  private static final int BYTES_ENOUGH = 1 << 26;

  /** What chance says. */
  static Plan of(RandomGenerator random) {
    boolean calm = random.nextInt(8) == 0;
    Set<Fault> faults = calm ? EnumSet.noneOf(Fault.class) : faults(random);
    return new Plan(
        1 + random.nextInt(2),
        1 + random.nextInt(3),
        1 + random.nextInt(4),
        2 + random.nextInt(14),
        Duration.ofMillis(20 + random.nextInt(300)),
        one(random, List.of(1L, 1_000_000L, 5_000_000L)),
        calm,
        faults,
        Duration.ofMillis(2 + random.nextInt(80)),
        random.nextInt(3) > 0,
        client(random, calm),
        server(random, calm),
        random.nextInt(6) == 0,
        random.nextInt(5) == 0);
  }

  private static Set<Fault> faults(RandomGenerator random) {
    Set<Fault> faults = EnumSet.noneOf(Fault.class);
    for (Fault fault : Fault.values()) {
      if (random.nextInt(fault == Fault.CORRUPT ? 10 : 2) == 0) {
        faults.add(fault);
      }
    }
    return faults;
  }

  private static ClientPlan client(RandomGenerator random, boolean calm) {
    OverflowPolicy overflow = one(random, List.of(OverflowPolicy.values()));
    return new ClientPlan(
        one(random, List.of(1, 1, 2, 3)),
        calm ? 1000 : one(random, List.of(1, 2, 4, 16, 64, 1000)),
        calm ? BYTES_ENOUGH : one(random, List.of(1 << 18, 1 << 20, BYTES_ENOUGH)),
        overflow,
        random.nextInt(5) == 0 ? Duration.ofNanos(1 + random.nextInt(2_000_000)) : Duration.ZERO,
        Duration.ofMillis(5 + random.nextInt(100)),
        Duration.ofMillis(1 + random.nextInt(5)),
        Duration.ofMillis(10 + random.nextInt(50)),
        Duration.ofMillis(calm ? 500 : 5 + random.nextInt(100)));
  }

  private static ServerPlan server(RandomGenerator random, boolean calm) {
    int running = calm ? 1000 : one(random, List.of(1, 2, 4, 16, 1000));
    int perConnection =
        calm || random.nextBoolean() ? Integer.MAX_VALUE : one(random, List.of(1, 2, 8));
    return new ServerPlan(
        running,
        perConnection,
        calm || random.nextInt(3) > 0 ? 1000 : one(random, List.of(1, 3)),
        calm ? 1000 : one(random, List.of(0, 1, 4, 32, 1000)),
        Duration.ofMillis(20 + random.nextInt(100)),
        Duration.ofMillis(10 + random.nextInt(100)),
        calm ? BYTES_ENOUGH : one(random, List.of(1 << 18, 1 << 20, BYTES_ENOUGH)),
        calm ? BYTES_ENOUGH : one(random, List.of(1 << 16, 1 << 20, BYTES_ENOUGH)));
  }

  private static <T> T one(RandomGenerator random, List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  /** A duration up to about the longest, but not zero. */
  Duration upTo(RandomGenerator random, Duration longest) {
    return Duration.ofNanos(grainNanos * (1 + random.nextLong(1 + longest.toNanos() / grainNanos)));
  }

  /** How long a call takes at the most, if it says nothing else. */
  Duration timeoutMax() {
    return calm ? Duration.ofSeconds(30) : Duration.ofMillis(300);
  }

  /** When all is well again after the last fault, at the latest. */
  Duration recovery() {
    return client
        .heartbeat()
        .multipliedBy(4)
        .plus(client.backoffMax())
        .plus(client.connectTimeout())
        .plus(server.handshakeTimeout())
        .plus(server.slowClientTimeout())
        .plus(SLOW_MAX)
        .plusMillis(200);
  }

  /** So many calls of one client can be open and begun at a time, and none is refused. */
  int capacity() {
    int running =
        Math.min(
            server.runningCallsMax(),
            Math.min(server.runningCallsPerConnectionMax(), server.runningCallsOfPlainMax()));
    return Math.min(64, Math.min(client.openCallsMax(), running + server.waitingCallsMax()));
  }
}
