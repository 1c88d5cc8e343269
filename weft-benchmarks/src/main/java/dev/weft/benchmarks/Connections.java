package dev.weft.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** Clients that are closed together. */
final class Connections implements AutoCloseable {

  private final List<Peer.Client> clients = new ArrayList<>();

  void add(Peer.Client client) throws Exception {
    clients.add(client);
    // Some libraries connect with the first call only.
    Turn.checkAnswer(client.call(1), 1);
  }

  List<Peer.Client> clients() {
    return clients;
  }

  /** Closes all, whatever becomes of the others. */
  @Override
  public void close() throws Exception {
    Exception first = null;
    for (Peer.Client client : clients) {
      try {
        client.close();
      } catch (Exception e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
