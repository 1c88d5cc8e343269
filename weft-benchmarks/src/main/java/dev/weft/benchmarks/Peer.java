package dev.weft.benchmarks;

/**
 * A library in the race, in the configuration that its users are advised to use.
 *
 * <p>A server and a client, so that the race can put them into one process or into two.
 */
public interface Peer {

  /** What {@code --peers} and the results call it. */
  String name();

  /** Starts a server that echoes the small record, at a free port of the loopback address. */
  Server serve() throws Exception;

  /** A client with one connection to such a server. */
  Client connect(String address) throws Exception;

  /** A running server. */
  interface Server extends AutoCloseable {

    /** Where it listens, in the words of its library. */
    String address();
  }

  /** A client. Any thread, any number at a time. */
  interface Client extends AutoCloseable {

    /**
     * Sends a {@link Small} of this number, waits for the answer and reads it.
     *
     * @return the number that came back
     */
    int call(int number) throws Exception;

    /** As {@link #call}, without waiting; the completion is told the end exactly once, anywhere. */
    void callAsync(int number, Completion completion);
  }

  /** Learns how an asynchronous call ended. */
  interface Completion {

    /** The number that came back. */
    void completed(int number);

    /** Nothing came back, or something else than was sent. */
    void failed(Throwable failure);
  }
}
