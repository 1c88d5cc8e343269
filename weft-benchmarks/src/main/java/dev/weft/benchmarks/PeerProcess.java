package dev.weft.benchmarks;

import java.io.IOException;
import java.util.List;

/** A peer's server in a process of its own. One thread. */
final class PeerProcess implements PeerHost {

  private final ChildProcess process;
  private final String address;

  private PeerProcess(ChildProcess process, String address) {
    this.process = process;
    this.address = address;
  }

  /**
   * Starts it, and waits until it listens.
   *
   * @throws java.io.UncheckedIOException when it does not
   */
  static PeerProcess start(String peer) throws IOException {
    ChildProcess process = ChildProcess.start(List.of(), PeerServer.class, List.of(peer));
    return new PeerProcess(process, process.answer());
  }

  @Override
  public String address() {
    return address;
  }

  @Override
  public Usage usage() {
    return Usage.parse(process.ask("usage"));
  }

  /** For tests. */
  ProcessHandle handle() {
    return process.handle();
  }

  /** Ends it, and waits for its end. */
  @Override
  public void close() throws InterruptedException {
    process.close();
  }
}
