package dev.weft.benchmarks;

import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntUnaryOperator;

/**
 * A peer without a network.
 *
 * @param answer the number that comes back; may throw, or wait
 */
record FakePeer(IntUnaryOperator answer) implements Peer {

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public Server serve() {
    return new FakeServer();
  }

  @Override
  public Client connect(String address) {
    return client();
  }

  Client client() {
    return new FakeClient(answer);
  }

  private record FakeServer() implements Server {

    @Override
    public String address() {
      return "nowhere";
    }

    @Override
    public void close() {}
  }

  private record FakeClient(IntUnaryOperator answer) implements Client {

    @Override
    public int call(int number) {
      LockSupport.parkNanos(10_000); // yielding threads would starve each other
      return answer.applyAsInt(number);
    }

    @Override
    public void send(int number) {
      int ignored = call(number);
    }

    /** The number stands in front. */
    @Override
    public ByteBuffer echo(byte[] payload) {
      ByteBuffer back = ByteBuffer.wrap(payload.clone());
      return back.putInt(0, call(back.getInt(0)));
    }

    @Override
    public void callAsync(int number, Completion completion) {
      Thread.ofVirtual().start(() -> answer(number, completion));
    }

    private void answer(int number, Completion completion) {
      int back;
      try {
        back = answer.applyAsInt(number);
      } catch (RuntimeException e) {
        completion.failed(e);
        return;
      }
      completion.completed(back);
    }

    @Override
    public void close() {}
  }
}
