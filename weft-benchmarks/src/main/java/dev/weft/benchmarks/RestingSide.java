package dev.weft.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * One of the two processes of {@link Rest}: a server, or many clients of one. Asked line by line:
 *
 * <pre>
 *   connect N        opens so many connections more and makes a call on each
 *   pace RATE MILLIS makes so many calls a second, so long, on one connection after the other
 *   used             tells what {@link MemoryUse} knows, and the processor time
 *   time             tells the processor time, in nanoseconds
 * </pre>
 */
final class RestingSide {

  private final Peer peer;
  private final String address;
  private final List<Peer.Client> clients = new ArrayList<>();

  private RestingSide(Peer peer, String address) {
    this.peer = peer;
    this.address = address;
  }

  /** {@code PEER} serves, {@code PEER ADDRESS} is a client. Until the input ends. */
  public static void main(String[] args) {
    Peer peer = Peers.named(List.of(args[0])).getFirst();
    ChildProcess.run(questions -> {
      if (args.length > 1) {
        ChildProcess.say("ready");
        new RestingSide(peer, args[1]).answer(questions);
      } else {
        try (Peer.Server server = peer.serve()) {
          ChildProcess.say(server.address());
          new RestingSide(peer, server.address()).answer(questions);
        }
      }
    });
  }

  private void answer(BufferedReader in) throws Exception {
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] words = line.split(" ", -1);
      ChildProcess.say(
          switch (words[0]) {
            case "connect" -> connect(Integer.parseInt(words[1]));
            case "pace" -> pace(Integer.parseInt(words[1]), Long.parseLong(words[2]));
            case "used" -> MemoryUse.now().line();
            case "time" -> Long.toString(processorNanos());
            default -> throw new IllegalArgumentException(line);
          });
    }
  }

  private String connect(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      Peer.Client client = peer.connect(address);
      Turn.checkAnswer(client.call(1), 1);
      clients.add(client);
    }
    return "connected";
  }

  private String pace(int perSecond, long millis) throws Exception {
    long begin = System.nanoTime();
    long calls = perSecond * millis / 1000;
    for (int i = 0; i < calls; i++) {
      long early = begin + i * 1_000_000_000L / perSecond - System.nanoTime();
      if (early > 0) {
        LockSupport.parkNanos(early);
      }
      Turn.checkAnswer(clients.get(i % clients.size()).call(i), i);
    }
    return Long.toString(System.nanoTime() - begin);
  }

  private static long processorNanos() {
    return Usage.ofThisProcess(Traffic.UNKNOWN).cpuNanos();
  }

  /**
   * What a process keeps, garbage aside.
   *
   * @param heapBytes of objects
   * @param residentBytes of everything that is in memory, the heap with all its empty space, too
   */
  record MemoryUse(long heapBytes, long residentBytes) {

    /** Collects the garbage first. */
    @SuppressWarnings("SystemGcCall") // what is garbage does not count
    static MemoryUse now() throws IOException {
      for (int i = 0; i < 3; i++) {
        System.gc();
      }
      return new MemoryUse(
          ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(), resident());
    }

    private static long resident() throws IOException {
      String line =
          Files.readAllLines(Path.of("/proc/self/status")).stream()
              .filter(each -> each.startsWith("VmRSS:"))
              .findFirst()
              .orElseThrow();
      return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
    }

    MemoryUse minus(MemoryUse other) {
      return new MemoryUse(heapBytes - other.heapBytes, residentBytes - other.residentBytes);
    }

    /** One line, for {@link #parse}. */
    String line() {
      return heapBytes + " " + residentBytes;
    }

    /** What {@link #line} has written. */
    static MemoryUse parse(String line) {
      String[] words = line.split(" ", -1);
      return new MemoryUse(Long.parseLong(words[0]), Long.parseLong(words[1]));
    }
  }
}
