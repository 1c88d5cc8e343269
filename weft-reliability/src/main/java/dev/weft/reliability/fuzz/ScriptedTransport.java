package dev.weft.reliability.fuzz;

import dev.weft.spi.Transport;
import dev.weft.spi.TransportChannel;
import dev.weft.spi.TransportListener;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * {@code script:any}: whoever listens is given the channels that {@link #add} brings, whoever
 * connects, too; without one, there is nobody. Any thread.
 */
final class ScriptedTransport implements Transport {

  private final LinkedBlockingQueue<TransportChannel> channels = new LinkedBlockingQueue<>();

  /** The next peer. */
  void add(TransportChannel channel) {
    channels.add(channel);
  }

  @Override
  public String scheme() {
    return "script";
  }

  @Override
  public TransportChannel connect(URI address, Duration timeout) throws IOException {
    TransportChannel next = channels.poll();
    if (next == null) {
      throw new IOException("nobody listens there");
    }
    return next;
  }

  @Override
  public TransportListener listen(URI address) {
    return new TransportListener() {

      private volatile boolean closed;

      @Override
      public String address() {
        return address.toString();
      }

      @Override
      public TransportChannel accept() throws IOException {
        try {
          TransportChannel next = channels.take();
          if (!closed) {
            return next;
          }
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        throw new IOException("closed");
      }

      @Override
      public void close() {
        closed = true;
        channels.add(new ScriptedChannel(new byte[0])); // so that accept() ends
      }
    };
  }
}
