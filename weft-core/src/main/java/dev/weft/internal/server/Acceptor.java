package dev.weft.internal.server;

import dev.weft.internal.connection.Sleep;
import dev.weft.spi.TimeSource;
import dev.weft.spi.TransportChannel;
import dev.weft.spi.TransportListener;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Accepts at the listeners, on a thread for each, whatever fails, until it is closed. */
final class Acceptor {

  /** How long to wait after a failure to accept, such as too many open files. */
  private static final long PAUSE_NANOS = 100_000_000;

  private final List<TransportListener> listeners;
  private final TimeSource time;
  private final Consumer<TransportChannel> onChannel;
  private final BiConsumer<String, Throwable> onFailure;
  private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  /**
   * Takes the listeners.
   *
   * @param onChannel serves a channel on another thread
   * @param onFailure is told at which address accepting has failed, and why
   */
  Acceptor(
      List<TransportListener> listeners,
      TimeSource time,
      Consumer<TransportChannel> onChannel,
      BiConsumer<String, Throwable> onFailure) {
    this.listeners = listeners;
    this.time = time;
    this.onChannel = onChannel;
    this.onFailure = onFailure;
  }

  void start() {
    for (TransportListener listener : listeners) {
      threads.add(
          Thread.ofVirtual()
              .name("weft-accept " + listener.address())
              .start(() -> acceptFrom(listener)));
    }
  }

  private void acceptFrom(TransportListener listener) {
    while (!closed) {
      try {
        pass(listener.accept());
      } catch (Throwable e) { // nobody else accepts here, so it goes on whatever it was
        if (!closed) {
          tellAndPause(listener.address(), e);
        }
      }
    }
  }

  private void pass(TransportChannel channel) throws IOException {
    try {
      onChannel.accept(channel);
    } catch (Throwable e) { // no memory for a thread, perhaps
      channel.close();
      throw e;
    }
  }

  private void tellAndPause(String address, Throwable failure) {
    try {
      try {
        onFailure.accept(address, failure);
      } finally {
        Sleep.of(time, PAUSE_NANOS, () -> closed);
      }
    } catch (RuntimeException | Error e) { // nor is there memory to tell of it
      Thread.yield();
    }
  }

  /** Accepts no more; the addresses are free then. Any thread, once or more. */
  void close() {
    closed = true;
    for (TransportListener listener : listeners) {
      try {
        listener.close();
      } catch (IOException e) {
        onFailure.accept(listener.address(), e);
      }
    }
    // A listening socket is free for the next server only when nobody is in its accept() any more.
    threads.forEach(LockSupport::unpark);
    threads.forEach(Acceptor::awaitEnd);
  }

  private static void awaitEnd(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
