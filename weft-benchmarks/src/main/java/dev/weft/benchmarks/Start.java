package dev.weft.benchmarks;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How long it takes from the start of a JVM to the answer to the first call, with server and client
 * in that JVM. The peers take turns, so that what else the machine does befalls all.
 */
public final class Start {

  private final List<String> peers;
  private final int rounds;

  /**
   * @param rounds how often each peer is started, after once that does not count
   */
  public Start(List<String> peers, int rounds) {
    this.peers = List.copyOf(peers);
    this.rounds = rounds;
  }

  /** Measures, and prints a line for each peer: least, median and most, in milliseconds. */
  public void run(PrintWriter out) throws IOException, InterruptedException {
    List<List<Double>> millis = new ArrayList<>();
    peers.forEach(peer -> millis.add(new ArrayList<>()));
    for (int round = -1; round < rounds; round++) {
      for (int i = 0; i < peers.size(); i++) {
        double took = firstCall(peers.get(i));
        if (round >= 0) {
          millis.get(i).add(took);
        }
      }
    }
    out.printf("%-18s %10s %10s %10s%n", "peer", "least ms", "median ms", "most ms");
    for (int i = 0; i < peers.size(); i++) {
      List<Double> sorted = millis.get(i).stream().sorted().toList();
      out.printf(
          Locale.ROOT,
          "%-18s %10.0f %10.0f %10.0f%n",
          peers.get(i),
          sorted.getFirst(),
          sorted.get(sorted.size() / 2),
          sorted.getLast());
    }
    out.flush();
  }

  private static double firstCall(String peer) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    try (ChildProcess process = ChildProcess.start(List.of(), FirstCall.class, List.of(peer))) {
      process.answer();
      return (System.nanoTime() - begin) / 1e6;
    }
  }
}
