package dev.weft.reliability.failure;

import dev.weft.RpcClient;
import java.time.Duration;

/**
 * What a client in this process holds on to while nobody calls, held against what it held before:
 * one that leaks holds more after each round. One thread.
 */
final class ClientUsage {

  private static final Duration SETTLING_MAX = Duration.ofSeconds(5);

  private final RpcClient client;
  private final int port;
  private final Usage before;
  private Usage now;

  /** Takes the measure of a client that has one connection, and calls nobody. */
  ClientUsage(RpcClient client, int port) {
    this.client = client;
    this.port = port;
    this.before = measure();
    this.now = before;
  }

  private Usage measure() {
    return Usage.now(client.pendingCalls(), client.stats().connections());
  }

  /** Waits until it is as it was; what is not so after some seconds, is a leak. */
  void check(Misses misses) throws InterruptedException {
    boolean same =
        Patience.until(
            SETTLING_MAX,
            () ->
                client.pendingCalls() == 0
                    && client.stats().connections() == before.connections()
                    && ends() <= 2L * before.connections());
    now = measure();
    if (!same || now.weftThreads() > before.weftThreads()) {
      misses.expectAtMost("open calls of the client", now.calls(), 0);
      misses.expectAtMost("its connections", now.connections(), before.connections());
      misses.expectAtMost("its threads", now.weftThreads(), before.weftThreads());
      misses.expectAtMost("ends of its established connections", ends(), 2L * before.connections());
    }
    misses.expectAtMost("descriptors of its process", now.descriptors(), before.descriptors());
  }

  /** Both ends are in this machine. */
  private int ends() {
    return Sockets.areListed() ? Sockets.established(port) : 0;
  }

  /** Such as {@code descriptors 31 > 31, weft threads 3 > 3}. */
  @Override
  public String toString() {
    return "client's descriptors "
        + before.descriptors()
        + " > "
        + now.descriptors()
        + ", threads "
        + before.weftThreads()
        + " > "
        + now.weftThreads();
  }
}
