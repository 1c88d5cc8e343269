package dev.weft.reliability.failure;

import dev.weft.RpcClient;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What becomes of a scenario's calls, each under a number of its own: servers write down which they
 * have begun, callers how each ended; in the end, one is held against the other. Any thread.
 */
final class Ledger implements AutoCloseable {

  private final Journal begun;
  private final Journal ends;
  private final AtomicLong numbers = new AtomicLong();

  private Ledger(Journal begun, Journal ends) {
    this.begun = begun;
    this.ends = ends;
  }

  /** Room for so many calls. */
  static Ledger open(Stage stage, String scenario, long calls) throws IOException {
    Journal begun = stage.journal(scenario + "-begun", calls);
    try {
      return new Ledger(begun, stage.journal(scenario + "-ends", calls));
    } catch (IOException | RuntimeException e) {
      begun.close();
      throw e;
    }
  }

  /** For servers. */
  Journal begun() {
    return begun;
  }

  /** To call by this client. */
  Calls calls(RpcClient client) {
    return new Calls(client, ends, numbers);
  }

  /** So many calls have been made; the next one has this number. */
  long made() {
    return numbers.get();
  }

  /** When all is quiet. */
  Audit audit() {
    return Audit.of(made(), ends, begun);
  }

  @Override
  public void close() throws IOException {
    try (begun) {
      ends.close();
    }
  }
}
