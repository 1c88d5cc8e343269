package dev.weft.benchmarks;

import java.util.List;

/**
 * The process that {@link PeerProcess} starts: every line that it is sent asks what it has used.
 */
final class PeerServer {

  private PeerServer() {}

  /** Serves the peer of this name until the input ends. */
  public static void main(String[] args) {
    ChildProcess.run(questions -> {
      try (Peer.Server server = Peers.named(List.of(args)).getFirst().serve()) {
        ChildProcess.say(server.address());
        while (questions.readLine() != null) {
          ChildProcess.say(Usage.ofThisProcess(server.traffic()).line());
        }
      }
    });
  }
}
