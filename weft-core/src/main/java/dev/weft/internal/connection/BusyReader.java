package dev.weft.internal.connection;

import dev.weft.spi.TimeSource;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps peers that send without end from keeping all others out. A reader that always finds
 * something to read never sleeps, and virtual threads are not preempted: with as many such readers
 * as there are carriers, nobody else would run. Then, and only then, each has to step back now and
 * then.
 *
 * <p>A yield alone is not enough: it puts the thread behind those of its carrier, and as long as
 * there are some, a carrier takes none from outside, where for example those come from whose
 * sockets have something to read. A nap leaves the carrier to them.
 *
 * <p>One for each reader. Reader thread only.
 */
final class BusyReader {

  /** What a reader should do for others. */
  enum Rest {
    NONE,
    YIELD,
    NAP
  }

  /** How many virtual threads run at a time. */
  static final int CARRIERS =
      Integer.getInteger(
          "jdk.virtualThreadScheduler.parallelism", Runtime.getRuntime().availableProcessors());

  private static final AtomicInteger BUSY_IN_PROCESS = new AtomicInteger();

  /** After so long without a sleep, a reader is busy. */
  private static final long BUSY_NANOS_MIN = 1_000_000;

  /** For so long it may keep its carrier without a yield. */
  private static final long ALONE_NANOS_MAX = 5_000_000;

  /** For so long it may go without a nap. */
  private static final long AWAKE_NANOS_MAX = 20_000_000;

  /** The same, when others have to wait. */
  private static final long AWAKE_NANOS_MIN = 2_000_000;

  /** A nap takes about 60 us, unless others are in the way of whoever comes from outside. */
  private static final long NAP_NANOS_MAX = 5_000_000;

  private final AtomicInteger busyReaders;
  private final int carriers;
  private boolean awake;
  private boolean busy;
  private long awakeSince;
  private long awakeNanosMax = AWAKE_NANOS_MAX;
  private boolean alone;
  private long aloneSince;

  /** One of the process's; but one that lives by another clock than the machine's has no others. */
  static BusyReader of(TimeSource time) {
    boolean real = time.equals(SystemTime.INSTANCE);
    return new BusyReader(real ? BUSY_IN_PROCESS : new AtomicInteger(), CARRIERS);
  }

  /**
   * @param busyReaders counts those that are busy
   * @param carriers so many of them are too many
   */
  BusyReader(AtomicInteger busyReaders, int carriers) {
    this.busyReaders = busyReaders;
    this.carriers = carriers;
  }

  /** What it should do now. */
  Rest due(long nowNanos) {
    if (!awake) {
      awake = true;
      awakeSince = nowNanos;
    }
    if (!alone) {
      alone = true;
      aloneSince = nowNanos;
    }
    long awakeNanos = nowNanos - awakeSince;
    if (awakeNanos < BUSY_NANOS_MIN) {
      return Rest.NONE;
    }
    count();
    if (busyReaders.get() < carriers) {
      return Rest.NONE;
    }
    if (awakeNanos > awakeNanosMax) {
      return Rest.NAP;
    }
    return nowNanos - aloneSince > ALONE_NANOS_MAX ? Rest.YIELD : Rest.NONE;
  }

  private void count() {
    if (!busy) {
      busy = true;
      busyReaders.incrementAndGet();
    }
  }

  /** It has let others run. */
  void yielded() {
    alone = false;
  }

  /** It has taken a nap, for so long. */
  void napped(long nanos) {
    sleeps();
    awakeNanosMax =
        nanos > NAP_NANOS_MAX ? AWAKE_NANOS_MIN : Math.min(2 * awakeNanosMax, AWAKE_NANOS_MAX);
  }

  /** It sleeps, or ends. */
  void sleeps() {
    awake = false;
    alone = false;
    if (busy) {
      busy = false;
      busyReaders.decrementAndGet();
    }
  }
}
