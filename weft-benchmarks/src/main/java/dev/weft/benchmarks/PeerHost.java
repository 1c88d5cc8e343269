package dev.weft.benchmarks;

/** Where a peer's server runs. */
interface PeerHost extends AutoCloseable {

  /** Where it listens, in the words of its library. */
  String address();

  /** What it has used so far, beyond what this process has. */
  Usage usage();

  /** In this process, so that only its traffic is to be asked for. */
  static PeerHost here(Peer peer) throws Exception {
    Peer.Server server = peer.serve();
    return new PeerHost() {
      @Override
      public String address() {
        return server.address();
      }

      @Override
      public Usage usage() {
        return new Usage(0, 0, server.traffic());
      }

      @Override
      public void close() throws Exception {
        server.close();
      }
    };
  }
}
