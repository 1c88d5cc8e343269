package dev.weft.internal.connection;

import dev.weft.spi.TimeSource;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Has threads of Weft's own wait, by the clock that they live by. Any thread. */
public final class Sleep {

  private Sleep() {}

  /**
   * Has the calling thread wait for so long, whatever interrupts it.
   *
   * @param over whether it need not wait any longer; looked at when the thread is unparked
   */
  public static void of(TimeSource time, long nanos, BooleanSupplier over) {
    Thread sleeping = Thread.currentThread();
    long until = time.nanoTime() + nanos;
    TimeSource.Scheduled alarm = time.schedule(nanos, () -> LockSupport.unpark(sleeping));
    while (!over.getAsBoolean() && until - time.nanoTime() > 0) {
      Thread.interrupted(); // user code's, perhaps; it would keep this thread from parking
      LockSupport.park();
    }
    alarm.cancel();
  }
}
