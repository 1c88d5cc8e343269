package dev.weft.benchmarks;

import java.util.List;

/**
 * The process that {@link Start} times: a server, a client of it, and the answer to a first call.
 */
final class FirstCall {

  private FirstCall() {}

  /** Of the peer of this name. */
  public static void main(String[] args) {
    Peer peer = Peers.named(List.of(args)).getFirst();
    ChildProcess.run(questions -> {
      try (Peer.Server server = peer.serve();
          Peer.Client client = peer.connect(server.address())) {
        Turn.checkAnswer(client.call(1), 1);
        ChildProcess.say("answered");
      }
    });
  }
}
