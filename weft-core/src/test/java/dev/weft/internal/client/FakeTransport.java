package dev.weft.internal.client;

import dev.weft.internal.connection.FakeChannel;
import dev.weft.spi.Transport;
import dev.weft.spi.TransportChannel;
import dev.weft.spi.TransportListener;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Connects when the test wants it. */
final class FakeTransport implements Transport {

  final AtomicInteger attempts = new AtomicInteger();
  private final LinkedBlockingQueue<Object> outcomes = new LinkedBlockingQueue<>();

  /** The next attempt to connect succeeds. */
  FakeServer accept() {
    FakeServer server = new FakeServer(new FakeChannel());
    outcomes.add(server.channel);
    return server;
  }

  /** The next attempt to connect fails. */
  void refuse(Throwable failure) {
    outcomes.add(failure);
  }

  @Override
  public String scheme() {
    return "fake";
  }

  @Override
  public TransportChannel connect(URI address, Duration timeout) throws IOException {
    attempts.incrementAndGet();
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
    return (FakeChannel) outcome;
  }

  @Override
  public TransportListener listen(URI address) {
    throw new AssertionError();
  }
}
