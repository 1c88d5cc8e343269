package dev.weft.internal.server;

import dev.weft.spi.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of arguments that a server's running and waiting calls hold, and those of requests of
 * which only pieces have come, under one limit. When it is reached, a request that has been coming
 * for too long costs its connection: it may be one that never ends. Any thread.
 */
final class RequestBytes {

  /** Requests of fewer bytes are bounded by the number of running calls. */
  private static final int COUNTED_BYTES_MIN = 1024;

  private final long max;
  private final Duration arrivalTimeout;
  private final TimeSource time;
  private final AtomicLong held = new AtomicLong();
  private final AtomicLong arrivals = new AtomicLong();

  /** The oldest first. */
  private final ConcurrentSkipListMap<Long, Arrival> arriving = new ConcurrentSkipListMap<>();

  /**
   * @param arrivalTimeout how long a request may be on its way when others need its room
   */
  RequestBytes(long max, Duration arrivalTimeout, TimeSource time) {
    this.max = max;
    this.arrivalTimeout = arrivalTimeout;
    this.time = time;
  }

  /** The request of one connection that comes in pieces, one after the other. Reader thread. */
  static final class Arrival {

    private final Consumer<Throwable> onTimeout;
    private int held;
    private long number;
    private long sinceNanos;

    /**
     * @param onTimeout ends the connection; any thread
     */
    Arrival(Consumer<Throwable> onTimeout) {
      this.onTimeout = onTimeout;
    }
  }

  /**
   * Takes the arguments of one more call in; if it may, {@link #release(int)} must follow.
   *
   * @return the limit that stands against it, or {@code null}
   */
  @Nullable String tryHold(int bytes) {
    return bytes < COUNTED_BYTES_MIN || tryAdd(bytes) ? null : describe();
  }

  void release(int bytes) {
    if (bytes >= COUNTED_BYTES_MIN) {
      held.addAndGet(-bytes);
    }
  }

  /**
   * Takes more of a request in that is still coming; if it may, {@link #release(Arrival, int)} must
   * follow.
   */
  boolean tryHold(Arrival request, int bytes) {
    if (!tryAdd(bytes)) {
      return false;
    }
    if (request.held == 0) {
      request.number = arrivals.incrementAndGet();
      request.sinceNanos = time.nanoTime();
      arriving.put(request.number, request);
    }
    request.held += bytes;
    return true;
  }

  void release(Arrival request, int bytes) {
    held.addAndGet(-bytes);
    request.held -= bytes;
    if (request.held == 0) {
      arriving.remove(request.number);
    }
  }

  private boolean tryAdd(int bytes) {
    if (held.addAndGet(bytes) <= max) {
      return true;
    }
    held.addAndGet(-bytes);
    dropOldestIfLate();
    return false;
  }

  private void dropOldestIfLate() {
    Map.Entry<Long, Arrival> oldest = arriving.firstEntry();
    if (oldest == null
        || time.nanoTime() - oldest.getValue().sinceNanos <= arrivalTimeout.toNanos()
        || !arriving.remove(oldest.getKey(), oldest.getValue())) {
      return;
    }
    IOException reason =
        new IOException(
            "a request has not come to its end in "
                + arrivalTimeout
                + " (slowClientTimeout), and others need its room (runningBytesMax)");
    // The end of a connection must not meet what this thread is just doing for another one.
    Thread.startVirtualThread(() -> oldest.getValue().onTimeout.accept(reason));
  }

  /** The limit that stands against more. */
  String describe() {
    return "running and waiting calls hold more than "
        + max
        + " bytes of arguments (runningBytesMax)";
  }
}
