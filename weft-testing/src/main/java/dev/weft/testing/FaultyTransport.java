package dev.weft.testing;

import dev.weft.spi.TimeSource;
import dev.weft.spi.Transport;
import dev.weft.spi.TransportChannel;
import dev.weft.spi.TransportListener;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Another transport, with a network in between that fails as a test tells it to: it refuses to
 * connect, and its {@link FaultyChannel}s stall, split, delay, corrupt, half-close and cut.
 *
 * <p>Nothing happens by chance or by itself. A fault on a channel that exists is set on the
 * channel; one that must be there from the first byte is set by {@link #onChannel}, before anybody
 * reads or writes. Give it to the client's builder for faults on the client's side, or to the
 * server's.
 *
 * <pre>{@code
 * FaultyTransport network = new FaultyTransport(new MemoryTransport(), time);
 * RpcClient client = RpcClient.builder().transport(network).connect("mem:words");
 * ...
 * network.awaitChannel(0).stallReads();
 * }</pre>
 *
 * <p>Any thread.
 */
public final class FaultyTransport implements Transport {

  private static final long AWAIT_SECONDS = 20;

  private final Transport wrapped;
  private final TimeSource time;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<FaultyChannel> channels = new ArrayList<>(); // guarded by lock
  private int attempts; // guarded by lock
  private volatile boolean refusing;
  private volatile Consumer<FaultyChannel> script = channel -> {};

  /**
   * Wraps a transport, whose scheme it keeps.
   *
   * @param wrapped the real one
   * @param time what delays are measured by
   */
  public FaultyTransport(Transport wrapped, TimeSource time) {
    this.wrapped = wrapped;
    this.time = time;
  }

  @Override
  public String scheme() {
    return wrapped.scheme();
  }

  @Override
  public TransportChannel connect(URI address, Duration timeout) throws IOException {
    lock.lock();
    try {
      attempts++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (refusing) {
      throw new IOException("cannot connect to " + address + ": the test refuses it");
    }
    return made(wrapped.connect(address, timeout));
  }

  @Override
  public TransportListener listen(URI address) throws IOException {
    return new Listener(wrapped.listen(address));
  }

  private FaultyChannel made(TransportChannel channel) {
    FaultyChannel faulty = new FaultyChannel(channel, time);
    script.accept(faulty);
    lock.lock();
    try {
      channels.add(faulty);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    return faulty;
  }

  /** From now on, connecting fails. */
  public void refuseToConnect() {
    refusing = true;
  }

  /** From now on, connecting succeeds if the wrapped transport's does: as in the beginning. */
  public void allowToConnect() {
    refusing = false;
  }

  /** What to do to each channel that is made from now on, before it is used. */
  public void onChannel(Consumer<FaultyChannel> newScript) {
    script = newScript;
  }

  /** How often somebody has tried to connect, with or without success. */
  public int attempts() {
    lock.lock();
    try {
      return attempts;
    } finally {
      lock.unlock();
    }
  }

  /** The channels that were made so far, connected or accepted, the first one first. */
  public List<FaultyChannel> channels() {
    lock.lock();
    try {
      return List.copyOf(channels);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until there is such a channel.
   *
   * @param number its number, the first is 0
   * @throws IllegalStateException when there is none within 20 seconds of the machine's time, or
   *     the waiting thread is interrupted
   */
  public FaultyChannel awaitChannel(int number) {
    lock.lock();
    try {
      awaitAtLeast(channels::size, number + 1, "channels");
      return channels.get(number);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until somebody has tried this often to connect.
   *
   * @throws IllegalStateException as {@link #awaitChannel}
   */
  public void awaitAttempts(int number) {
    lock.lock();
    try {
      awaitAtLeast(() -> attempts, number, "attempts to connect");
    } finally {
      lock.unlock();
    }
  }

  private interface Count {
    int now();
  }

  private void awaitAtLeast(Count count, int least, String what) {
    long left = TimeUnit.SECONDS.toNanos(AWAIT_SECONDS);
    try {
      while (count.now() < least) {
        if (left <= 0) {
          throw new TimeoutException("in " + AWAIT_SECONDS + " s");
        }
        left = changed.awaitNanos(left);
      }
    } catch (TimeoutException e) {
      throw new IllegalStateException("only " + count.now() + " of " + least + " " + what, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + what, e);
    }
  }

  private final class Listener implements TransportListener {

    private final TransportListener real;

    Listener(TransportListener real) {
      this.real = real;
    }

    @Override
    public String address() {
      return real.address();
    }

    @Override
    public TransportChannel accept() throws IOException {
      return made(real.accept());
    }

    @Override
    public void close() throws IOException {
      real.close();
    }
  }
}
