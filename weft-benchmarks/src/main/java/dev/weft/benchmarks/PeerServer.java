package dev.weft.benchmarks;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The process that {@link PeerProcess} starts. */
final class PeerServer {

  /** What its own lines begin with: some libraries print, too. */
  static final String MARK = "weft-race ";

  private PeerServer() {}

  /** Serves the peer of this name until the input ends. */
  public static void main(String[] args) throws Exception {
    PrintStream out = System.out;
    try (Peer.Server server = Peers.named(List.of(args)).getFirst().serve();
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      out.println(MARK + server.address());
      out.flush();
      while (in.readLine() != null) {
        out.println(MARK + Usage.ofThisProcess(server.traffic()).line());
        out.flush();
      }
    } finally {
      // Some libraries leave threads behind.
      Runtime.getRuntime().halt(0);
    }
  }
}
