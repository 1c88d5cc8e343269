package dev.weft.internal.connection;

import dev.weft.spi.TimeSource;
import dev.weft.spi.TransportChannel;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * How a reader waits for its peer: for a little while by trying again and again, if its last waits
 * were short; else asleep.
 *
 * <p>Being woken costs 15 to 50 us. And a reader that sleeps leaves its carrier idle, which then
 * takes the threads that another carrier is just about to run, and with them the contents of its
 * cache. While it tries it does not yield: a yield with nothing else to run on the carrier would
 * have the same effect.
 *
 * <p>Reader thread only.
 */
final class ReadWait {

  /** How often it tries, in about 0.5 us each. */
  private static final int TRIES = 256;

  /** After so many tries it lets others run, should there be any on its carrier. */
  private static final int TRIES_PER_TURN = 32;

  /** Pauses (of the processor) between two tries. */
  private static final int PAUSES = 4;

  /** A wait that was expected to take longer is not worth trying. */
  private static final long EXPECTED_NANOS_MAX = 100_000;

  private static final int HISTORY_SHIFT = 3;

  private final TransportChannel channel;
  private final TimeSource time;
  private final Outbox outbox;
  private final SpinPermit permit;

  /** A moving average of how long it has waited. */
  private long expectedNanos;

  /** Of the wait that goes on. */
  private long begin;

  ReadWait(TransportChannel channel, TimeSource time, Outbox outbox, SpinPermit permit) {
    this.channel = channel;
    this.time = time;
    this.outbox = outbox;
    this.permit = permit;
  }

  /**
   * Reads what there is, or will be soon.
   *
   * @return the number of bytes, -1 at the end of the stream, 0 if {@link #sleep} is better
   */
  int readSoon(ByteBuffer target) throws IOException {
    int bytes = channel.readNow(target);
    if (bytes > 0 || bytes == -1) {
      return bytes;
    }
    begin = time.nanoTime();
    if (bytes == 0 && expectedNanos < EXPECTED_NANOS_MAX && permit.acquire()) {
      bytes = tryAgain(target);
    }
    if (bytes <= 0 && bytes != -1) {
      return 0;
    }
    hasWaited();
    return bytes;
  }

  /**
   * Sleeps until there is something to read; after {@link #readSoon}.
   *
   * @return the number of bytes, -1 at the end of the stream
   */
  int sleep(ByteBuffer target) throws IOException {
    permit.release();
    outbox.readerSleeps();
    // An interruption that user code has left behind would close the channel.
    Thread.interrupted();
    int bytes = channel.read(target);
    hasWaited();
    return bytes;
  }

  private void hasWaited() {
    long nanos = Math.min(time.nanoTime() - begin, 10 * EXPECTED_NANOS_MAX);
    expectedNanos += (nanos - expectedNanos) >> HISTORY_SHIFT;
  }

  private int tryAgain(ByteBuffer target) throws IOException {
    for (int tries = 1; tries <= TRIES; tries++) {
      if (outbox.hasNew()) {
        outbox.flushSoon();
      } else if (tries % TRIES_PER_TURN == 0) {
        outbox.nudgeWriter(); // so that there is somebody to yield to, and this thread stays here
        Thread.yield();
      } else {
        for (int i = 0; i < PAUSES; i++) {
          Thread.onSpinWait();
        }
      }
      int bytes = channel.readNow(target);
      if (bytes != 0) {
        return bytes;
      }
    }
    return 0;
  }

  /** The connection has ended. */
  void end() {
    permit.release();
  }
}
