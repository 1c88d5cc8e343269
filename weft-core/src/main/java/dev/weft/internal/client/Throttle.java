package dev.weft.internal.client;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Refuses calls of a method here, while its server keeps refusing them there: a refusal costs the
 * server something, too, and what it spends on refusing more than half of all calls it can use
 * better. After the adaptive throttling of Google's SRE book: of the calls of the last quarter of a
 * second, those are refused that are more than twice as many as were accepted, if it has refused
 * some during most of that time. A tenth goes through whatever happens, so that it is soon seen
 * when the server is well again.
 *
 * <p>Each method has its own, as servers limit some more than others. As long as nothing is refused
 * it costs a look at a field that nobody writes. Any thread.
 */
final class Throttle {

  private static final int SLICES = 5;
  private static final long SLICE_NANOS = 50_000_000;

  /** How many calls may be sent for each that is accepted. */
  private static final double SENT_PER_ACCEPTED = 2;

  private static final double SHARE_MAX = 0.9;

  /** A server that refuses in fewer slices had a burst, or a hiccup. */
  private static final int SLICES_REFUSED_MIN = 3;

  /** Of fewer refusals one cannot tell anything. */
  private static final long REFUSED_MIN = 10;

  /** What a multiple of it leaves behind the point is spread evenly. */
  private static final double GOLDEN = 0.6180339887498949;

  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock: what was counted in each slice, the current one not yet.
  private final long[] accepted = new long[SLICES];
  private final long[] refusedThere = new long[SLICES];
  private final long[] refusedHere = new long[SLICES];
  private int slice;
  private volatile long sliceNanos;

  private final AtomicLong acceptedNow = new AtomicLong();
  private final AtomicLong refusedThereNow = new AtomicLong();
  private final AtomicLong refusedHereNow = new AtomicLong();
  private final AtomicLong asked = new AtomicLong();

  /** Whether something was refused lately, so that one has to count. */
  private volatile boolean watching;

  /** Which part of the calls is refused here. */
  private volatile double share;

  /** Whether a call may be sent that is made then. */
  boolean admits(long nowNanos) {
    if (share == 0) {
      return true;
    }
    turn(nowNanos);
    double spread = asked.incrementAndGet() * GOLDEN;
    if (spread - Math.floor(spread) >= share) {
      return true;
    }
    refusedHereNow.incrementAndGet();
    return false;
  }

  /** The server has answered a call, with a result or another failure. */
  void accepted(long nowNanos) {
    if (watching) {
      acceptedNow.incrementAndGet();
      turn(nowNanos);
    }
  }

  /** The server has refused a call, as it is overloaded. */
  void refused(long nowNanos) {
    if (!watching) {
      watch(nowNanos);
    }
    refusedThereNow.incrementAndGet();
    turn(nowNanos);
  }

  private void watch(long nowNanos) {
    lock.lock();
    try {
      if (!watching) {
        sliceNanos = nowNanos;
        watching = true;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Goes on to the slice of that time. */
  private void turn(long nowNanos) {
    if (nowNanos - sliceNanos < SLICE_NANOS || !lock.tryLock()) {
      return;
    }
    try {
      long begin = sliceNanos;
      long slices = (nowNanos - begin) / SLICE_NANOS;
      if (slices <= 0 || !watching) {
        return;
      }
      sliceNanos = begin + slices * SLICE_NANOS;
      close(acceptedNow.getAndSet(0), refusedThereNow.getAndSet(0), refusedHereNow.getAndSet(0));
      for (long empty = Math.min(slices - 1, SLICES); empty > 0; empty--) {
        close(0, 0, 0);
      }
      decide();
    } finally {
      lock.unlock();
    }
  }

  private void close(long acceptedThen, long refusedThereThen, long refusedHereThen) {
    accepted[slice] = acceptedThen;
    refusedThere[slice] = refusedThereThen;
    refusedHere[slice] = refusedHereThen;
    slice = (slice + 1) % SLICES;
  }

  private void decide() {
    long took = sum(accepted);
    long there = sum(refusedThere);
    long made = took + there + sum(refusedHere);
    if (made == took) {
      share = 0;
      watching = false;
    } else if (there < REFUSED_MIN || slicesRefused() < SLICES_REFUSED_MIN) {
      share = 0;
    } else {
      share = Math.clamp((made - SENT_PER_ACCEPTED * took) / (made + 1), 0, SHARE_MAX);
    }
  }

  private int slicesRefused() {
    int slices = 0;
    for (long there : refusedThere) {
      slices += there > 0 ? 1 : 0;
    }
    return slices;
  }

  private static long sum(long[] counts) {
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    return sum;
  }
}
