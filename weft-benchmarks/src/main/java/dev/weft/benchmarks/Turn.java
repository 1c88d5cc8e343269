package dev.weft.benchmarks;

import java.nio.ByteBuffer;

/** What a caller that waits does again and again. */
interface Turn {

  /** How many messages a turn of the one-way case has. */
  int ONE_WAYS = 100;

  /**
   * Makes calls, numbered from this number on, waits for their answers and checks them.
   *
   * @return how many calls
   */
  int take(int number) throws Exception;

  /** The turns of one caller. */
  static Turn of(Case load, Peer.Client client) {
    return switch (load.kind()) {
      case ONEWAY -> number -> sendAndCall(client, number);
      case BATCH ->
          number -> {
            client.callBatch(number, load.size());
            return load.size();
          };
      case BYTES -> echo(client, new Payload(load.size()));
      default ->
          number -> {
            checkAnswer(client.call(number), number);
            return 1;
          };
    };
  }

  /** The number that came back, if it is the one that was sent. */
  static void checkAnswer(int number, int expected) {
    if (number != expected) {
      throw new IllegalStateException("call " + expected + " got the answer of call " + number);
    }
  }

  /**
   * Nothing tells when a message without an answer has arrived, and a sender that nothing holds
   * back measures only how fast a queue fills: so every hundredth is a call, for whose answer the
   * sender waits.
   */
  private static int sendAndCall(Peer.Client client, int number) throws Exception {
    int last = number + ONE_WAYS - 1;
    for (int i = number; i < last; i++) {
      client.send(i);
    }
    checkAnswer(client.call(last), last);
    return ONE_WAYS;
  }

  private static Turn echo(Peer.Client client, Payload payload) {
    return number -> {
      ByteBuffer answer = client.echo(payload.of(number));
      checkAnswer(payload.read(answer), number);
      return 1;
    };
  }
}
