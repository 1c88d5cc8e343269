package dev.weft.internal.transport;

import dev.weft.spi.TransportChannel;
import dev.weft.spi.TransportListener;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.AsynchronousCloseException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** Hands the server's ends of new channels to whoever accepts them. Any thread. */
final class MemoryListener implements TransportListener {

  /** Channels that wait to be accepted. */
  private static final int BACKLOG_MAX = 1024;

  private final String address;
  private final Consumer<MemoryListener> onClose;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Queue<TransportChannel> backlog = new ArrayDeque<>(); // guarded by lock
  private int channels; // guarded by lock
  private boolean closed; // guarded by lock

  MemoryListener(String address, Consumer<MemoryListener> onClose) {
    this.address = address;
    this.onClose = onClose;
  }

  @Override
  public String address() {
    return address;
  }

  /** A client connects. */
  void offer(Pipe in, Pipe out) throws IOException {
    lock.lock();
    try {
      if (closed || backlog.size() == BACKLOG_MAX) {
        throw new ConnectException(
            "cannot connect to " + address + (closed ? ": nobody listens there" : ": it is busy"));
      }
      backlog.add(new MemoryChannel(address + "#" + ++channels, in, out));
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public TransportChannel accept() throws IOException {
    lock.lock();
    try {
      while (!closed && backlog.isEmpty()) {
        changed.awaitUninterruptibly();
      }
      if (closed) {
        throw new AsynchronousCloseException();
      }
      return backlog.remove();
    } finally {
      lock.unlock();
    }
  }

  /** Refuses new channels, and ends those that nobody has accepted. */
  @Override
  public void close() throws IOException {
    onClose.accept(this);
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
      for (TransportChannel channel : backlog) {
        channel.close();
      }
      backlog.clear();
    } finally {
      lock.unlock();
    }
  }
}
