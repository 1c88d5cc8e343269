package dev.weft.benchmarks;

import java.nio.ByteBuffer;

/**
 * A library in the race, in the configuration that its users are advised to use.
 *
 * <p>A server and a client, so that the race can put them into one process or into two.
 */
public interface Peer {

  /** What {@code --peers} and the results call it. */
  String name();

  /** Whether it can bear this load; the race skips those that it cannot. */
  default boolean supports(Case load) {
    return true;
  }

  /** Starts a server that echoes what it gets, at a free port of the loopback address. */
  Server serve() throws Exception;

  /** A client with one connection to such a server. */
  Client connect(String address) throws Exception;

  /** A running server. */
  interface Server extends AutoCloseable {

    /** Where it listens, in the words of its library. */
    String address();

    /** What it has carried so far. */
    default Traffic traffic() {
      return Traffic.UNKNOWN;
    }
  }

  /** A client. Any thread, any number at a time, unless {@link Peer#supports} says otherwise. */
  interface Client extends AutoCloseable {

    /**
     * Sends a {@link Small} of this number, waits for the answer and reads it.
     *
     * @return the number that came back
     */
    int call(int number) throws Exception;

    /** As {@link #call}, without waiting; the completion is told the end exactly once, anywhere. */
    default void callAsync(int number, Completion completion) {
      throw new UnsupportedOperationException("no asynchronous calls");
    }

    /** Sends a {@link Small} of this number that has no answer. */
    default void send(int number) throws Exception {
      throw new UnsupportedOperationException("no messages without an answer");
    }

    /** Makes so many calls, numbered from this number on, at once, and waits for all answers. */
    default void callBatch(int number, int calls) throws Exception {
      PendingAnswers answers = new PendingAnswers(calls);
      for (int i = number; i < number + calls; i++) {
        callAsync(i, answers.completion(i));
      }
      answers.await();
    }

    /**
     * Sends these bytes, waits for the answer.
     *
     * @param payload lent until the answer has come
     * @return what came back
     */
    default ByteBuffer echo(byte[] payload) throws Exception {
      throw new UnsupportedOperationException("no bytes");
    }

    /** What it has carried so far. */
    default Traffic traffic() {
      return Traffic.UNKNOWN;
    }
  }

  /** Learns how an asynchronous call ended. */
  interface Completion {

    /** The number that came back. */
    void completed(int number);

    /** Nothing came back, or something else than was sent. */
    void failed(Throwable failure);
  }
}
