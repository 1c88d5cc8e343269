package dev.weft.internal.connection;

import dev.weft.spi.TimeSource;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Lets those run whom the reader has woken, before it goes on: here and now, on the reader's
 * carrier, while what it has brought them is in the processor's cache. What they send goes out
 * together: by the group, see {@link GroupSize}, or when all that was read is handed out.
 *
 * <p>A reader that woke hundreds before it lets the first run would fill the carrier's queue, from
 * which idle carriers take one after the other: moving a thread that has half a microsecond's work
 * to another processor costs twice that work. So a few are woken at a time.
 *
 * <p>Others run, too, when a {@link BusyReader} has to step back, or the peer to wait: because it
 * does not read, or because of its {@link Chatter}.
 *
 * <p>Reader thread only.
 */
public final class Turn {

  /** So many are woken before they run. */
  private static final int WOKEN_MAX = 32;

  /** What they send does not wait longer for more, should they have much to do in between. */
  private static final long UNSENT_NANOS_MAX = 200_000;

  private static final long PAUSE_NANOS_MIN = 1_000_000;
  private static final long PAUSE_NANOS_MAX = 64_000_000;

  private final Outbox outbox;
  private final TimeSource time;
  private final SpinPermit permit;
  private final BusyReader busy;
  private final Chatter chatter = new Chatter();
  private int woken;

  /** Whether one of them may be on another carrier. */
  private boolean elsewhere;

  /** Whether some have run since more was read, or flushed. */
  private boolean someRan;

  /** When the first of them had. */
  private long unsentSince;

  /** Whether {@link #nanos} is of this turn. */
  private boolean timed;

  private long nanos;

  Turn(Outbox outbox, TimeSource time, SpinPermit permit) {
    this.outbox = outbox;
    this.time = time;
    this.permit = permit;
    this.busy = BusyReader.of(time);
  }

  /** More has been read. */
  void begin() {
    timed = false;
    someRan = false;
  }

  /** The time when what is being worked on was read: one look at the clock for all of it. */
  public long nanoTime() {
    if (!timed) {
      timed = true;
      nanos = time.nanoTime();
    }
    return nanos;
  }

  /** Somebody was woken, who will probably send something. */
  public void woke() {
    if (++woken >= WOKEN_MAX) {
      letWokenRun();
      flushIfDue();
    }
  }

  private void flushIfDue() {
    if (!someRan) {
      someRan = true;
      unsentSince = nanoTime();
    } else if (nanoTime() - unsentSince > UNSENT_NANOS_MAX) {
      someRan = false;
      outbox.flushSoon();
    }
  }

  /** Somebody has got something to do who was on his way anyway, perhaps on another carrier. */
  public void gave() {
    elsewhere |= woken == 0;
    woke();
  }

  /** Lets them run, and flushes what they have sent. */
  void pass() {
    if (woken > 0) {
      letWokenRun();
    }
    outbox.flushSoon();
  }

  private void letWokenRun() {
    if (elsewhere) {
      outbox.nudgeWriter();
    }
    letOthersRun();
  }

  /** Something has come that is of use, see {@link Chatter}. */
  public void useful() {
    chatter.useful();
  }

  /** What was taken for useful is not. Any thread. */
  public void useless() {
    chatter.useless();
  }

  /** Lets others run, too, whom it has not woken, if there is need. */
  void share() {
    long now = time.nanoTime();
    long tooMuch = chatter.tooMuch(now);
    if (tooMuch > 0) {
      stepBack();
      Sleep.of(time, tooMuch, outbox::isClosed);
      outbox.readerAwakes();
      return;
    }
    switch (busy.due(now)) {
      case NONE -> {}
      case YIELD -> letOthersRun();
      case NAP -> nap(now);
    }
  }

  /** For the shortest time: what counts is who wakes it, a timer's thread from outside. */
  private void nap(long now) {
    outbox.readerSleeps();
    forget();
    LockSupport.parkNanos(1);
    outbox.readerAwakes();
    busy.napped(time.nanoTime() - now);
  }

  /**
   * Leaves unread what the peer sends while something lasts, and the connection: whoever sends is
   * slowed down. Looked at again after a millisecond, and then more and more rarely.
   */
  public void pauseWhile(BooleanSupplier condition) {
    stepBack();
    for (long nanos = PAUSE_NANOS_MIN;
        condition.getAsBoolean() && !outbox.isClosed();
        nanos = Math.min(2 * nanos, PAUSE_NANOS_MAX)) {
      Sleep.of(time, nanos, outbox::isClosed);
    }
    outbox.readerAwakes();
  }

  private void stepBack() {
    permit.release();
    outbox.readerSleeps();
    forget();
    busy.sleeps();
  }

  private void letOthersRun() {
    forget();
    busy.yielded();
    Thread.yield();
  }

  /** The reader is about to sleep, or to end. */
  void sleeps() {
    forget();
    busy.sleeps();
    chatter.rests(time.nanoTime());
  }

  private void forget() {
    woken = 0;
    elsewhere = false;
    timed = false;
  }
}
