package dev.weft.internal.server;

import dev.weft.internal.connection.FakeChannel;
import dev.weft.spi.TransportChannel;
import dev.weft.spi.TransportListener;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;

/** Accepts when the test wants it. */
final class FakeListener implements TransportListener {

  private final LinkedBlockingQueue<Object> outcomes = new LinkedBlockingQueue<>();

  FakeClient connect() {
    FakeChannel channel = new FakeChannel();
    outcomes.add(channel);
    return new FakeClient(channel);
  }

  /** The next attempt to accept fails. */
  void fail(Throwable failure) {
    outcomes.add(failure);
  }

  /** The next attempt to accept does this instead. */
  void doThen(Callable<? extends TransportChannel> instead) {
    outcomes.add(instead);
  }

  /** The next that is accepted is this one. */
  void accepted(TransportChannel channel) {
    outcomes.add(channel);
  }

  @Override
  public String address() {
    return "fake:here";
  }

  @Override
  public TransportChannel accept() throws IOException {
    Object outcome;
    try {
      outcome = outcomes.take();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    if (outcome instanceof IOException e) {
      throw e;
    } else if (outcome instanceof RuntimeException e) {
      throw e;
    } else if (outcome instanceof Error e) {
      throw e;
    }
    if (outcome instanceof Callable<?> instead) {
      try {
        return (TransportChannel) instead.call();
      } catch (IOException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
    return (TransportChannel) outcome;
  }

  @Override
  public void close() {
    outcomes.add(new IOException("closed"));
  }
}
