package dev.weft.benchmarks;

import dev.weft.benchmarks.RestingSide.MemoryUse;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What many connections cost while nobody calls, and while few do: a server in one process, all
 * clients in another.
 *
 * <p>Memory is what a connection adds to its side: objects on the heap that live, plus all that is
 * outside of the heap (which is committed and touched beforehand, so that the process grows only by
 * the rest).
 */
public final class Rest {

  private static final List<String> JVM_OPTIONS =
      List.of("-Xms512m", "-Xmx512m", "-XX:+AlwaysPreTouch");

  /** So many calls are made a second, on all connections together, in the second part. */
  private static final int CALLS_PER_SECOND = 1_000;

  /** Connections before the first measurement, so that what is made once is not counted. */
  private static final int WARM_UP_CONNECTIONS = 200;

  /** Below, in percent of a processor for both sides, they have come to rest. */
  private static final double SETTLED = 0.5;

  /** A side that does not come to rest is measured as it is. */
  private static final int SETTLING_SECONDS_MAX = 60;

  private final String peer;
  private final int connections;
  private final Duration pause;
  private final Duration length;

  /**
   * @param connections how many are added after the warm-up
   * @param pause how long nobody calls before the first part, at the least; when it is longer than
   *     a call may take, nothing is left to be done that the last ones began
   * @param length how long each part is
   */
  public Rest(String peer, int connections, Duration pause, Duration length) {
    this.peer = peer;
    this.connections = connections;
    this.pause = pause;
    this.length = length;
  }

  /** Prints the header of the table that {@link #run} adds to. */
  public static void printHeader(PrintWriter out) {
    out.printf(
        "%-18s %-8s %12s %12s %12s %10s %14s%n",
        "peer", "side", "heap KB", "outside KB", "together KB", "idle %", "1000 calls/s %");
    out.flush();
  }

  /**
   * Measures, and prints a line for each side: kilobytes per connection, and the part of one
   * processor that is used.
   */
  public void run(PrintWriter out) throws IOException, InterruptedException {
    try (ChildProcess server = ChildProcess.start(JVM_OPTIONS, RestingSide.class, List.of(peer))) {
      String address = server.answer();
      try (ChildProcess clients =
          ChildProcess.start(JVM_OPTIONS, RestingSide.class, List.of(peer, address))) {
        clients.answer();
        measure(server, clients, out);
      }
    }
  }

  private void measure(ChildProcess server, ChildProcess clients, PrintWriter out)
      throws InterruptedException {
    clients.ask("connect " + WARM_UP_CONNECTIONS);
    clients.ask("pace 1000 5000");
    MemoryUse serverBefore = MemoryUse.parse(server.ask("used"));
    MemoryUse clientsBefore = MemoryUse.parse(clients.ask("used"));
    clients.ask("connect " + connections);
    clients.ask("pace 1000 2000");
    MemoryUse serverUse = MemoryUse.parse(server.ask("used")).minus(serverBefore);
    MemoryUse clientsUse = MemoryUse.parse(clients.ask("used")).minus(clientsBefore);
    Thread.sleep(pause);
    settle(server, clients);
    double[] idle = processorShare(server, clients, () -> Thread.sleep(length));
    double[] busy =
        processorShare(
            server,
            clients,
            () -> clients.ask("pace " + CALLS_PER_SECOND + " " + length.toMillis()));
    print(out, "server", serverUse, idle[0], busy[0]);
    print(out, "clients", clientsUse, idle[1], busy[1]);
  }

  /** Compilers and collectors have something to do still, seconds after the last call. */
  private static void settle(ChildProcess server, ChildProcess clients)
      throws InterruptedException {
    for (int i = 0; i < SETTLING_SECONDS_MAX; i++) {
      double[] share = processorShare(server, clients, () -> Thread.sleep(Duration.ofSeconds(1)));
      if (share[0] + share[1] < SETTLED) {
        return;
      }
    }
  }

  private interface Part {
    void run() throws InterruptedException;
  }

  /** The server's, then the clients', in percent of one processor. */
  private static double[] processorShare(ChildProcess server, ChildProcess clients, Part part)
      throws InterruptedException {
    long begin = System.nanoTime();
    long serverBefore = Long.parseLong(server.ask("time"));
    long clientsBefore = Long.parseLong(clients.ask("time"));
    part.run();
    double nanos = System.nanoTime() - begin;
    return new double[] {
      100 * (Long.parseLong(server.ask("time")) - serverBefore) / nanos,
      100 * (Long.parseLong(clients.ask("time")) - clientsBefore) / nanos
    };
  }

  private void print(PrintWriter out, String side, MemoryUse use, double idle, double busy) {
    double heap = use.heapBytes() / 1024.0 / connections;
    double outside = use.residentBytes() / 1024.0 / connections;
    out.printf(
        Locale.ROOT,
        "%-18s %-8s %12.1f %12.1f %12.1f %10.2f %14.2f%n",
        peer,
        side,
        heap,
        outside,
        heap + outside,
        idle,
        busy);
    out.flush();
  }
}
