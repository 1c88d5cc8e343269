package dev.weft.internal.connection;

import dev.weft.spi.TransportChannel;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * How a reader waits for its peer: for a little while by trying again and again, as long as that
 * brings something; else asleep.
 *
 * <p>Being woken costs 15 to 50 us, and much more on a virtual machine whose host is busy. And a
 * reader that sleeps leaves its carrier idle, which then takes the threads that another carrier is
 * just about to run, and with them the contents of its cache. While it tries it does not yield: a
 * yield with nothing else to run on the carrier would have the same effect.
 *
 * <p>But who tries has a processor that somebody else may wait for, the peer itself perhaps. So
 * what counts is not how long the waits are, but whether tries succeed: after one in vain, some
 * waits are slept through. Each further one in vain doubles their number, each success halves it,
 * down to none.
 *
 * <p>A few in vain are forgiven who has succeeded many times: something has taken a processor away
 * for some milliseconds, from the peer as well. Would both sleep through waits then, each would try
 * while the other sleeps, in vain, and they would sleep on, long after it is over.
 *
 * <p>Reader thread only.
 */
final class ReadWait {

  /** How often it tries at least, in about 0.5 us each. */
  private static final int TRIES_MIN = 256;

  /** So much longer for each message that was read last: the peer has about as many to work on. */
  private static final int TRIES_PER_MESSAGE = 4;

  /** After so many tries it lets others run, should there be any on its carrier. */
  private static final int TRIES_PER_TURN = 32;

  /** Pauses (of the processor) between two tries. */
  private static final int PAUSES = 4;

  /** How many waits are slept through at first: a new connection may never be used much. */
  static final int ASLEEP_FIRST = 8;

  /** At most, so that it is found out when tries succeed again. */
  private static final int ASLEEP_MAX = 64;

  /** So many successes, and one in vain is forgiven. */
  static final int SUCCESSES_PER_VAIN = 16;

  /** How many in vain are forgiven in a row. */
  static final int FORGIVEN_MAX = 3;

  private final TransportChannel channel;
  private final Outbox outbox;
  private final SpinPermit permit;

  /** How many of the next waits are slept through. */
  private int asleep = ASLEEP_FIRST;

  /** How many are after the next try in vain. */
  private int asleepAfterVain = ASLEEP_FIRST;

  /** Successes that have not been used up by tries in vain. */
  private int successes;

  private int lastMessages;

  ReadWait(TransportChannel channel, Outbox outbox, SpinPermit permit) {
    this.channel = channel;
    this.outbox = outbox;
    this.permit = permit;
  }

  /** So many messages have come with what was read last. */
  void brought(int messages) {
    lastMessages = messages;
  }

  /**
   * Reads what there is, or will be soon.
   *
   * @return the number of bytes, -1 at the end of the stream, 0 if {@link #sleep} is better
   */
  int readSoon(ByteBuffer target) throws IOException {
    int bytes = channel.readNow(target);
    if (bytes == 0 && asleep > 0) {
      asleep--;
    } else if (bytes == 0 && permit.acquire()) {
      bytes = tryAgain(target);
      learn(bytes > 0);
    }
    return bytes == TransportChannel.CANNOT_TELL ? 0 : bytes;
  }

  private void learn(boolean success) {
    if (success) {
      asleepAfterVain /= 2;
      successes = Math.min(successes + 1, FORGIVEN_MAX * SUCCESSES_PER_VAIN);
    } else if (successes >= SUCCESSES_PER_VAIN) {
      successes -= SUCCESSES_PER_VAIN;
    } else {
      asleep = asleepAfterVain;
      asleepAfterVain = Math.clamp(2L * asleepAfterVain, 1, ASLEEP_MAX);
    }
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
    return channel.read(target);
  }

  private int tryAgain(ByteBuffer target) throws IOException {
    int triesMax = TRIES_MIN + TRIES_PER_MESSAGE * lastMessages;
    for (int tries = 1; tries <= triesMax; tries++) {
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
