package dev.weft.internal.connection;

import dev.weft.internal.wire.FrameWriter;
import dev.weft.spi.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether a peer that owes answers is still alive. When nothing has come from it for an
 * interval, it is sent a ping; when nothing comes for the timeout after that either, the connection
 * is closed. It looks a few times in an interval, instead of having each read tell it, so it may be
 * a fraction of the interval late.
 *
 * <p>Every byte that comes is a sign of life, so a big answer over a slow line is none of death. A
 * ping that could not be written yet is no reason either, as long as the peer takes what stands
 * before it. While nothing is expected, nothing is scheduled.
 *
 * <pre>
 *   asleep ──watch──▶ watching ──(silence for an interval)──▶ pinged ──(silence)──▶ closed
 *      ◀──(nothing expected)──┘  ◀────────(a byte came)────────┘
 * </pre>
 *
 * <p>{@link #watch} and {@link #stop} any thread; all else the time source's, one task at a time.
 */
public final class Heartbeat {

  /** How often it looks in an interval. */
  private static final int LOOKS = 4;

  private final Connection connection;
  private final TimeSource time;
  private final long intervalNanos;
  private final long timeoutNanos;
  private final BooleanSupplier expecting;
  private final AtomicBoolean awake = new AtomicBoolean();
  private volatile TimeSource.@Nullable Scheduled next;
  private volatile boolean stopped;

  // Handed from task to task by the time source.
  private long bytesRead;
  private long readNanos; // when that was first seen
  private long bytesWritten;
  private long sinceNanos;
  private @Nullable Ping ping;

  Heartbeat(
      Connection connection,
      TimeSource time,
      long intervalNanos,
      long timeoutNanos,
      BooleanSupplier expecting) {
    this.connection = connection;
    this.time = time;
    this.intervalNanos = intervalNanos;
    this.timeoutNanos = timeoutNanos;
    this.expecting = expecting;
  }

  /** Something is, or will be, expected of the peer. Costs a load when it is awake already. */
  public void watch() {
    if (!awake.get() && awake.compareAndSet(false, true)) {
      hasRead(connection.traffic().bytesRead());
    }
  }

  private void hasRead(long bytes) {
    bytesRead = bytes;
    readNanos = time.nanoTime();
    ping = null;
    lookIn(pauseNanos());
  }

  private long pauseNanos() {
    return Math.max(1, intervalNanos / LOOKS);
  }

  /** The connection has ended. Any thread. */
  public void stop() {
    stopped = true;
    TimeSource.Scheduled scheduled = next;
    if (scheduled != null) {
      scheduled.cancel();
    }
  }

  private void lookIn(long nanos) {
    TimeSource.Scheduled scheduled = time.schedule(nanos, this::look);
    next = scheduled;
    if (stopped) {
      scheduled.cancel();
    }
  }

  private void look() {
    if (stopped) {
      return;
    }
    if (!expecting.getAsBoolean()) {
      ping = null;
      awake.set(false);
      if (expecting.getAsBoolean()) {
        watch(); // it came between the two lines above
      }
      return;
    }
    long read = connection.traffic().bytesRead();
    Ping sent = ping;
    if (read != bytesRead) {
      hasRead(read);
    } else if (sent == null) {
      waitOrPing();
    } else {
      waitOrClose(sent);
    }
  }

  private void waitOrPing() {
    long left = intervalNanos - (time.nanoTime() - readNanos);
    if (left > 0) {
      lookIn(Math.min(left, pauseNanos()));
      return;
    }
    Ping sent = new Ping();
    ping = sent;
    bytesWritten = connection.traffic().bytesWritten();
    sinceNanos = time.nanoTime();
    connection.outbox().offer(sent);
    lookIn(Math.min(intervalNanos, timeoutNanos));
  }

  private void waitOrClose(Ping sent) {
    long now = time.nanoTime();
    long written = connection.traffic().bytesWritten();
    if (sent.isWritten) {
      sinceNanos = sent.writtenNanos;
    } else if (written != bytesWritten) {
      bytesWritten = written; // the line is slow, but the peer reads
      sinceNanos = now;
    }
    long left = timeoutNanos - (now - sinceNanos);
    if (left > 0) {
      lookIn(Math.min(intervalNanos, left));
      return;
    }
    String silence =
        sent.isWritten ? "it has not even answered a ping" : "it does not read what it is sent";
    IOException reason =
        new IOException(
            "the server is stuck: nothing has come from it for "
                + Duration.ofNanos(intervalNanos + timeoutNanos)
                + ", "
                + silence);
    // What was not sent is told so, which may run user code: not on the timer's thread.
    Thread.startVirtualThread(() -> connection.close(reason));
  }

  private static final class Ping extends Outgoing {

    private long writtenNanos;
    private volatile boolean isWritten;

    @Override
    public long frameBytesMax() {
      return FrameWriter.frameBytesMax(Long.BYTES, 0);
    }

    @Override
    public boolean writeTo(FrameWriter out, long nowNanos) {
      out.pingOrPong(true, nowNanos);
      writtenNanos = nowNanos;
      isWritten = true;
      return true;
    }

    @Override
    public void unsent(Throwable reason) {
      // The connection has ended, and with it the question.
    }
  }
}
